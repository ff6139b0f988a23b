"""The time that figures of reading are about, on the newsroom's clock."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.http import Http404
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from standfirst.membership.spans import midnight, month

NOW = "now"
SLOT = timedelta(minutes=5)
NOW_LASTS = timedelta(minutes=30)
LENGTHS = {"today": 1, "7": 7, "28": 28}
"""Periods that end with today: how many days they have."""
CHOICES = (
    (NOW, gettext_lazy("Now")),
    ("today", gettext_lazy("Today")),
    ("yesterday", gettext_lazy("Yesterday")),
    ("7", gettext_lazy("7 days")),
    ("28", gettext_lazy("28 days")),
)
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)
MOST_PERIOD_DAYS = 3660
MOST_HOURS_DAYS, MOST_DAYS = 2, 92
"""Up to so many days a curve has a step for each hour, or each day; beyond them one for each month."""


@dataclass(frozen=True)
class Period:
    """From `begin` (included) to `end`; `first` and `last` are its days, `query` what names it in an address."""

    name: str
    begin: datetime
    end: datetime
    first: date
    last: date
    query: Mapping[str, str]

    @property
    def is_now(self) -> bool:
        """Whether it is the last half hour, counted in slots of five minutes instead of hours."""
        return self.name == NOW

    @property
    def number_of_days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def said(self) -> str:
        """Its name for a heading."""
        if self.is_now:
            return _("the last 30 minutes")
        if self.first == self.last:
            return date_format(self.first, "j F Y")
        return f"{date_format(self.first, 'j F Y')} – {date_format(self.last, 'j F Y')}"


@dataclass(frozen=True)
class Step:
    """One step of a curve: its label, when it begins and ends, and what an address names it by ("" for none)."""

    label: str
    begin: datetime
    end: datetime
    query: Mapping[str, str]


def period_of(given: Mapping[str, Any], now: datetime | None = None) -> Period:
    """The period that `period=` or `from=` and `to=` of an address name; the last 7 days when neither does.

    Raises:
        Http404: it names none.
    """
    now = now or timezone.now()
    today = timezone.localdate(now)
    if given.get("from") or given.get("to"):
        return _between(str(given.get("from") or given["to"]), str(given.get("to") or given["from"]))
    name = str(given.get("period") or "7")
    if name == NOW:
        return last_minutes(now)
    if name == "yesterday":
        day = today - timedelta(days=1)
        return _days(name, day, day, {"period": name})
    if name not in LENGTHS:
        raise Http404(f"There is no period {name}: name it as {', '.join(choice for choice, _label in CHOICES)}.")
    return _days(name, today - timedelta(days=LENGTHS[name] - 1), today, {"period": name})


def last_minutes(now: datetime) -> Period:
    """Half an hour, and what the slot that is going on holds."""
    now = now.astimezone(UTC)
    slot = now.replace(minute=now.minute - now.minute % 5, second=0, microsecond=0)
    today = timezone.localdate(now)
    return Period(NOW, slot - NOW_LASTS, slot + SLOT, today, today, {"period": NOW})


def day_period(day: date) -> Period:
    """One day, named by its date."""
    return days_between(day, day)


def days_between(first: date, last: date) -> Period:
    """The days from `first` to `last`."""
    return _days("days", first, last, {"from": first.isoformat(), "to": last.isoformat()})


def hours_from(begin: datetime, number: int) -> list[Step]:
    """So many hours from `begin` on, counted from 0."""
    hour = timedelta(hours=1)
    return [Step(f"{at}", begin + hour * at, begin + hour * (at + 1), {}) for at in range(number)]


def _between(first: str, last: str) -> Period:
    try:
        ends = sorted([date.fromisoformat(first), date.fromisoformat(last)])
    except ValueError as error:
        raise Http404("Write days as 2026-11-23.") from error
    if not EARLIEST <= ends[0] <= ends[1] <= LATEST:
        raise Http404(f"Days lie between {EARLIEST} and {LATEST}.")
    if (ends[1] - ends[0]).days >= MOST_PERIOD_DAYS:
        raise Http404(f"A period has at most {MOST_PERIOD_DAYS} days.")
    return days_between(*ends)


def _days(name: str, first: date, last: date, query: Mapping[str, str]) -> Period:
    return Period(name, _begins(first), _begins(last + timedelta(days=1)), first, last, query)


def _begins(day: date) -> datetime:
    """The midnight before `day`, in UTC: there an hour more is an hour later, also when the clock is changed."""
    return midnight(day).astimezone(UTC)


def steps_of(period: Period) -> list[Step]:
    """The steps of the period's curve, the earliest first; they follow one another without a gap."""
    if period.is_now:
        return _equal(period.begin, period.end, SLOT, "H:i")
    if period.number_of_days <= MOST_HOURS_DAYS:
        return _equal(period.begin, period.end, timedelta(hours=1), "H:i")
    if period.number_of_days <= MOST_DAYS:
        return [_day_step(period.first + timedelta(days=at)) for at in range(period.number_of_days)]
    return _months(period)


def _equal(begin: datetime, end: datetime, length: timedelta, form: str) -> list[Step]:
    """Steps of one length. A day on which the clock is changed has 23 or 25 hours."""
    number = int((end - begin) / length)
    starts = [begin + length * at for at in range(number)]
    return [Step(date_format(timezone.localtime(at), form), at, at + length, {}) for at in starts]


def _day_step(day: date) -> Step:
    one = day_period(day)
    return Step(date_format(day, "j.n."), one.begin, one.end, one.query)


def _months(period: Period) -> list[Step]:
    found = []
    first = period.first
    while first <= period.last:
        one = month(first)
        last = min(timezone.localdate(one.end - timedelta(hours=1)), period.last)
        query = {"from": first.isoformat(), "to": last.isoformat()}
        found.append(Step(date_format(first, "m/y"), _begins(first), _begins(last + timedelta(days=1)), query))
        first = last + timedelta(days=1)
    return found


def step_at(steps: Sequence[Step], moment: datetime) -> int | None:
    """The number of the step that holds `moment`; `None` before the first and after the last."""
    at = bisect_right([step.begin for step in steps], moment) - 1
    return at if at >= 0 and moment < steps[at].end else None
