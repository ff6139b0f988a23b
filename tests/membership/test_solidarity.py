"""The solidarity pool, recomputed pledge by pledge."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.money import factories

from standfirst.kit.money import Money
from standfirst.membership.models import Pledge
from standfirst.membership.solidarity import Pool, pools

pytestmark = pytest.mark.django_db
COUNTING = {"active", "past_due", "cancelling"}
PLEDGES = st.lists(
    st.tuples(
        st.integers(0, 5000),
        st.integers(0, 5000),
        st.sampled_from(["GEL", "EUR"]),
        st.sampled_from(["month", "year", "once"]),
        st.sampled_from(Pledge.State.values),
    ),
    max_size=12,
)


def half_up(part: Fraction) -> int:
    return (part + Fraction(1, 2)).__floor__()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(PLEDGES)
def test_the_pool_is_what_is_above_and_what_is_below(rows: list[tuple[int, int, str, str, str]]) -> None:
    Pledge.objects.all().delete()
    member, tier = factories.member(), factories.tier()
    given_, taken, givers, carried = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    currencies = set()
    for amount, price, currency, interval, state in rows:
        factories.pledge(
            member, tier=tier, amount=amount, price_amount=price, currency=currency, interval=interval, state=state
        )
        if interval == "once" or state not in COUNTING:
            continue
        currencies.add(currency)
        yearly = abs(amount - price) * (12 if interval == "month" else 1)
        if amount < price:
            taken[currency] += yearly
            carried[currency] += 1
        elif amount > price and state != "past_due":
            given_[currency] += yearly
            givers[currency] += 1
    assert pools() == [
        Pool(
            Money(half_up(Fraction(given_[currency], 12)), currency),
            Money(half_up(Fraction(taken[currency], 12)), currency),
            givers[currency],
            carried[currency],
        )
        for currency in sorted(currencies)
    ]


def test_a_month_of_twelve_euros_carries_one_of_nothing() -> None:
    tier = factories.tier()
    factories.pledge(tier=tier, amount=2400, price_amount=1200)
    factories.pledge(tier=tier, amount=0, price_amount=1200)
    (pool,) = pools()
    assert (pool.given, pool.taken, pool.left) == (Money(1200, "GEL"), Money(1200, "GEL"), Money(0, "GEL"))
