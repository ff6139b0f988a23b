"""Days and months as the newsroom's clock counts them, as moments that a database can compare with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Case, IntegerField, Value, When
from django.utils import timezone


@dataclass(frozen=True)
class Span:
    """A day or a month: from `begin` (included) to `end`; `first` is its first day."""

    first: date
    begin: datetime
    end: datetime


def months(last: date, number: int) -> list[Span]:
    """The `number` months up to that of `last`, the earliest first."""
    return [month(_shifted(last, -back)) for back in range(number - 1, -1, -1)]


def month(day: date) -> Span:
    """The month of `day`."""
    first = day.replace(day=1)
    return Span(first, midnight(first), midnight(_shifted(first, 1)))


def days(last: date, number: int) -> list[Span]:
    """The `number` days up to `last`, the earliest first."""
    found = [last - timedelta(days=back) for back in range(number - 1, -1, -1)]
    return [Span(day, midnight(day), midnight(day + timedelta(days=1))) for day in found]


def midnight(day: date) -> datetime:
    """When `day` begins on the newsroom's clock."""
    return timezone.make_aware(datetime.combine(day, time()))


def _shifted(day: date, by: int) -> date:
    """The first day of the month `by` months after that of `day`."""
    year, index = divmod(day.year * 12 + day.month - 1 + by, 12)
    return date(year, index + 1, 1)


def place(field: str, spans: Sequence[Span]) -> Case:
    """An expression: in which of `spans` the moment `field` lies, by its number; -1 before, and after, and for NULL.

    A ladder of comparisons, because cutting a moment down to a local day runs Python for each row on SQLite, ten times
    as slow.
    """
    steps = [When(**{f"{field}__gte": spans[-1].end}, then=Value(-1))]
    steps += [When(**{f"{field}__gte": span.begin}, then=Value(at)) for at, span in reversed(list(enumerate(spans)))]
    return Case(*steps, default=Value(-1), output_field=IntegerField())
