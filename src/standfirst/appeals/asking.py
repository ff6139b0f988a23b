"""What an edition asks now: the appeals of its running campaigns, in their order, and where each may stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from standfirst.appeals.models import Appeal, Place, QuietDay, Variant
from standfirst.appeals.rules import is_general, rules_of
from standfirst.delivery import trace

SPOTS: dict[str, tuple[Place, ...]] = {
    "strip": (Place.STRIP,),
    "box": (Place.BOX,),
    "after": (Place.END, Place.BOX),
    "end": (Place.END,),
    "front": (Place.FRONT,),
}
"""Where in a page appeals of which places stand, those of the first place first.

A story whose text has a box of its own ends with `end`, any other with `after`: two boxes never follow each other.
"""
CLOSED_TOGETHER = {"strip": "strip", "box": "story", "after": "story", "end": "story", "front": "front"}
"""What a reader closes at each spot: who wants no box in this story wants none under the next one."""
HOUSE_SPOTS = frozenset({"box", "after", "front"})
"""Where the edition's own appeal stands when no campaign asks."""


@dataclass(frozen=True)
class Ask:
    """One appeal with its rules and the wordings that readers see now."""

    appeal: Appeal
    rules: dict[str, Any]
    wordings: list[Variant]

    @property
    def is_general(self) -> bool:
        """Whether it may stand where no script runs."""
        return is_general(self.rules)


@dataclass(frozen=True)
class Asking:
    """What an edition asks at a moment; `quiet_day` names the day on which nothing is asked."""

    asks: list[Ask] = field(default_factory=list)
    quiet_day: str = ""

    def at(self, spot: str, *, is_quiet: bool) -> list[Ask]:
        """The appeals that may stand at `spot`, in the order in which they are tried."""
        if self.quiet_day:
            return []
        allowed = [ask for ask in self.asks if ask.appeal.asks_in_quiet or not is_quiet]
        return [ask for place in SPOTS[spot] for ask in allowed if ask.appeal.place == place]


def asking_of(edition_id: int, now: datetime) -> Asking:
    """Return what the edition asks at `now`. The page that shows it is fresh until a campaign or a quiet day begins or
    ends."""
    with trace.timed(None):
        found = list(appeals_of(edition_id).filter(Q(campaign__ends=None) | Q(campaign__ends__gt=now)))
        days = list(quiet_days(edition_id, timezone.localdate(now)))
    _fresh_until([moment for appeal in found for moment in (appeal.campaign.begins, appeal.campaign.ends)], now)
    _fresh_until([_midnight(day.day + timedelta(days=more)) for day in days for more in (0, 1)], now)
    today = next((day.name for day in days if day.day == timezone.localdate(now)), "")
    running = [appeal for appeal in found if appeal.campaign.is_on(now)]
    asks = [Ask(appeal, rules_of(appeal), appeal.wordings()) for appeal in running]
    return Asking([ask for ask in asks if ask.wordings], today)


def appeals_of(edition_id: int) -> Any:
    """The appeals of campaigns that are switched on, in their order, with all that is shown of them."""
    found = Appeal.objects.filter(edition_id=edition_id, campaign__is_running=True).select_related("campaign")
    return found.prefetch_related("variants__picture", "sections", "threads", "topics")


def quiet_days(edition_id: int, day: date) -> Any:
    """The edition's quiet days from `day` on."""
    return QuietDay.objects.filter(Q(edition_id=edition_id) | Q(edition=None), day__gte=day).order_by("day")


def _fresh_until(moments: Iterable[datetime | None], now: datetime) -> None:
    for moment in moments:
        if moment is not None and moment > now:
            trace.fresh_until(moment)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
