"""Staff keep a story out, with a reason: it leaves the lists at once, and who did it stays on record."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from tests import factories as make
from tests.delivery.changes import changed_keys
from tests.discovery.popular.log import NOW, lists, read
from wagtail.models import PageLogEntry

from standfirst.accounts.roles import Role
from standfirst.discovery.popular.actions.exclude_story import exclude_story
from standfirst.discovery.popular.actions.readmit_story import readmit_story
from standfirst.discovery.popular.keeping import refresh
from standfirst.discovery.popular.models import Exclusion, PopularEntry
from standfirst.stories.models import Article

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def stories() -> list[Article]:
    """Four stories, `a` read most, listed."""
    section = make.section(make.edition("en"), "Georgia")
    made = [make.story(section, name, published_at=NOW - timedelta(days=1)) for name in "dcba"]
    for at, story in enumerate(made):
        read(story, direct=30 + at, search=30)
    refresh(NOW)
    return made[::-1]


def hours() -> list[str]:
    return next((found for key, found in lists().items() if key.startswith("edition:") and key.endswith(":hours")), [])


def test_an_excluded_story_leaves_every_list_at_once_and_stays_out(stories: list[Article]) -> None:
    editor = make.staff(Role.EDITOR)
    listed = set(PopularEntry.objects.filter(story=stories[1]).values_list("list_key", flat=True))
    with time_machine.travel(NOW, tick=False), changed_keys() as keys:
        made = exclude_story(story=stories[1], reason=" about a child ", by=editor)

    assert hours() == ["a", "c", "d"]
    assert {f"popular:{key}" for key in listed} == {key for key in keys if key.startswith("popular:")}
    assert len(listed) == 6  # edition and section, three periods each
    assert (made.reason, made.excluded_by, made.excluded_at, made.until) == ("about a child", editor, NOW, None)
    refresh(NOW + timedelta(minutes=3))
    assert hours() == ["a", "c", "d"]
    assert sorted(PopularEntry.objects.filter(list_key__startswith="edition").values_list("rank", flat=True)) == [
        rank for rank in (1, 2, 3) for _period in range(3)
    ]


def test_an_exclusion_ends_by_itself(stories: list[Article]) -> None:
    with time_machine.travel(NOW, tick=False):
        exclude_story(story=stories[0], reason="election day", by=None, until=NOW + timedelta(minutes=30))

    refresh(NOW + timedelta(minutes=29))
    assert hours() == ["b", "c", "d"]
    refresh(NOW + timedelta(minutes=30))
    assert hours() == ["a", "b", "c", "d"]


def test_a_story_that_is_let_in_again_comes_back_with_the_next_look(stories: list[Article]) -> None:
    editor = make.staff(Role.EDITOR)
    made = exclude_story(story=stories[0], reason="a mistake", by=editor)

    assert readmit_story(exclusion=made, by=editor)
    assert not readmit_story(exclusion=made, by=None)

    made.refresh_from_db()
    assert made.ended_by == editor
    assert hours() == ["b", "c", "d"]
    refresh(NOW)
    assert hours() == ["a", "b", "c", "d"]


def test_a_new_exclusion_takes_the_place_of_the_one_in_force(stories: list[Article]) -> None:
    first = exclude_story(story=stories[0], reason="one", by=None)
    second = exclude_story(story=stories[0], reason="two", by=None)

    first.refresh_from_db()
    assert first.ended_at is not None
    assert list(Exclusion.objects.in_force(second.excluded_at)) == [second]


def test_both_stand_in_the_audit_log_with_their_reason(stories: list[Article]) -> None:
    editor = make.staff(Role.EDITOR)
    readmit_story(exclusion=exclude_story(story=stories[0], reason="a hoax", by=editor), by=editor)

    entries = PageLogEntry.objects.filter(action__startswith="popular.").order_by("pk")
    assert [(entry.action, entry.page_id, entry.user_id, entry.data["reason"]) for entry in entries] == [
        ("popular.exclude", stories[0].pk, editor.pk, "a hoax"),
        ("popular.readmit", stories[0].pk, editor.pk, "a hoax"),
    ]
    assert [entry.message for entry in entries] == [
        "Kept the story out of Most popular",
        "Let the story into Most popular again",
    ]


@pytest.mark.parametrize(
    ("reason", "until", "says"), [("  ", None, "say why"), ("why", -HOUR, "which is past: choose a later moment")]
)
def test_an_exclusion_without_a_reason_or_a_time_to_come_is_refused(
    stories: list[Article], reason: str, until: timedelta | None, says: str
) -> None:
    with time_machine.travel(NOW, tick=False), pytest.raises(ValueError, match=says):
        exclude_story(story=stories[0], reason=reason, by=None, until=until and NOW + until)

    assert not Exclusion.objects.exists()
    assert hours() == ["a", "b", "c", "d"]


def test_the_database_keeps_one_open_exclusion_a_story(stories: list[Article]) -> None:
    exclude_story(story=stories[0], reason="one", by=None)
    for fields in ({}, {"ended_at": NOW, "until": NOW - HOUR}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Exclusion.objects.create(story=stories[0], reason="two", excluded_at=NOW, **fields)
