"""How far a closed story may be read, whoever may open it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import RequestFactory
from tests import factories
from tests.access.closed import HIDDEN, SHOWN, closed_story, text
from wagtail.search.index import insert_or_update_object

from standfirst.accounts.roles import Role
from standfirst.stories import access
from standfirst.stories.models import Article, Edition, NewsroomSettings, Section
from standfirst.stories.reading import word_count

MARK = {"type": "preview_end", "value": None}
PICTURE = {"type": "picture", "value": {"picture": 7}}
LONG = text("word " * 60)


@pytest.mark.parametrize(
    ("blocks", "shown"),
    [
        ([], 0),
        ([text("a b"), MARK, text("c d")], 1),
        ([MARK, text("c d")], 0),
        ([text("a"), text("b"), text("c"), MARK, text("d")], 3),
        ([text("a b"), text("c d"), text("e f"), text("g h"), text("i j")], 2),
        ([PICTURE, text("a b"), text("c d"), LONG], 3),
        ([text("a b"), text("c d")], 1),
        ([LONG, text("a b"), text("c d")], 0),
        ([text("the only one")], 0),
        ([PICTURE, PICTURE], 1),
        ([text("a b"), LONG, text("c")], 1),
    ],
)
def test_the_preview_ends_at_the_mark_else_early(blocks: list[dict[str, Any]], shown: int) -> None:
    assert access.preview_length(blocks) == shown


@pytest.fixture
def edition(db: None) -> Edition:
    return factories.edition("en")


@pytest.fixture
def section(edition: Edition) -> Section:
    return factories.section(edition)


def test_without_a_gate_a_closed_story_stays_closed(section: Section, monkeypatch: pytest.MonkeyPatch) -> None:
    story = closed_story(section)
    monkeypatch.setattr(access, "_gates", access._gates[:1])
    request = RequestFactory().get(story.url)
    request.META[access.VARIANT] = "tier-99"
    reading = access.read(story, request)
    assert (reading.is_withheld, reading.wall, reading.rest) == (True, None, [])
    assert [block.block_type for block in reading.opening] == ["paragraph"]


def test_a_story_cut_for_a_reader_cannot_be_saved(section: Section) -> None:
    story = closed_story(section)
    words = word_count(story)
    access.withhold(story)
    assert word_count(story) == words
    assert HIDDEN not in str(story.body)
    with pytest.raises(ValueError, match="fetch it anew"):
        story.save()
    assert HIDDEN in json.dumps(access.stored_blocks(Article.objects.get(pk=story.pk)))


def found_by(word: str, edition: Edition, story: Article) -> list[Article]:
    """What Wagtail's own index, which a search server shares, finds."""
    insert_or_update_object(Article.objects.get(pk=story.pk))
    return list(Article.objects.live().filter(edition_id=edition.pk).search(word, operator="and"))


def test_the_search_index_knows_only_what_everybody_may_read(edition: Edition, section: Section) -> None:
    story = closed_story(section)
    assert found_by(SHOWN, edition, story) == [story]
    assert found_by(HIDDEN, edition, story) == []


def test_opening_a_story_lets_it_be_found_and_closing_it_forgets_it(edition: Edition, section: Section) -> None:
    story = closed_story(section)
    for value, found in (("open", [story]), ("registered", [])):
        story.access = value
        story.save_revision().publish()
        assert found_by(HIDDEN, edition, story) == found


def form_of(story: Article, section: Section) -> Any:
    return story.get_edit_handler().get_form_class()(
        instance=story, parent_page=section, for_user=factories.staff(Role.EDITOR)
    )


def test_a_new_story_begins_with_the_newsrooms_choice(section: Section) -> None:
    assert form_of(Article(), section)["access"].value() == "open"
    settings = NewsroomSettings.objects.get()
    settings.default_access = "members"
    settings.save()
    assert form_of(Article(), section)["access"].value() == "members"
    assert form_of(factories.story(section), section)["access"].value() == "open"


def test_a_story_for_a_tier_that_is_gone_keeps_it_in_the_form(section: Section) -> None:
    form = form_of(factories.story(section, access="tier:gone"), section)
    assert form["access"].value() == "tier:gone"
    assert "nobody: there is no “gone” any more" in str(form["access"])
