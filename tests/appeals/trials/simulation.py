"""Made-up tests of appeals with known rates, looked at every hour: how often a false alarm, how soon a find?"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from standfirst.appeals.trials.evidence import NOTHING, Count, evidence, grown, needed, strength
from standfirst.appeals.trials.rule import ALIKE, LEAST_DAYS, Answer, stand, total

HOURS = (1, 1, 1, 1, 1, 2, 4, 8, 12, 12, 11, 10, 10, 11, 10, 9, 9, 10, 12, 14, 14, 11, 7, 3)
"""Readers by the hour of the day."""
WEEK = (1.2, 1.1, 1.0, 1.0, 1.1, 0.7, 0.6)
WEEKEND = 1.8
"""On Saturday and Sunday readers have time: so many times as many of them join, whatever the appeal says."""


@dataclass(frozen=True)
class World:
    """What is true: `rates` are joins for each view, the control's first; `shares` of the views, even when empty."""

    rates: tuple[float, ...]
    views_a_day: int
    days: int = 28
    shares: tuple[float, ...] = ()
    late: float = 0.0
    """What part joins only within the next day."""
    real_week: bool = True


@dataclass
class Run:
    """One test: after which day something was called better than something else, and what."""

    found_after: float | None = None
    winner: int | None = None
    joins: int = 0
    closed: dict[tuple[int, int], tuple[float, ...]] = field(default_factory=dict)


def run(world: World, seed: int) -> Run:
    """Look at the test after every hour, until something is found or its days are over."""
    chance = random.Random(seed)  # noqa: S311 # made-up readers
    variants = range(len(world.rates))
    limit = needed(len(world.rates))
    result = Run(closed={(a, b): NOTHING for a in variants for b in variants if a != b})
    seen, joins = [0] * len(world.rates), [0] * len(world.rates)
    for hour, counts in enumerate(_hours(world, chance)):
        if hour % 24 == 0 and hour:
            result.closed = {pair: _grown(result, pair, seen, joins) for pair in result.closed}
            seen, joins = [0] * len(seen), [0] * len(joins)
        for variant, (views, new) in enumerate(counts):
            seen[variant] += views
            joins[variant] += new
            result.joins += new
        for pair in result.closed:
            if strength(_grown(result, pair, seen, joins)) >= limit:
                result.found_after, result.winner = (hour + 1) / 24, pair[0]
                return result
    return result


@dataclass(frozen=True)
class Said:
    """The first verdict of a test that is read once a day; `ratio` is the second's joins by the control's."""

    answer: Answer
    is_right: bool = True
    """Whether the winner is the best one, where a winner was named."""
    ratio: float = 1.0


def verdict(world: World, seed: int) -> Said:
    """Read a test of two by the whole rule, once a day until it says something or its days are over."""
    chance = random.Random(seed)  # noqa: S311 # made-up readers
    hours = list(_hours(world, chance))
    days = [_day(hours[24 * day : 24 * day + 24]) for day in range(world.days)]
    for number in range(LEAST_DAYS, world.days + 1):
        kept = days[:number]
        if not _may_say_something(kept):
            continue
        standing = stand(kept, (0, 1), {0, 1})
        if standing.answer is Answer.WINNER:
            is_right = world.rates[standing.best] > world.rates[1 - standing.best]
            return Said(standing.answer, is_right, standing.likely[1].more.middle)
        if standing.answer is Answer.ALIKE:
            return Said(standing.answer)
    return Said(Answer.NOT_ENOUGH)


def _day(hours: Sequence[Sequence[tuple[int, int]]]) -> dict[int, Count]:
    return {one: Count(sum(hour[one][0] for hour in hours), sum(hour[one][1] for hour in hours)) for one in (0, 1)}


def _may_say_something(days: Sequence[dict[int, Count]]) -> bool:
    """Whether reckoning it out is worth the time: the evidence is there, or the rates are near by a normal guess."""
    if max(evidence(days, 0, 1), evidence(days, 1, 0)) >= needed(2):
        return True
    one, two = total(days, 0), total(days, 1)
    apart = abs(math.log((one.joins + 1) / (one.seen + 1)) - math.log((two.joins + 1) / (two.seen + 1)))
    return apart + 1.5 * math.sqrt(1 / (one.joins + 1) + 1 / (two.joins + 1)) < math.log(ALIKE)


def _grown(result: Run, pair: tuple[int, int], seen: Sequence[int], joins: Sequence[int]) -> tuple[float, ...]:
    one, two = (Count(seen[variant], joins[variant]) for variant in pair)
    return grown(result.closed[pair], one, two)


def _hours(world: World, chance: random.Random) -> Iterator[list[tuple[int, int]]]:
    """Views and joins of each variant, hour by hour."""
    shares = world.shares or tuple(1 / len(world.rates) for _rate in world.rates)
    later: dict[int, list[int]] = {}
    for hour in range(world.days * 24):
        day = hour // 24 % 7
        part = HOURS[hour % 24] / sum(HOURS) * (WEEK[day] if world.real_week else 1.0)
        lift = WEEKEND if world.real_week and day > 4 else 1.0
        counts = []
        for variant, (rate, share) in enumerate(zip(world.rates, shares, strict=True)):
            views = poisson(world.views_a_day * part * share, chance)
            joining = poisson(views * rate * lift, chance)
            delayed = sum(_is_late(world, chance) for _join in range(joining))
            for _join in range(delayed):
                later.setdefault(hour + chance.randint(1, 24), []).append(variant)
            counts.append((views, joining - delayed))
        for variant in later.pop(hour, []):
            counts[variant] = (counts[variant][0], counts[variant][1] + 1)
        yield counts


def _is_late(world: World, chance: random.Random) -> bool:
    return bool(world.late) and chance.random() < world.late


def poisson(mean: float, chance: random.Random) -> int:
    """A number of rare events of which `mean` are expected; from 50 on by the normal distribution."""
    if mean > 50:
        return max(0, round(chance.gauss(mean, math.sqrt(mean))))
    limit, product, number = math.exp(-mean), chance.random(), 0
    while product > limit:
        product *= chance.random()
        number += 1
    return number
