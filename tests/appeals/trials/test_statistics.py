"""What is likely after what was counted: against numbers that can be had another way."""

from __future__ import annotations

import math

import pytest

from standfirst.appeals.trials.statistics import PRIOR_JOINS, PRIOR_SEEN, Interval, likely, money_a_thousand


def density(rate: float, joins: int, seen: int) -> float:
    a, b = PRIOR_JOINS + joins, PRIOR_SEEN - PRIOR_JOINS + seen - joins
    log = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + (a - 1) * math.log(rate) + (b - 1) * math.log1p(-rate)
    return math.exp(log)


def quadrature(one: tuple[int, int], two: tuple[int, int]) -> float:
    """The probability that the second rate is higher, by adding up small rectangles."""
    step, below, found = 2e-6, 0.0, 0.0
    for at in range(1, 8000):
        rate = (at - 0.5) * step
        below += density(rate, *one) * step
        found += density(rate, *two) * step * below
    return found


@pytest.mark.parametrize(("one", "two"), [((12, 10_000), (31, 10_000)), ((3, 2000), (5, 2000)), ((20, 9000), (2, 700))])
def test_the_probability_to_be_best_is_that_of_the_integral(one: tuple[int, int], two: tuple[int, int]) -> None:
    found = likely([one[1], two[1]], [one[0], two[0]])
    assert found[1].best == pytest.approx(quadrature(one, two), abs=0.015)
    assert found[0].best + found[1].best == pytest.approx(1)


def test_nine_of_ten_true_rates_lie_in_their_interval() -> None:
    """The quantiles of Beta(1 + 30, 999 + 9970), from the integral of its density."""
    interval = likely([10_000], [30])[0].rate
    inside = sum(
        density((at - 0.5) * 1e-6, 30, 10_000) * 1e-6
        for at in range(1, 20_000)
        if interval.low < at * 1e-6 < interval.high
    )
    assert inside == pytest.approx(0.9, abs=0.01)
    assert interval.low < interval.middle < interval.high


def test_the_same_counts_give_the_same_figures() -> None:
    assert likely([4000, 3900], [5, 9]) == likely([4000, 3900], [5, 9])
    assert money_a_thousand([400], [{500: 2}]) == money_a_thousand([400], [{500: 2}])


def test_the_control_is_compared_with_itself() -> None:
    control = likely([100, 100], [1, 2])[0]
    assert control.more == Interval(1.0, 1.0, 1.0)
    assert control.apart == Interval(0.0, 0.0, 0.0)


def test_without_any_count_the_assumption_speaks() -> None:
    found = likely([0, 0], [0, 0])
    assert found[0].rate.low < 1 / 1000 < found[0].rate.high
    assert found[0].best == pytest.approx(0.5, abs=0.02)
    with pytest.raises(ValueError, match="at least one variant"):
        likely([], [])


def test_more_joins_than_views_are_possible() -> None:
    """Readers who do not want to be counted are not seen, and join all the same."""
    assert 0 < likely([2, 5], [4, 0])[0].rate.middle < 1


def test_money_is_what_was_paid_for_each_thousand_views() -> None:
    many = money_a_thousand([100_000, 100_000], [{1000: 200}, {1000: 100}])
    assert many[0].middle == pytest.approx(2000, rel=0.02)
    assert many[1].middle == pytest.approx(1000, rel=0.05)


def test_one_large_gift_does_not_make_a_winner() -> None:
    small, lucky = money_a_thousand([10_000, 10_000], [{1000: 10}, {1000: 9, 100_000: 1}])
    assert lucky.low < small.high
    assert lucky.high > 3 * small.high


def test_without_payments_there_is_no_money() -> None:
    assert money_a_thousand([100, 100], [{}, {}]) == [Interval(0.0, 0.0, 0.0)] * 2
