"""What is likely after what was counted: a Bayesian model with weak assumptions, drawn from with a fixed seed.

Joins: of all who see a variant, a part joins; that part is Beta distributed with `PRIOR_JOINS` joins among
`PRIOR_SEEN` views added to what was counted (beta-binomial). Money: what a join brings is drawn from the amounts that
were really paid (Bayesian bootstrap, Rubin 1981), those of all variants with the weight of `POOLED` payments among a
variant's own: one large gift must not make a winner. The same counts give the same figures each time.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

PRIOR_JOINS, PRIOR_SEEN = 1.0, 1000.0
"""As if one of a thousand who saw it had joined before the test began."""
POOLED = 2.0
DRAWS = 10_000
MONEY_DRAWS = 3000
LOW, HIGH = 0.05, 0.95
"""The ends of an interval of 90 %."""


@dataclass(frozen=True)
class Interval:
    """A middle value, and the ends between which the true one lies with 90 % probability."""

    middle: float
    low: float
    high: float


@dataclass(frozen=True)
class Likely:
    """What is likely of one variant. Rates are joins for each time it was seen.

    `best`: the probability that no other is better. `more`: how many times as many joins as the control's. `apart`:
    its rate less the control's.
    """

    rate: Interval
    best: float
    more: Interval
    apart: Interval


def likely(seen: Sequence[int], joins: Sequence[int]) -> list[Likely]:
    """Return what is likely of each variant; the control is the first. Raises ValueError when there are none.

    More joins than views (readers who do not want to be counted join, too) count as so many views.
    """
    if not seen:
        raise ValueError("Give the counts of at least one variant.")
    draws = [_rates(at, max(views, some), some) for at, (views, some) in enumerate(zip(seen, joins, strict=True))]
    best = [0] * len(draws)
    for rates in zip(*draws, strict=True):
        best[rates.index(max(rates))] += 1
    return [
        Likely(
            rate=_interval(own),
            best=best[at] / DRAWS,
            more=_interval([one / control for one, control in zip(own, draws[0], strict=True)]),
            apart=_interval([one - control for one, control in zip(own, draws[0], strict=True)]),
        )
        for at, own in enumerate(draws)
    ]


def money_a_thousand(seen: Sequence[int], payments: Sequence[Mapping[int, int]]) -> list[Interval]:
    """Return the money for each 1,000 views of each variant, in the unit of the amounts.

    `payments` says how often each amount was paid first, by variant; all in one currency.
    """
    pooled = Counter[int]()
    for own in payments:
        pooled.update(own)
    total = pooled.total()
    found = []
    for at, (views, own) in enumerate(zip(seen, payments, strict=True)):
        number = sum(own.values())
        rates = _rates(at, max(views, number), number)[:MONEY_DRAWS]
        weights = {
            amount: own.get(amount, 0) + POOLED * times / total for amount, times in sorted(pooled.items())
        }  # fmt: skip
        means = _means(at, weights)
        found.append(_interval([1000 * rate * mean for rate, mean in zip(rates, means, strict=True)]))
    return found


def _rates(at: int, seen: int, joins: int) -> list[float]:
    chance = random.Random(f"rate {at}")  # noqa: S311 # figures that repeat, not secrets
    a, b = PRIOR_JOINS + joins, PRIOR_SEEN - PRIOR_JOINS + seen - joins
    return [chance.betavariate(a, b) for _draw in range(DRAWS)]


def _means(at: int, weights: Mapping[int, float]) -> list[float]:
    """Mean amounts, the share of each amount drawn by its weight (Dirichlet); 0 where nothing was paid."""
    chance = random.Random(f"money {at}")  # noqa: S311 # as above
    means = []
    for _draw in range(MONEY_DRAWS):
        shares = [(amount, chance.gammavariate(weight, 1.0)) for amount, weight in weights.items()]
        whole = sum(share for _amount, share in shares)
        means.append(sum(amount * share for amount, share in shares) / whole if whole else 0.0)
    return means


def _interval(draws: list[float]) -> Interval:
    ordered = sorted(draws)
    last = len(ordered) - 1
    return Interval(ordered[last // 2], ordered[round(last * LOW)], ordered[round(last * HIGH)])
