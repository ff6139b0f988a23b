"""What is read most, lately: how reads become a score. Nothing here asks the database or the clock.

A story's score for a period that ends now is

    score = damping * sum over its sources of min(w, factor * (W - w) + floor)

where `w` are the decayed reads that came from one source (a referring site, or none), `W` those from all of them.
docs/explanation/popular.md gives the reasons of each part.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from standfirst.counting.models import OWN_REFERRER

DIRECT = ""
"""The source of reads that name no referring site."""
SITE_FACTOR = 1.0
"""Reads from one site count up to as many as all others together."""
FACTORS = {DIRECT: 2.0, OWN_REFERRER: 2.0}
"""Reads without a referrer, and those from our own pages, are many sources in one: they count up to twice all
others, and no more, as both are the easiest to forge."""
HALF_LIVES = 3
"""Half-lives in a period: what happened at its beginning weighs an eighth of what happens now."""
FEWEST = 3
"""Stories without which there is no list."""
KEPT = 12
"""Stories of a list that are kept: more than any block shows, so that what drops out leaves no hole."""


@dataclass(frozen=True)
class Period:
    """How far a list looks back.

    `least`: reads that a story needs to be listed at all; `floor`: reads from one source that always count;
    `fresh_for`: the age up to which a story counts in full.
    """

    name: str
    length: timedelta
    least: int
    floor: int
    fresh_for: timedelta

    @property
    def half_life(self) -> timedelta:
        return self.length / HALF_LIVES


HOURS = Period("hours", timedelta(hours=3), least=5, floor=10, fresh_for=timedelta(days=2))
DAY = Period("day", timedelta(days=1), least=10, floor=20, fresh_for=timedelta(days=7))
WEEK = Period("week", timedelta(days=7), least=20, floor=40, fresh_for=timedelta(days=28))
PERIODS = {period.name: period for period in (HOURS, DAY, WEEK)}
"""From the shortest to the longest."""


@dataclass(frozen=True)
class Reads:
    """Reads of one story from one source within a period: how many, and how many they weigh after decay."""

    source: str
    reads: int
    weighed: float


@dataclass(frozen=True)
class Score:
    """What a story's place comes from.

    `reads` were counted, `weighed` after decay, `guarded` of these after the limit on each source, `counted` of the
    reads without decay after the same limit; `limited` names the source that the limit bit most, or `None`.
    """

    value: float
    reads: int
    weighed: float
    guarded: float
    counted: float
    damping: float
    limited: str | None


@dataclass(frozen=True)
class Standing:
    """A story with its score."""

    story: int
    published_at: datetime
    score: Score


def weight(period: Period, ago: timedelta) -> float:
    """What one read weighs that happened `ago`: 1 now, half after each half-life, 0 before the period began.

    >>> weight(DAY, timedelta(hours=8))
    0.5
    """
    if ago > period.length:
        return 0.0
    return float(0.5 ** (max(ago, timedelta()) / period.half_life))


def damping(period: Period, age: timedelta) -> float:
    """What a story of this age keeps of its score: all while it is fresh, then half at each doubling of its age.

    >>> damping(DAY, timedelta(days=28))
    0.25
    """
    return 1.0 if age <= period.fresh_for else period.fresh_for / age


def score(period: Period, sources: Sequence[Reads], age: timedelta) -> Score:
    """Score a story of this `age` by its `sources`, each of which stands there once."""
    reads = sum(source.reads for source in sources)
    weighed = sum(source.weighed for source in sources)
    guarded = sum(_limited(period, source, weighed, _weighed) for source in sources)
    counted = sum(_limited(period, source, reads, _reads) for source in sources)
    losses = {source.source: source.weighed - _limited(period, source, weighed, _weighed) for source in sources}
    worst = max(losses, key=losses.__getitem__, default=None)
    share = damping(period, age)
    return Score(
        value=round(guarded * share, 6),  # sums of the same numbers in another order are no other place
        reads=reads,
        weighed=weighed,
        guarded=guarded,
        counted=counted,
        damping=share,
        limited=worst if worst is not None and losses[worst] > 0 else None,
    )


def _weighed(source: Reads) -> float:
    return source.weighed


def _reads(source: Reads) -> float:
    return source.reads


def _limited(period: Period, source: Reads, total: float, amount: Callable[[Reads], float]) -> float:
    """What counts of one source: at most a multiple of all others, and a floor."""
    others = total - amount(source)
    return min(amount(source), FACTORS.get(source.source, SITE_FACTOR) * others + period.floor)


def standings(
    period: Period, reads: Mapping[int, Sequence[Reads]], published_at: Mapping[int, datetime], now: datetime
) -> list[Standing]:
    """Return the stories with enough reads, the most popular first; on a tie the newest, then the highest number.

    Args:
        reads: sources by story.
        published_at: when each story was published; what is missing here is not ranked.
    """
    found = [
        Standing(story, published_at[story], score(period, sources, now - published_at[story]))
        for story, sources in reads.items()
        if story in published_at
    ]
    enough = [standing for standing in found if standing.score.counted >= period.least]
    return sorted(enough, key=_order, reverse=True)


def _order(standing: Standing) -> tuple[float, datetime, int]:
    return standing.score.value, standing.published_at, standing.story


def listed(standings: Sequence[Standing]) -> list[Standing]:
    """Return what stands in a list: the first of `standings`, or nothing where they are too few to be a list."""
    return list(standings[:KEPT]) if len(standings) >= FEWEST else []
