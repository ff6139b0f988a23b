"""What staff find, over the real index: all that fits and that they may see, and nothing else, not even by a number."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests import factories as make

from standfirst.accounts.roles import Role
from standfirst.discovery.search import finding
from standfirst.discovery.search.desk.looking import Looked
from standfirst.discovery.search.engines import interface
from standfirst.discovery.search.finding import Found
from standfirst.discovery.search.waiting import work_off
from standfirst.stories.models import Article, Desk, Edition, Section

pytestmark = pytest.mark.django_db
ADDRESS = "/desk/search/"


@pytest.fixture
def edition() -> Edition:
    return make.edition("en")


@pytest.fixture
def section(edition: Edition) -> Section:
    return make.section(edition, "Georgia")


@pytest.fixture
def foreign(edition: Edition) -> Section:
    return make.section(edition, "Armenia")


@pytest.fixture
def desk(client: Client, section: Section) -> Client:
    """The desk as an editor sees it who works on the section Georgia alone."""
    editor = make.staff(Role.EDITOR)
    editor.desks.clear()
    desk = Desk.objects.create(name="Georgia")
    desk.sections.add(section)
    desk.members.add(editor)
    client.force_login(editor)
    return client


def looked(desk: Client, edition: Edition, **asked: Any) -> Looked:
    work_off()
    response = desk.get(ADDRESS, {"edition": edition.pk, **asked})
    assert response.status_code == 200
    (found,) = response.context["found"]
    return found


def headlines(found: Looked) -> list[str]:
    return [row.story.draft_title for row in found.rows]


def test_what_one_may_not_see_is_not_found_and_not_counted(
    desk: Client, edition: Edition, section: Section, foreign: Section
) -> None:
    make.draft(section, "Tea in Guria")
    for number in range(3):
        make.draft(foreign, f"Tea in Gyumri {number}")

    found = looked(desk, edition, q="tea")
    assert (headlines(found), found.total) == (["Tea in Guria"], 1)
    hidden = looked(desk, edition, q="gyumri")
    assert (hidden.rows, hidden.total, hidden.did_you_mean) == ([], 0, "")


def test_what_was_meant_is_said_without_regard_to_hidden_stories(
    desk: Client, edition: Edition, section: Section, foreign: Section
) -> None:
    make.story(section, "Railway opened")
    make.draft(foreign, "The railwax papers")

    found = looked(desk, edition, q="railwax")
    assert (headlines(found), found.is_instead, found.did_you_mean) == (["Railway opened"], True, "railway")


def test_a_state_is_found_however_many_newer_stories_hold_the_words(
    client: Client, edition: Edition, section: Section, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interface, "MOST_CANDIDATES", 3)
    client.force_login(make.administrator())
    draft = make.draft(section, "Tea drafted")
    old = timezone.now() - timezone.timedelta(days=400)
    Article.objects.filter(pk=draft.pk).update(first_published_at=old)
    for number in range(6):
        make.story(section, f"Tea {number}")

    found = looked(client, edition, q="tea", state="draft")
    assert (headlines(found), found.total, found.is_at_least) == (["Tea drafted"], 1, False)
    every = looked(client, edition, q="tea")
    assert (every.total, every.is_at_least) == (3, True)
    assert looked(client, edition, q="tea", state="killed").total == 0


@pytest.mark.parametrize("words", ["tea", '"green tea"', "tea -coffee", "green tea"])
def test_few_of_many_are_weighed_among_themselves(
    desk: Client, edition: Edition, section: Section, foreign: Section, words: str
) -> None:
    last = make.draft(section, "Last", standfirst="Some green tea", slugline="")
    make.draft(foreign, "Green tea")
    first = make.draft(section, "Green tea")
    make.draft(foreign, "Green tea again")

    found = looked(desk, edition, q=words)
    assert [row.story.pk for row in found.rows] == [first.pk, last.pk]


def test_the_state_that_nothing_is_in_asks_the_index_nothing(
    client: Client, edition: Edition, section: Section
) -> None:
    client.force_login(make.administrator())
    make.draft(section, "Tea")
    for state in ("review", "scheduled"):
        assert looked(client, edition, q="tea", state=state).total == 0


def test_pages_of_what_words_find(client: Client, edition: Edition, section: Section) -> None:
    client.force_login(make.administrator())
    for number in range(23):
        make.draft(section, f"Tea {number}")
    first, second = looked(client, edition, q="tea"), looked(client, edition, q="tea", p=2)
    assert (len(first.rows), len(second.rows), first.total, first.last) == (20, 3, 23, 2)
    assert len({*headlines(first), *headlines(second)}) == 23
    beyond = looked(client, edition, q="tea", p=99)
    assert (headlines(beyond), beyond.number) == (headlines(second), 2)


def test_what_was_meant_is_a_link_that_keeps_the_rest(
    client: Client, edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(make.administrator())
    monkeypatch.setattr(finding, "find", lambda query: Found(did_you_mean='green "tea"&'))
    html = client.get(ADDRESS, {"q": "gren tee", "state": "draft", "edition": edition.pk}).content.decode()
    link = f'<a href="?state=draft&amp;edition={edition.pk}&amp;q=green%20%22tea%22%26">green &quot;tea&quot;&amp;</a>?'
    assert link in " ".join(html.split())


def test_editions_without_a_story_that_fits_take_no_room(client: Client, edition: Edition, section: Section) -> None:
    make.edition("ru")
    client.force_login(make.administrator())
    make.draft(section, "Tea")
    work_off()

    both = client.get(ADDRESS, {"q": "tea"}).content.decode()
    assert ('<bdi lang="en">' in both, '<bdi lang="ru">' in both) == (True, False)
    assert "No story fits" not in both
    none = client.get(ADDRESS, {"q": "coffee"}).content.decode()
    assert "<bdi" not in none
    assert "No story fits, in any edition." in none


def test_a_search_that_was_stopped_does_not_say_that_there_is_nothing(
    client: Client, edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(make.administrator())
    monkeypatch.setattr(finding, "find", lambda query: Found(was_stopped=True))
    html = client.get(ADDRESS, {"q": "tea", "edition": edition.pk}).content.decode()
    assert "the search took too long and was stopped" in html
    assert "No story fits" not in html
