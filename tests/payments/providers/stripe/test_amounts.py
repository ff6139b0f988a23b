"""Stripe's minor units and ours."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standfirst.kit.money import Money
from standfirst.payments.providers.interface import ProviderError
from standfirst.payments.providers.stripe.amounts import converted, from_stripe, rounded_from_stripe, to_stripe


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (Money(1250, "GEL"), 1250),
        (Money(1250, "AMD"), 1250),
        (Money(500, "JPY"), 500),
        (Money(12340, "KWD"), 12340),
        (Money(500, "ISK"), 50000),  # no decimals with us, two zeros with Stripe
        (Money(500, "UGX"), 50000),
    ],
)
def test_both_write_the_same_amount(ours: Money, theirs: int) -> None:
    assert to_stripe(ours) == theirs
    assert from_stripe(theirs, ours.currency.lower()) == ours


@pytest.mark.parametrize("money", [Money(12345, "KWD")])
def test_what_stripe_cannot_charge_exactly_is_refused(money: Money) -> None:
    with pytest.raises(ProviderError, match="exactly"):
        to_stripe(money)


def test_decimal_places_that_a_currency_does_not_have_are_refused() -> None:
    with pytest.raises(ProviderError, match="decimal places"):
        from_stripe(50050, "isk")
    assert rounded_from_stripe(50050, "isk") == 501


@given(st.integers(1, 10**9), st.sampled_from(["GEL", "EUR", "USD", "AMD", "AZN", "RUB", "JPY", "ISK", "TRY", "UAH"]))
def test_there_and_back_is_the_same(amount: int, currency: str) -> None:
    money = Money(amount, currency)
    assert from_stripe(to_stripe(money), currency.lower()) == money


@pytest.mark.parametrize(
    ("fee", "charged", "settled", "told"),
    [(43, 1200, 1200, 43), (14, 1200, 384, 44), (0, 1200, 384, 0), (5, 100, 0, 5)],
)
def test_a_fee_is_told_in_the_currency_of_the_charge(fee: int, charged: int, settled: int, told: int) -> None:
    assert converted(fee, charged, settled) == told
