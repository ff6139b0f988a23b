"""Reads that led to members: the pledges that began on the way from a story to the page for joining."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import ExtractHour

from standfirst.insights.reading.periods import Period
from standfirst.insights.reading.scope import Scope
from standfirst.kit.money import Money
from standfirst.membership.join_source import JoinSource, arrival_of
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


def begun(period: Period, scope: Scope, stories: Collection[int] = ()) -> QuerySet[Pledge]:
    """The pledges that began in `period` by way of a story of `scope`, or of these `stories` of it."""
    found = Pledge.objects.filter(began_at__gte=period.begin, began_at__lt=period.end, source_story__gt=0)
    if scope.edition is not None:
        found = found.filter(source_story__in=Article.objects.filter(edition=scope.edition).order_by().values("pk"))
    if scope.hour is not None:
        found = found.filter(began_at__hour=scope.hour)
    if scope.campaign is not None:
        found = found.filter(_arrived_with(scope.campaign))
    if stories:
        found = found.filter(source_story__in=list(stories))
    return found.filter(scope.of_stories("source_story"))


def _arrived_with(campaign: str) -> Q:
    """The condition that readers arrived with `campaign` as an address carries it; "" without one, or not known."""
    if not campaign:
        return ~Q(source__contains=";arrival=")
    arrival = arrival_of(campaign)
    return Q(source__endswith=f";arrival={arrival}") if arrival else Q(pk__in=[])


def by_story(period: Period, scope: Scope, stories: Collection[int] = ()) -> dict[int, Joined]:
    """Who joined by way of which story."""
    return _grouped(begun(period, scope, stories), "source_story")


def by_hour(pledges: QuerySet[Pledge]) -> dict[int, Joined]:
    """`pledges` by the hour of the newsroom's clock at which they began."""
    return _grouped(pledges.annotate(clock=ExtractHour("began_at")), "clock")


def by_campaign(pledges: QuerySet[Pledge], counted: Mapping[str, int]) -> dict[str, Joined]:
    """`pledges` by the campaign with which their readers arrived, "" where there was none or it is not known.

    Args:
        counted: the campaigns that views were counted of, as addresses carry them, with how many. A join keeps
            the plain form of a campaign; of several that share one, that with most views stands for them.
    """
    written = {arrival_of(campaign): campaign for campaign in sorted(counted, key=lambda one: (counted[one], one))}
    found: dict[str, Joined] = {}
    for source, joined in _grouped(pledges, "source").items():
        arrival = JoinSource.parse(source).arrival
        campaign = written.get(arrival, arrival) if arrival else ""
        found[campaign] = found.get(campaign, NOBODY) + joined
    return found


def of_story(story: int) -> QuerySet[Pledge]:
    """All pledges that ever began by way of `story`."""
    return Pledge.objects.filter(source_story=story, began_at__isnull=False)


def ever(story: int) -> Joined:
    """Who ever joined by way of `story`."""
    return _grouped(of_story(story), "source_story").get(story, NOBODY)


def _grouped(pledges: QuerySet[Pledge], column: str) -> dict[Any, Joined]:
    rows = (
        pledges.order_by().values_list(column, "currency", "interval").annotate(number=Count("pk"), total=Sum("amount"))
    )
    found: dict[Any, Joined] = {}
    for key, currency, interval, number, total in rows:
        found[key] = found.get(key, NOBODY) + Joined(number, {(currency, interval): total})
    return found
