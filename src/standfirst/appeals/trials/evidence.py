"""Evidence that one variant brings more members than another, which may be looked at as often as one likes.

Two variants are compared by their joins alone. If they are equally good, each join falls to one of them as a coin
does that is weighted by how often each was seen on that day. The evidence is how much better a coin explains the joins
that favours the first variant, by the ratios `RATIOS`, than the fair one does. Such evidence is a test martingale
(Ville 1939): when there is no difference, the chance that it *ever* exceeds 1/a is at most a, however often one looks.
See Robbins, "Statistical methods related to the law of the iterated logarithm" (1970); Johari, Koomen, Pekelis, Walsh,
"Always valid inference" (Operations Research, 2022); Lindon, Malek, "Anytime-valid inference for multinomial count
data" (NeurIPS 2022). Days are compared each for itself, so that neither a busy Monday nor a day on which one of them
was not shown can pass for a difference.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

RATIOS = (1.2, 1.5, 2.0, 3.0)
"""How many times as many joins the first variant might bring; each is taken to be as likely as the others."""
FALSE_ALARM = 0.05
"""The chance that a test of variants that are all alike ever names a winner or stops a loser."""


@dataclass(frozen=True)
class Count:
    """How often a variant was seen, and how many joined by it."""

    seen: int = 0
    joins: int = 0


NOTHING = (0.0,) * len(RATIOS)
"""The evidence of each ratio before the first day."""
Day = Mapping[int, Count]
"""What was counted on one day, by variant."""


def evidence(days: Sequence[Day], first: int, second: int) -> float:
    """Return how strongly `days` speak for `first` bringing more joins than `second`, as a natural logarithm."""
    found = NOTHING
    for day in days:
        found = grown(found, day.get(first, Count()), day.get(second, Count()))
    return strength(found)


def grown(before: Sequence[float], one: Count, two: Count) -> tuple[float, ...]:
    """Return the evidence of each ratio after one more day. A day on which one was not seen says nothing."""
    if not (one.seen and two.seen and one.joins + two.joins):
        return tuple(before)
    share = one.seen / (one.seen + two.seen)
    both = one.joins + two.joins
    return tuple(
        old + one.joins * math.log(ratio) - both * math.log(1 - share + share * ratio)
        for old, ratio in zip(before, RATIOS, strict=True)
    )


def strength(found: Sequence[float]) -> float:
    """Return the evidence of all ratios together: their mean, as a natural logarithm."""
    highest = max(found)
    return highest + math.log(sum(math.exp(one - highest) for one in found) / len(found))


def needed(variants: int) -> float:
    """Return the evidence, as a natural logarithm, at which a test of that many variants calls one better than another.

    The chance of a false alarm is shared out evenly among all comparisons of two, in both directions (Bonferroni).
    """
    return math.log(variants * (variants - 1) / FALSE_ALARM)


def joins_needed(variants: int, ratio: float) -> int:
    """Return about how many joins of two variants together show that one brings `ratio` times as many.

    That is where the mean evidence of the best fitting ratio reaches what is needed: half of made-up tests are decided
    by then (`bench/trials.py`).
    """
    share = ratio / (1 + ratio)
    gain = max(share * math.log(one) - math.log((1 + one) / 2) for one in RATIOS)
    return math.ceil(needed(variants) / gain)
