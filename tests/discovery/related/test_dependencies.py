"""Which stored pages a change of related articles makes stale, and which it leaves alone."""

from __future__ import annotations

import pytest
from tests import factories
from tests.delivery.changes import changed_keys
from tests.delivery.tracing.paper import render

from standfirst.discovery.related.models import RelatedChoice, RelatedList, StoryProfile
from standfirst.discovery.related.noting import note
from standfirst.discovery.related.relating import write_chosen
from standfirst.discovery.related.waiting import work_off
from standfirst.stories.actions.kill_story import kill_story
from standfirst.stories.models import Article, Section

pytestmark = pytest.mark.django_db


@pytest.fixture
def section() -> Section:
    return factories.section(factories.edition(), "Georgia")


@pytest.fixture
def stories(section: Section) -> list[Article]:
    return [factories.story(section, f"Story {number}", slug=f"story-{number}") for number in range(4)]


def named(keys: set[str]) -> set[str]:
    """The keys of single rows; that of any row of a table changes with them."""
    return {key for key in keys if not key.startswith("any:")}


def keys_of(story: Article) -> set[str]:
    return render(story.url).keys


def test_a_first_list_makes_its_own_page_stale_and_no_other(stories: list[Article]) -> None:
    one, other = keys_of(stories[0]), keys_of(stories[1])

    with changed_keys() as keys:
        write_chosen({stories[0].pk: [stories[2].pk]})

    assert named(keys) == {f"related:{stories[0].pk}"}
    assert keys & one
    assert not keys & other


def test_a_changed_list_makes_its_own_page_stale_and_no_other(stories: list[Article]) -> None:
    write_chosen({story.pk: [stories[3].pk] for story in stories[:3]})
    one, other = keys_of(stories[0]), keys_of(stories[1])

    with changed_keys() as keys:
        write_chosen({story.pk: [stories[3].pk] for story in stories[1:3]} | {stories[0].pk: [stories[2].pk]})

    assert named(keys) == {f"related:{stories[0].pk}"}
    assert keys & one
    assert not keys & other


def test_a_related_story_that_is_killed_makes_the_page_stale(stories: list[Article]) -> None:
    write_chosen({stories[0].pk: [stories[2].pk]})
    one, other = keys_of(stories[0]), keys_of(stories[1])

    with changed_keys() as keys:
        kill_story(article=stories[2], reason="Wrong", by=None)

    assert f"story:{stories[2].pk}" in keys & one
    assert f"story:{stories[2].pk}" not in other


def test_working_out_what_stays_as_it_is_makes_nothing_stale(stories: list[Article]) -> None:
    for _ in range(2):  # the first stories were related before the last ones were there
        note([story.pk for story in stories], is_forced=True)
        work_off()
    assert StoryProfile.objects.count() == 4
    note([story.pk for story in stories], is_forced=True)

    with changed_keys() as keys:
        work_off()

    assert keys == set()


def test_a_decision_makes_the_storys_own_page_stale_and_its_reason_does_not(stories: list[Article]) -> None:
    one, other = keys_of(stories[0]), keys_of(stories[1])

    with changed_keys() as keys:
        RelatedChoice.objects.create(article_id=stories[0].pk, story_id=stories[2].pk, kind="ban", reason="Old")
    assert keys & one == {f"story:{stories[0].pk}"}
    assert not keys & other

    with changed_keys() as keys:
        RelatedChoice.objects.update(reason="Very old")
    assert keys == set()


def test_the_list_costs_four_statements(stories: list[Article]) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from standfirst.stories.related import related_stories

    RelatedList.objects.create(article=stories[0], stories=[story.pk for story in stories[1:]])
    story = Article.objects.get(pk=stories[0].pk)

    with CaptureQueriesContext(connection) as captured:
        assert len(related_stories(story)) == 3

    assert len(captured) == 4  # choices, list, which are public, their cards
