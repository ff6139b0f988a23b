"""The rule by which a test is decided. It may be asked at any time, and as often as one likes: see `evidence`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from standfirst.appeals.trials.evidence import Count, Day, evidence, joins_needed, needed
from standfirst.appeals.trials.statistics import Likely, likely

LEAST_DAYS = 7
"""A winner is not named before each day of the week was there."""
LEAST_DAYS_TO_STOP = 2
ALIKE = 1.25
"""Variants whose joins differ by no more than this factor are as good as one another."""


class Answer(StrEnum):
    """What a test says."""

    NOT_ENOUGH = "not_enough"
    ALIKE = "alike"
    WINNER = "winner"


@dataclass(frozen=True)
class Standing:
    """How a test stands. `best` has the highest rate of those that run; `losers` are those that another clearly beats.

    `likely` is in the order of the variants. `evidence` is of the best against the next; it and what is `needed` are
    natural logarithms.
    """

    answer: Answer
    best: int
    losers: tuple[int, ...]
    likely: tuple[Likely, ...]
    evidence: float
    needed: float


def stand(days: Sequence[Day], variants: Sequence[int], running: Collection[int]) -> Standing:
    """Say how the test of `variants` stands after `days`; the first is the control.

    Only those that are still running can win; those that were stopped stay in the count of comparisons.
    """
    totals = {variant: total(days, variant) for variant in variants}
    found = likely([totals[one].seen for one in variants], [totals[one].joins for one in variants])
    rates = {variant: one.rate.middle for variant, one in zip(variants, found, strict=True)}
    still = [one for one in variants if one in running] or [variants[0]]
    best = max(still, key=lambda one: rates[one])
    limit = needed(len(variants)) if len(variants) > 1 else 0.0
    against = {one: evidence(days, best, one) for one in still if one != best}
    return Standing(
        answer=_answer(days, still, best, against, limit, dict(zip(variants, found, strict=True))),
        best=best,
        losers=_losers(days, still, limit),
        likely=tuple(found),
        evidence=min(against.values(), default=0.0),
        needed=limit,
    )


def total(days: Sequence[Day], variant: int) -> Count:
    """Return what was counted of `variant` on all days together."""
    counts = [day[variant] for day in days if variant in day]
    return Count(sum(one.seen for one in counts), sum(one.joins for one in counts))


def _answer(
    days: Sequence[Day], still: list[int], best: int, against: dict[int, float], limit: float, found: dict[int, Likely]
) -> Answer:
    if len(days) < LEAST_DAYS or not against:
        return Answer.NOT_ENOUGH
    if min(against.values()) >= limit:
        return Answer.WINNER
    spread = [found[one].more for one in still[1:]]
    if all(one.low >= 1 / ALIKE and one.high <= ALIKE for one in spread):
        return Answer.ALIKE
    return Answer.NOT_ENOUGH


def _losers(days: Sequence[Day], still: list[int], limit: float) -> tuple[int, ...]:
    if len(days) < LEAST_DAYS_TO_STOP:
        return ()
    return tuple(
        loser for loser in still if any(evidence(days, other, loser) >= limit for other in still if other != loser)
    )


def days_to_go(days: Sequence[Day], variants: Sequence[int], ratio: float, recent: int = 14) -> int | None:
    """Return in about how many days a variant that brings `ratio` times as many joins would be found.

    Reckoned from the joins a day of the last `recent` days; `None` while nobody has joined.
    """
    late = days[-recent:]
    joins = sum(count.joins for day in late for count in day.values())
    if not joins:
        return None
    pace = joins / len(late) * 2 / len(variants)  # of two variants together
    so_far = sum(count.joins for day in days for count in day.values()) * 2 / len(variants)
    return max(LEAST_DAYS - len(days), round((joins_needed(len(variants), ratio) - so_far) / pace), 0)
