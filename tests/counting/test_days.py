"""Days that are summed up: the sums are those of their hours, and never older than these."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction

from standfirst.counting.days import bounds, days_to_sum, sum_day, sum_round, summed_days
from standfirst.counting.models import ShareDay, StoryDay, StoryHour, SummedDay

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DAY = date(2026, 11, 20)
_numbers = count(1)


@pytest.fixture(autouse=True)
def now() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def hour(moment: datetime, **given: Any) -> StoryHour:
    values = {"story_id": 7, "edition_id": 3, "views": 1, "source": f"node-{next(_numbers)}"}
    return StoryHour.objects.create(hour=moment, **values | given)


def test_a_day_is_that_of_the_newsrooms_clock() -> None:
    assert bounds(DAY) == (datetime(2026, 11, 19, 20, tzinfo=UTC), datetime(2026, 11, 20, 20, tzinfo=UTC))


def test_a_day_holds_its_hours_over_all_sources_and_no_others() -> None:
    """Fronts and sections, story 0, stand among the stories, and in no share."""
    begins, ends = bounds(DAY)
    hour(begins - timedelta(hours=1), views=100)
    hour(begins, views=2, reads=1, engaged_seconds=30, depth_total=120, referrer="t.me", device="phone")
    hour(begins, views=3, reads=2, engaged_seconds=50, depth_total=180, referrer="t.me", device="desktop")
    hour(ends - timedelta(hours=1), views=4, campaign="spring")
    hour(ends - timedelta(hours=1), views=5, story_id=8, edition_id=4)
    hour(ends, views=1000)
    hour(begins, views=6, story_id=0, referrer="front.example")
    sum_day(DAY)
    stories = StoryDay.objects.order_by("story_id").values_list(
        "story_id", "edition_id", "views", "reads", "engaged_seconds", "depth_total"
    )
    assert list(stories) == [(0, 3, 6, 0, 0, 0), (7, 3, 9, 3, 80, 300), (8, 4, 5, 0, 0, 0)]
    shares = {(one.kind, one.edition_id, one.value): one.views for one in ShareDay.objects.all()}
    assert shares == {
        ("referrer", 3, "t.me"): 5,
        ("referrer", 3, ""): 4,
        ("referrer", 4, ""): 5,
        ("campaign", 3, ""): 5,
        ("campaign", 3, "spring"): 4,
        ("campaign", 4, ""): 5,
        ("device", 3, "phone"): 2,
        ("device", 3, "desktop"): 3,
        ("device", 3, ""): 4,
        ("device", 4, ""): 5,
        ("hour", 3, "0"): 5,
        ("hour", 3, "23"): 4,
        ("hour", 4, "23"): 5,
    }


def test_whatever_changes_an_hour_takes_the_sums_of_its_day_out_of_use() -> None:
    begins, _ends = bounds(DAY)
    kept = hour(begins)
    hour(begins + timedelta(days=1))

    def sum_both() -> None:
        sum_day(DAY)
        sum_day(DAY + timedelta(days=1))
        assert summed_days(DAY, DAY + timedelta(days=5)) == [DAY, DAY + timedelta(days=1)]

    for change in (
        lambda: hour(begins + timedelta(hours=23)),
        lambda: StoryHour.objects.filter(pk=kept.pk).update(views=9),
        lambda: StoryHour.objects.bulk_create([StoryHour(hour=begins, story_id=1, edition_id=1, source="late")]),
        lambda: StoryHour.objects.filter(hour=begins).delete(),
    ):
        sum_both()
        change()
        assert summed_days(DAY, DAY + timedelta(days=5)) == [DAY + timedelta(days=1)]
    sum_both()
    StoryHour.objects.create(hour=begins, story_id=9, edition_id=1, source="x")
    StoryHour.objects.filter(story_id=9).update(hour=begins + timedelta(days=1))
    assert summed_days(DAY, DAY + timedelta(days=5)) == []


def test_an_hour_of_another_day_leaves_the_sums_alone() -> None:
    begins, ends = bounds(DAY)
    hour(begins)
    sum_day(DAY)
    hour(ends)
    hour(begins - timedelta(hours=1))
    assert summed_days(DAY, DAY) == [DAY]


def test_a_change_that_is_taken_back_leaves_the_sums_in_use() -> None:
    hour(bounds(DAY)[0])
    sum_day(DAY)
    twice = [StoryHour(hour=bounds(DAY)[0], story_id=7, edition_id=3, source="twice") for _row in range(2)]
    with pytest.raises(IntegrityError), transaction.atomic():
        StoryHour.objects.bulk_create(twice, batch_size=1)
    assert summed_days(DAY, DAY) == [DAY]


def test_summing_again_gives_the_same_and_by_another_clock_another_day(settings: Any) -> None:
    hour(bounds(DAY)[0], views=4)
    sum_day(DAY)
    sum_day(DAY)
    assert StoryDay.objects.get().views == 4
    settings.TIME_ZONE = "UTC"
    assert summed_days(DAY, DAY) == []
    sum_day(DAY)
    assert summed_days(DAY, DAY) == [DAY]
    assert not StoryDay.objects.exists()  # by this clock the hour belongs to the day before
    assert SummedDay.objects.count() == 1


def test_a_round_sums_what_is_over_and_leaves_today_alone() -> None:
    assert sum_round() == 0
    for back in (0, 1, 40):
        hour(NOW - timedelta(days=back), views=back + 1)
    assert len(days_to_sum()) == 40
    assert days_to_sum()[0] == date(2026, 11, 22)
    assert [sum_round(), sum_round(), sum_round()] == [30, 10, 0]
    assert sorted(StoryDay.objects.values_list("day", "views")) == [(date(2026, 10, 14), 41), (date(2026, 11, 22), 2)]


def test_the_database_has_the_triggers() -> None:
    asked = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE tgenabled IN ('O', 'A') AND NOT tgisinternal",
    }
    with connection.cursor() as cursor:
        cursor.execute(asked[connection.vendor])
        found = {name for (name,) in cursor.fetchall()}
    assert {f"counting_day_{verb}" for verb in ("insert", "update", "delete")} <= found
