"""Reads that led to members: the pledges that began on the way from a story to the page for joining."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import Count, QuerySet, Sum

from standfirst.insights.reading.periods import Period
from standfirst.insights.reading.scope import Scope
from standfirst.kit.money import Money
from standfirst.membership.models import Pledge, Price
from standfirst.stories.models import Article


@dataclass(frozen=True)
class Joined:
    """How many pledges began, and what they promise: minor units by currency and interval."""

    number: int = 0
    promised: Mapping[tuple[str, str], int] = field(default_factory=dict)

    def __add__(self, other: Joined) -> Joined:
        return Joined(self.number + other.number, Counter(self.promised) + Counter(other.promised))

    @property
    def said(self) -> list[str]:
        """What they promise, in words, by currency."""
        return [
            f"{Money(amount, currency)} {Price.Interval(interval).label}"
            for (currency, interval), amount in sorted(self.promised.items())
            if amount
        ]


NOBODY = Joined()


def begun(period: Period, scope: Scope) -> QuerySet[Pledge]:
    """The pledges that began in `period` by way of a story of `scope`."""
    found = Pledge.objects.filter(began_at__gte=period.begin, began_at__lt=period.end, source_story__gt=0)
    if scope.edition is not None:
        found = found.filter(source_story__in=Article.objects.filter(edition=scope.edition).order_by().values("pk"))
    return found.filter(scope.of_stories("source_story"))


def by_story(period: Period, scope: Scope) -> dict[int, Joined]:
    """Who joined by way of which story."""
    return _grouped(begun(period, scope))


def of_story(story: int) -> QuerySet[Pledge]:
    """All pledges that ever began by way of `story`."""
    return Pledge.objects.filter(source_story=story, began_at__isnull=False)


def ever(story: int) -> Joined:
    """Who ever joined by way of `story`."""
    return _grouped(of_story(story)).get(story, NOBODY)


def _grouped(pledges: QuerySet[Pledge]) -> dict[int, Joined]:
    rows = (
        pledges.order_by()
        .values_list("source_story", "currency", "interval")
        .annotate(number=Count("pk"), total=Sum("amount"))
    )
    found: dict[int, Joined] = {}
    for story, currency, interval, number, total in rows:
        found[story] = found.get(story, NOBODY) + Joined(number, {(currency, interval): total})
    return found
