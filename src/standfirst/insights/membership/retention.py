"""Who stays: pledges by the month in which they began, monthly and yearly ones apart, and by where members came from.

A pledge stays until it lapses or ends; a pause is no loss. Of a cohort's `began` pledges, `staying[k]` had not lapsed
or ended by the end of the k-th month after the one in which they began. A pledge that came back counts as having
stayed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from standfirst.membership.join_source import place_of
from standfirst.membership.models import Pledge, Price
from standfirst.membership.spans import Span, place


@dataclass(frozen=True)
class Cohort:
    """The pledges of one interval that began in `span`; `staying[0]` is by the end of that month itself."""

    span: Span
    interval: str
    began: int
    staying: tuple[int, ...]

    def share(self, months: int) -> float | None:
        """What part stayed `months` on, from 0 to 1; `None` when that is not known yet or nobody began."""
        return self.staying[months] / self.began if self.began and months < len(self.staying) else None


def cohorts(interval: str, spans: Sequence[Span]) -> list[Cohort]:
    """The cohorts of `spans`, months that follow one another; the last may still be going on."""
    rows = (
        Pledge.objects.filter(interval=interval, began_at__gte=spans[0].begin, began_at__lt=spans[-1].end)
        .annotate(began_in=place("began_at", spans), ended_in=place("ended_at", spans))
        .order_by()
        .values_list("began_in", "ended_in")
        .annotate(number=Count("pk"))
    )
    left: dict[int, Counter[int]] = {at: Counter() for at in range(len(spans))}
    for began, ended, number in rows:
        left[began][ended] = number
    return [_cohort(spans, interval, at, left[at]) for at in range(len(spans))]


def _cohort(spans: Sequence[Span], interval: str, at: int, left: Counter[int]) -> Cohort:
    """`left` says how many ended in which month; -1 is in none of them."""
    began = left.total()
    staying = []
    rest = began
    for month in range(at, len(spans)):
        rest -= left[month]
        staying.append(rest)
    return Cohort(spans[at], interval, began, tuple(staying))


@dataclass(frozen=True)
class Source:
    """The pledges of those who came by `name`: how many began in a time, and how many of them stay now."""

    name: str
    interval: str
    began: int
    staying: int


SOURCE_MONTHS = 13


def begun(spans: Sequence[Span]) -> QuerySet[Pledge]:
    """The recurring pledges that began within `spans`."""
    return Pledge.objects.filter(
        began_at__gte=spans[0].begin,
        began_at__lt=spans[-1].end,
        interval__in=[Price.Interval.MONTH, Price.Interval.YEAR],
    )


def by_source(spans: Sequence[Span]) -> list[Source]:
    """Pledges that began within `spans` by the place in their member's source."""
    rows = (
        begun(spans)
        .order_by()
        .values_list("member__source", "interval")
        .annotate(began=Count("pk"), staying=Count("pk", filter=Q(ended_at=None)))
    )
    began: Counter[tuple[str, str]] = Counter()
    staying: Counter[tuple[str, str]] = Counter()
    for source, interval, number, still in rows:
        key = (place_of(source), interval)
        began[key] += number
        staying[key] += still
    return [Source(name, interval, began[name, interval], staying[name, interval]) for name, interval in sorted(began)]
