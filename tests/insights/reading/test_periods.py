"""Periods and their steps: the newsroom's days, also when its clock is changed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.http import Http404

from standfirst.insights.reading.periods import Period, period_of, step_at, steps_of

NOW = datetime(2026, 11, 23, 21, 7, 31, tzinfo=UTC)  # 01:07 of the 24th in Tbilisi


def asked(**given: str) -> Period:
    return period_of(given, NOW)


def names(period: Period) -> tuple[date, date]:
    return period.first, period.last


def test_periods_end_with_the_newsrooms_today() -> None:
    assert names(asked(period="today")) == (date(2026, 11, 24), date(2026, 11, 24))
    assert asked(period="today").begin == datetime(2026, 11, 23, 20, tzinfo=UTC)
    assert names(asked(period="yesterday")) == (date(2026, 11, 23), date(2026, 11, 23))
    assert names(asked()) == names(asked(period="7")) == (date(2026, 11, 18), date(2026, 11, 24))
    assert names(asked(period="28")) == (date(2026, 10, 28), date(2026, 11, 24))


def test_days_can_be_given_in_any_order_and_one_alone() -> None:
    both = asked(**{"from": "2026-03-09", "to": "2026-03-01"})
    assert names(both) == (date(2026, 3, 1), date(2026, 3, 9))
    assert both.query == {"from": "2026-03-01", "to": "2026-03-09"}
    assert names(asked(to="2026-03-01")) == (date(2026, 3, 1), date(2026, 3, 1))


@pytest.mark.parametrize(
    "given",
    [{"period": "decade"}, {"from": "1.3.2026"}, {"from": "0001-01-01"}, {"from": "2000-01-01", "to": "2099-01-01"}],
)
def test_what_is_no_period_is_refused(given: dict[str, str]) -> None:
    with pytest.raises(Http404):
        asked(**given)


def test_now_is_half_an_hour_and_the_slot_that_is_going_on() -> None:
    now = asked(period="now")
    assert (now.begin, now.end) == (
        datetime(2026, 11, 23, 20, 35, tzinfo=UTC),
        datetime(2026, 11, 23, 21, 10, tzinfo=UTC),
    )
    assert [step.label for step in steps_of(now)] == ["00:35", "00:40", "00:45", "00:50", "00:55", "01:00", "01:05"]


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-10-26", 24)])
def test_a_day_has_as_many_hours_as_its_clock(settings: Any, day: str, hours: int) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    period = asked(**{"from": day})
    steps = steps_of(period)
    assert len(steps) == hours
    assert (steps[0].label, steps[-1].label) == ("00:00", "23:00")
    assert all(later.begin - one.begin == timedelta(hours=1) for one, later in pairwise(steps))
    assert (steps[0].begin, steps[-1].end) == (period.begin, period.end)


@pytest.mark.parametrize(
    ("first", "last", "number"), [("2026-10-01", "2026-11-05", 36), ("2026-01-15", "2026-11-05", 11)]
)
def test_steps_follow_one_another_and_fill_the_period(settings: Any, first: str, last: str, number: int) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    period = asked(**{"from": first, "to": last})
    steps = steps_of(period)
    assert len(steps) == number
    assert (steps[0].begin, steps[-1].end) == (period.begin, period.end)
    assert all(one.end == later.begin for one, later in pairwise(steps))
    again = [period_of(step.query, NOW) for step in steps]
    assert [(one.begin, one.end) for one in again] == [(step.begin, step.end) for step in steps]


def test_a_moment_lies_in_one_step_or_none() -> None:
    period = asked(**{"from": "2026-11-01", "to": "2026-11-03"})
    steps = steps_of(period)
    tick = timedelta(seconds=1)
    assert [step_at(steps, at) for at in (period.begin - tick, period.begin, period.end - tick, period.end)] == [
        None, 0, 2, None,
    ]  # fmt: skip
