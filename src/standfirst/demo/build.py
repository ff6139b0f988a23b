"""Builds Ridgeline, the demo newsroom, in a migrated database."""

from __future__ import annotations

from collections.abc import Callable

from standfirst.demo.content import CONTENT, load_edition, load_toml
from standfirst.demo.steps.asking import ask_for_support
from standfirst.demo.steps.books import keep_books
from standfirst.demo.steps.editions import set_up_edition, set_up_newsroom, write_chronologies
from standfirst.demo.steps.fronts import compose
from standfirst.demo.steps.library import draw_pictures, make_documents
from standfirst.demo.steps.members import load_members, take_in_members, tell_what_led_to_them
from standfirst.demo.steps.membership import offer_membership
from standfirst.demo.steps.people import take_in_staff
from standfirst.demo.steps.stories import write_story
from standfirst.demo.steps.texts import Library
from standfirst.demo.steps.traffic import invent_readers
from standfirst.demo.steps.trials import load_trials, try_words
from standfirst.discovery.search.rebuilding import work_off_all


def build_demo(progress: Callable[[str], None], *, passwords: dict[str, str] | None = None) -> None:
    """Build the demo newsroom, or go on with one whose building was interrupted.

    What exists is left as it is, also where staff changed it since; a second run on a finished newsroom adds nothing.

    Args:
        progress: called with one line of text for each step.
        passwords: of new staff, by e-mail address. Without them the accounts cannot be used until somebody sets one.

    Raises:
        DemoError: a content file is not as it must be; nothing of the story concerned is saved.
    """
    words = load_toml(CONTENT / "newsroom.toml")
    editions = [load_edition(language, CONTENT) for language in words["editions"]]
    staff = take_in_staff(words["staff"], passwords or {})
    newsroom = set_up_newsroom(words)
    offer_membership()
    members = load_members(CONTENT / "members.toml")
    take_in_members(members, progress)
    library = Library(
        pictures=draw_pictures(load_toml(CONTENT / "pictures.toml"), staff["picture_editor"], progress),
        documents=make_documents(words["documents"], staff["picture_editor"]),
    )
    for content in editions:
        edition = set_up_edition(newsroom, content, library)
        written = sum([write_story(story, library, staff) for story in content.stories])
        write_chronologies(edition, content)
        edition.refresh_from_db()
        compose(edition, content, staff["publisher"])
        progress(f"{edition.title}: {written} new stories, {len(content.stories)} in all.")
    tell_what_led_to_them(members)
    asked = load_toml(CONTENT / "appeals.toml")
    ask_for_support(asked)
    keep_books()
    invent_readers(progress)
    try_words(load_trials(asked, CONTENT / "appeals.toml"), staff["membership_manager"])
    # The background worker would do it, seconds after somebody has searched for the first time and found nothing.
    if written := work_off_all(lambda _done: None):
        progress(f"{written} stories can be found by the search.")
