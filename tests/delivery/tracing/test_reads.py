"""Which keys a read records: exact where the statement says so, any row where it does not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone
from tests import factories
from wagtail.models import Page

from standfirst.delivery.trace import timed, tracing, untraced
from standfirst.stories.models import Article, Byline, Contributor, Edition, ListedStory, Pick, Section

pytestmark = pytest.mark.django_db


def read(action: Callable[[], Any]) -> set[str]:
    """The keys that `action` records, those of whole tables left out."""
    with tracing() as trace:
        found = action()
        if hasattr(found, "__iter__"):
            list(found)
    return {key for key in trace.keys if not key.startswith("table:")}


@pytest.fixture
def section() -> Section:
    return factories.section(factories.edition(), "Georgia")


def test_a_row_that_is_asked_for_by_its_number(section: Section) -> None:
    assert read(lambda: Section.objects.get(pk=section.pk)) == {f"section:{section.pk}", f"page:{section.pk}"}
    assert read(lambda: Page.objects.get(pk=section.pk)) == {f"page:{section.pk}"}


def test_a_row_that_is_not_there_has_its_key_as_well(section: Section) -> None:
    assert read(lambda: Section.objects.filter(pk=999).first()) == {"section:999", "page:999"}


def test_a_list_is_its_key_and_the_stories_found(section: Section) -> None:
    story = factories.story(section, "A story")
    factories.story(factories.section(Edition.objects.get(), "Armenia"), "Another")
    key = f"section:{section.pk}"

    keys = read(lambda: Article.objects.listed(key).for_cards())

    assert keys == {f"list:{key}", f"story:{story.pk}", f"section:{section.pk}"}
    assert read(lambda: ListedStory.objects.filter(list_key=key).count()) == {f"list:{key}"}


def test_people_of_bylines_are_known_one_by_one_as_objects_and_not_as_values(section: Section) -> None:
    person = factories.contributor(Edition.objects.get())
    story = factories.story(section, "A story", bylines=[person])
    bylines = Byline.objects.filter(article_id=story.pk)

    assert read(lambda: bylines.select_related("contributor")) == {f"story:{story.pk}", f"contributor:{person.pk}"}
    assert read(lambda: bylines.values_list("contributor__title")) == {f"story:{story.pk}", "any:wagtailcore_page"}


def test_what_decides_by_a_joined_table_depends_on_any_row_of_it(section: Section) -> None:
    live = Contributor.objects.filter(live=True)
    by_name = Byline.objects.filter(article_id=1).order_by("contributor__title").select_related("contributor")

    assert read(lambda: live) == {"any:stories_contributor"}
    assert read(lambda: by_name) == {"story:1", "any:wagtailcore_page"}
    assert read(lambda: Page.objects.filter(pk__in=Pick.objects.values("article_id")).exists()) >= {"any:stories_pick"}


def test_sql_by_hand_is_read_too() -> None:
    def by_hand() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT label FROM stories_pick WHERE edition_id = %s", [7])
            cursor.execute("SELECT label FROM stories_pick p, stories_source WHERE p.article_id = 3")

    assert read(by_hand) == {"picks:7", "any:stories_pick", "any:stories_source"}


def test_only_what_is_traced_is_recorded(section: Section) -> None:
    with tracing() as trace, untraced():
        Section.objects.get(pk=section.pk)

    assert trace.keys == set()


@pytest.mark.parametrize(("until", "seconds"), [(None, 60), (timedelta(hours=1), 3600)])
def test_a_comparison_with_now_holds_a_minute_or_as_long_as_is_said(until: timedelta | None, seconds: int) -> None:
    with time_machine.travel("2026-03-01T12:00:00Z", tick=False), tracing() as trace:
        now = timezone.now()
        if until is None:
            list(Pick.objects.exclude(ends_at__lte=now))
        else:
            with timed(now + until):
                list(Pick.objects.exclude(ends_at__lte=now))
        assert trace.fresh_until == now.timestamp() + seconds


def test_another_moment_than_now_sets_no_limit() -> None:
    with tracing() as trace:
        list(Pick.objects.exclude(ends_at__lte=timezone.now() - timedelta(minutes=5)))

    assert trace.fresh_until is None


def test_a_table_that_is_left_out_is_fresh_for_a_minute_at_most() -> None:
    with tracing() as trace:
        Session.objects.exists()

    assert trace.keys == set()
    assert trace.fresh_until is not None
