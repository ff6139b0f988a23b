"""Who became a member and who ceased to be one, by the timelines of pledges.

Somebody is new with the event that makes one of their pledges count while no other does, and lost with the event after
which none does any more: whoever has two pledges is one member. Summed up over all time, new less lost is the number
of members now.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from standfirst.membership.models import Pledge, PledgeEvent
from standfirst.membership.spans import Span, place

COUNTS = tuple(sorted(Pledge.COUNTING))


@dataclass(frozen=True)
class Flow:
    """What happened in `span`."""

    span: Span
    new: int
    lost: int

    @property
    def net(self) -> int:
        """New less lost."""
        return self.new - self.lost


def new_members() -> QuerySet[PledgeEvent]:
    """The events that each made somebody a member."""
    return _alone(PledgeEvent.objects.exclude(was__in=COUNTS).filter(became__in=COUNTS))


def lost_members() -> QuerySet[PledgeEvent]:
    """The events with each of which somebody ceased to be a member."""
    return _alone(PledgeEvent.objects.filter(was__in=COUNTS).exclude(became__in=COUNTS))


def _alone(events: QuerySet[PledgeEvent]) -> QuerySet[PledgeEvent]:
    """Those of `events` at which no other pledge of the same member counted."""
    earlier = Q(at__lt=OuterRef(OuterRef("at"))) | Q(at=OuterRef(OuterRef("at")), pk__lt=OuterRef(OuterRef("pk")))
    before = PledgeEvent.objects.filter(earlier, pledge=OuterRef("pk")).order_by("-at", "-pk")
    others = (
        Pledge.objects.filter(member=OuterRef("pledge__member"))
        .exclude(pk=OuterRef("pledge"))
        .annotate(then=Subquery(before.values("became")[:1]))
        .filter(then__in=COUNTS)
    )
    return events.filter(~Exists(others)).order_by()


def flows(spans: Sequence[Span]) -> list[Flow]:
    """What happened in each of `spans`, which follow one another."""
    new, lost = _by_span(new_members(), spans), _by_span(lost_members(), spans)
    return [Flow(span, new.get(at, 0), lost.get(at, 0)) for at, span in enumerate(spans)]


def _by_span(events: QuerySet[PledgeEvent], spans: Sequence[Span]) -> dict[int, int]:
    within = events.filter(at__gte=spans[0].begin, at__lt=spans[-1].end)
    return dict(within.annotate(place=place("at", spans)).values_list("place").annotate(number=Count("pk")))


def counting_at(moment: datetime) -> QuerySet[Pledge]:
    """The pledges that counted just before `moment`, by the last line of each timeline before it."""
    before = PledgeEvent.objects.filter(pledge=OuterRef("pk"), at__lt=moment).order_by("-at", "-pk")
    return Pledge.objects.annotate(then=Subquery(before.values("became")[:1])).filter(then__in=COUNTS)


def members_at(moment: datetime) -> int:
    """How many members there were just before `moment`."""
    found = counting_at(moment).aggregate(members=Count("member", distinct=True))
    return int(found["members"])


@dataclass(frozen=True)
class Rescue:
    """Pledges whose payment failed in `span`, and those that were recovered, or lost by it, in the same time."""

    span: Span
    failed: int
    recovered: int
    lost: int


def failures() -> QuerySet[PledgeEvent]:
    """The events with which a payment began to be late."""
    return PledgeEvent.objects.filter(became=Pledge.State.PAST_DUE).exclude(was=Pledge.State.PAST_DUE).order_by()


def recoveries() -> QuerySet[PledgeEvent]:
    """The events with which a late payment came after all."""
    return PledgeEvent.objects.filter(
        was=Pledge.State.PAST_DUE, became__in=[Pledge.State.ACTIVE, Pledge.State.CANCELLING]
    ).order_by()


def losses() -> QuerySet[PledgeEvent]:
    """The events with which somebody was lost by a payment that never came."""
    return PledgeEvent.objects.filter(
        was=Pledge.State.PAST_DUE, became__in=[Pledge.State.LAPSED, Pledge.State.ENDED]
    ).order_by()


def rescues(spans: Sequence[Span]) -> list[Rescue]:
    """What became of failed payments in each of `spans`."""
    failed, recovered, lost = (_by_span(events, spans) for events in (failures(), recoveries(), losses()))
    return [Rescue(span, failed.get(at, 0), recovered.get(at, 0), lost.get(at, 0)) for at, span in enumerate(spans)]
