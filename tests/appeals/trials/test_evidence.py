"""Evidence between two variants, and the rule that decides a test: against simple cases and against known truths."""

from __future__ import annotations

import math
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.appeals.trials.simulation import World, run

from standfirst.appeals.trials.evidence import FALSE_ALARM, RATIOS, Count, evidence, joins_needed, needed
from standfirst.appeals.trials.rule import Answer, days_to_go, stand, total

A, B, C = 1, 2, 3
counts = st.builds(Count, seen=st.integers(0, 2000), joins=st.integers(0, 12))
days = st.lists(st.fixed_dictionaries({A: counts, B: counts}), max_size=6)


def by_hand(kept: list[dict[int, Count]], first: int, second: int) -> Fraction:
    """The mean of the likelihood ratios, exactly, in the order in which joins could have come."""
    mean = Fraction(0)
    for ratio in RATIOS:
        product, exact = Fraction(1), Fraction(str(ratio))
        for day in kept:
            one, two = day[first], day[second]
            if not (one.seen and two.seen):
                continue
            fair = Fraction(one.seen, one.seen + two.seen)
            biased = fair * exact / (fair * exact + 1 - fair)
            product *= (biased / fair) ** one.joins * ((1 - biased) / (1 - fair)) ** two.joins
        mean += product / len(RATIOS)
    return mean


@settings(max_examples=25, deadline=None)
@given(days)
def test_it_is_the_mean_of_likelihood_ratios(kept: list[dict[int, Count]]) -> None:
    assert math.isclose(evidence(kept, A, B), math.log(by_hand(kept, A, B)), rel_tol=1e-9, abs_tol=1e-9)


def test_it_is_never_more_likely_than_one_to_grow_when_there_is_no_difference() -> None:
    """The mean over both things that one more join can be is exactly what it was: a martingale."""
    for seen in ((10, 10), (1000, 3), (7, 90_000)):
        fair = seen[0] / sum(seen)
        first = math.exp(evidence([{A: Count(seen[0], 1), B: Count(seen[1], 0)}], A, B))
        second = math.exp(evidence([{A: Count(seen[0], 0), B: Count(seen[1], 1)}], A, B))
        assert math.isclose(fair * first + (1 - fair) * second, 1.0)


def test_days_on_which_one_was_not_seen_say_nothing() -> None:
    alone = {A: Count(5000, 40), B: Count(0, 0)}
    late = {A: Count(5000, 40), B: Count(0, 3)}
    assert evidence([alone, late, {}], A, B) == 0.0
    both = {A: Count(100, 3), B: Count(100, 1)}
    assert evidence([alone, both], A, B) == evidence([both], A, B) > 0


def test_a_busy_weekend_is_no_difference() -> None:
    """B is shown mostly at weekends, when everybody joins more often: summed up it looks five times as good."""
    week = [{A: Count(9000, 9), B: Count(1000, 1)}] * 5 + [{A: Count(1000, 10), B: Count(9000, 90)}] * 2
    summed = [{A: total(week, A), B: total(week, B)}]
    assert evidence(summed, B, A) > needed(2)
    assert evidence(week, B, A) < 0


def test_the_chance_of_a_false_alarm_is_shared_by_all_comparisons() -> None:
    for variants in (2, 3, 4):
        assert math.isclose(math.exp(-needed(variants)) * variants * (variants - 1), FALSE_ALARM)


@pytest.mark.parametrize(
    "world",
    [
        World((0.002, 0.002), 5000, days=14),
        World((0.001,) * 4, 9000, days=7),
        World((0.002, 0.002), 250, days=28, late=0.5),
    ],
    ids=["two variants", "four variants", "a small newsroom"],
)
def test_variants_that_are_alike_end_in_a_false_alarm_less_often_than_is_said(world: World) -> None:
    """Looked at every hour. `bench/trials.py` does the same two thousand times."""
    runs = 100
    assert sum(run(world, seed).found_after is not None for seed in range(runs)) <= runs * FALSE_ALARM


def test_a_real_difference_is_found_and_by_about_as_many_joins_as_was_said() -> None:
    found = [run(World((0.001, 0.002), 6667), seed) for seed in range(30)]
    assert sum(one.winner == 1 for one in found) >= 27
    joins = sorted(one.joins for one in found if one.winner == 1)
    assert joins_needed(2, 2.0) / 1.5 < joins[len(joins) // 2] < joins_needed(2, 2.0) * 1.5


def week_of(*counts: Count, days: int = 7) -> list[dict[int, Count]]:
    return [dict(enumerate(counts, start=1))] * days


def test_a_winner_is_named_after_a_week_and_a_loser_is_found_before() -> None:
    clear = (Count(2000, 2), Count(2000, 12))
    assert stand(week_of(*clear, days=1), (A, B), {A, B}).losers == ()
    early = stand(week_of(*clear, days=6), (A, B), {A, B})
    assert (early.answer, early.losers) == (Answer.NOT_ENOUGH, (A,))
    late = stand(week_of(*clear), (A, B), {A, B})
    assert (late.answer, late.best, late.losers) == (Answer.WINNER, B, (A,))
    assert late.evidence > late.needed
    assert late.likely[1].best > 0.99


def test_what_was_stopped_cannot_win_and_does_not_make_the_others_easier() -> None:
    kept = week_of(Count(2000, 2), Count(2000, 12), Count(2000, 3))
    standing = stand(kept, (A, B, C), {A, C})
    assert standing.best == C
    assert standing.answer is Answer.NOT_ENOUGH
    assert standing.needed == needed(3)


def test_much_of_the_same_is_called_alike_and_little_is_not() -> None:
    assert stand(week_of(Count(20_000, 60), Count(20_000, 59)), (A, B), {A, B}).answer is Answer.ALIKE
    assert stand(week_of(Count(200, 1), Count(200, 1)), (A, B), {A, B}).answer is Answer.NOT_ENOUGH


@pytest.mark.parametrize(
    "kept", [[], week_of(Count(), Count()), week_of(Count(90_000, 0), Count(3, 0)), week_of(Count(0, 4), Count(0, 0))]
)
def test_without_joins_or_views_there_is_not_enough(kept: list[dict[int, Count]]) -> None:
    standing = stand(kept, (A, B), {A, B})
    assert (standing.answer, standing.losers) == (Answer.NOT_ENOUGH, ())
    assert all(0 <= one.best <= 1 and one.rate.low < one.rate.high for one in standing.likely)


def test_a_variant_that_was_hardly_seen_decides_nothing() -> None:
    standing = stand(week_of(Count(90_000, 90), Count(3, 0)), (A, B), {A, B})
    assert (standing.answer, standing.losers) == (Answer.NOT_ENOUGH, ())
    assert standing.likely[1].more.high > 2


def test_how_much_longer_it_takes() -> None:
    kept = week_of(Count(1000, 5), Count(1000, 5))
    assert days_to_go(kept, (A, B), 2.0) == 0
    assert days_to_go(kept, (A, B), 1.5) == round((joins_needed(2, 1.5) - 70) / 10) > 7
    assert days_to_go(kept[:2], (A, B), 3.0) == 5
    assert days_to_go(week_of(Count(10, 0), Count(10, 0)), (A, B), 2.0) is None
    assert days_to_go([], (A, B), 2.0) is None


def test_the_order_of_days_does_not_matter() -> None:
    kept = [{A: Count(100 * at, at), B: Count(90 * at, 2 * at)} for at in range(1, 9)]
    mixed = list(kept)
    Random(1).shuffle(mixed)  # noqa: S311 # an order, not a secret
    assert math.isclose(evidence(mixed, B, A), evidence(kept, B, A))
