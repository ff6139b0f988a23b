"""The known answer: what is read most, worked out from the visits themselves and by another way than the lists are.

It knows every read to the second, and who made it: robots, attackers and readers who ask not to be counted are left
out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from standfirst.counting.models import OWN_REFERRER
from standfirst.counting.models.rollups import SLOT_MINUTES
from standfirst.demo.traffic.visits import Visit
from standfirst.discovery.popular.scoring import Period

SLOT = 60.0 * SLOT_MINUTES


@dataclass(frozen=True)
class Place:
    """A story with the score that it really has; `is_sure` unless too few reads would be left without the oldest slot.

    Slots are taken whole: what was read in the first five minutes of a period may stand in one that began before it.
    """

    story: int
    value: float
    is_sure: bool = True


def answer(
    visits: Iterable[Visit], edition: int, period: Period, now: datetime, published: Mapping[int, datetime]
) -> list[Place]:
    """Return the stories of `edition` in their true order at `now`, those with too few reads left out.

    Args:
        published: when each public story was published; what is missing is not in the answer.
    """
    times: dict[int, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for visit in visits:
        ago = (now - visit.at).total_seconds()
        is_of_it = visit.edition == edition and visit.story in published
        if is_of_it and visit.is_counted and visit.is_read and 0 < ago <= period.length.total_seconds():
            times[visit.story][visit.referrer].append(ago)
    found = [_place(story, by_source, period, now - published[story]) for story, by_source in times.items()]
    enough = [place for place in found if place is not None]
    return sorted(enough, key=lambda place: (-place.value, -published[place.story].timestamp(), -place.story))


def _place(story: int, times: Mapping[str, list[float]], period: Period, age: timedelta) -> Place | None:
    """Score a story by its reads, given as seconds ago by source; `None` when they are too few."""
    length = period.length.total_seconds()
    reads = {source: float(len(moments)) for source, moments in times.items()}
    if _within_limits(reads, period.floor) < period.least:
        return None
    weighed = {source: sum(2.0 ** (-3 * ago / length) for ago in moments) for source, moments in times.items()}
    inner = {source: float(sum(ago <= length - SLOT for ago in moments)) for source, moments in times.items()}
    share = min(1.0, period.fresh_for / max(age, timedelta(seconds=1)))
    is_sure = _within_limits(inner, period.floor) >= period.least
    return Place(story, _within_limits(weighed, period.floor) * share, is_sure)


def _within_limits(amounts: Mapping[str, float], floor: int) -> float:
    """What is left when no source has more than its multiple of the others, and the floor."""
    whole = sum(amounts.values())
    left = 0.0
    for source, amount in amounts.items():
        times = 2 if source in ("", OWN_REFERRER) else 1
        left += min(amount, times * (whole - amount) + floor)
    return left


def disagreement(listed: list[int], true: list[Place], tolerance: float) -> list[str]:
    """Say where a list departs from the answer; stories whose true scores are nearly the same may change places.

    Args:
        tolerance: the share of a score below which two are nearly the same. Slots of five minutes, steps of decay and
            what caps let through of an attack move a score by as much.
    """
    values = {place.story: place.value for place in true}
    said = [f"story {story} is listed and was not read enough" for story in listed if story not in values]
    known = [story for story in listed if story in values]
    for before, after in pairwise(known):
        if values[before] < values[after] * (1 - tolerance):
            said.append(f"story {before} ({values[before]:.1f}) stands before {after} ({values[after]:.1f})")
    if known:
        last = values[known[-1]]
        unlisted = [place for place in true if place.story not in listed and place.is_sure]
        missing = [place for place in unlisted if place.value * (1 - tolerance) > last]
        said += [f"story {place.story} ({place.value:.1f}) is missing" for place in missing]
    return said
