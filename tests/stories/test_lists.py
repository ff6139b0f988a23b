"""Pages of lists keep their addresses and their stories."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.http import Http404
from tests import factories

from standfirst.stories.lists import StoryList
from standfirst.stories.models import Section

pytestmark = pytest.mark.django_db
START = datetime(2025, 1, 1, tzinfo=UTC)


@pytest.fixture
def section() -> Section:
    return factories.section(factories.edition())


def publish(section: Section, first: int, last: int) -> None:
    for number in range(first, last + 1):
        factories.story(section, f"Story {number}", published_at=START + timedelta(days=number))


def headlines(section: Section, page: str | None) -> list[str]:
    return [story.title for story in StoryList(section.list_key, page_size=3).numbered(page).stories]


def test_the_bare_address_shows_the_newest_and_numbered_pages_count_from_the_oldest(section: Section) -> None:
    publish(section, 1, 8)

    assert headlines(section, None) == ["Story 8", "Story 7", "Story 6", "Story 5", "Story 4"]
    assert headlines(section, "1") == ["Story 3", "Story 2", "Story 1"]
    page = StoryList(section.list_key, page_size=3).numbered(None)
    assert (page.older, page.newer, page.total) == (1, None, 8)


def test_a_numbered_page_keeps_its_stories_when_more_are_published(section: Section) -> None:
    publish(section, 1, 7)
    before = headlines(section, "2")

    publish(section, 8, 12)

    assert before == headlines(section, "2") == ["Story 6", "Story 5", "Story 4"]


def test_every_story_stands_on_the_bare_address_or_on_one_numbered_page_linked_from_it(section: Section) -> None:
    publish(section, 1, 10)
    stories = StoryList(section.list_key, page_size=3)

    page = stories.numbered(None)
    seen = [story.title for story in page.stories]
    while page.older:
        page = stories.numbered(str(page.older))
        seen += [story.title for story in page.stories]

    assert seen == [f"Story {number}" for number in range(10, 0, -1)]


@pytest.mark.parametrize("page", ["0", "-1", "99", "x", "", "1.0", "٣", "999999999999999999999"])
def test_pages_that_do_not_exist_answer_404(section: Section, page: str) -> None:
    publish(section, 1, 4)

    with pytest.raises(Http404):
        StoryList(section.list_key, page_size=3).numbered(page)


def test_an_empty_list_has_its_bare_page(section: Section) -> None:
    page = StoryList(section.list_key).numbered(None)

    assert (page.stories, page.older, page.newer) == ([], None, None)
