"""Amounts as Stripe writes them. Its minor units are not those of ISO 4217 everywhere.

Source: https://docs.stripe.com/currencies (zero-decimal, three-decimal and special currencies).
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from standfirst.kit.money import Money, digits
from standfirst.payments.providers.interface import ProviderError

WITHOUT_DECIMALS = frozenset(
    ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"]
)
WITH_THREE = frozenset(["BHD", "JOD", "KWD", "OMR", "TND"])
"""Stripe takes these in steps of ten of their smallest unit."""
WHOLE_ONLY = frozenset({"ISK", "UGX"})
"""Written with two decimals for compatibility, which have to be zero."""


def stripe_digits(currency: str) -> int:
    """How many decimal places an amount in `currency` has for Stripe."""
    if currency in WITHOUT_DECIMALS:
        return 0
    return 3 if currency in WITH_THREE else 2


def to_stripe(money: Money) -> int:
    """Return `money` in Stripe's units. Raises ProviderError when Stripe cannot charge exactly that."""
    value = money.decimal.scaleb(stripe_digits(money.currency))
    step = 10 if money.currency in WITH_THREE else 100 if money.currency in WHOLE_ONLY else 1
    if value != value.to_integral_value() or int(value) % step:
        raise ProviderError(f"Stripe cannot charge {money} exactly; round the amount.", code="amount")
    return int(value)


def from_stripe(amount: int, currency: str) -> Money:
    """Return an `amount` of Stripe's in `currency` (lower case, as Stripe writes it) as ours.

    Raises ProviderError when it has decimal places that the currency does not have.
    """
    code = currency.upper()
    value = Decimal(amount).scaleb(digits(code) - stripe_digits(code))
    if value != value.to_integral_value():
        raise ProviderError(f"Stripe gives {amount} in {code}, which has no such decimal places.", code="amount")
    return Money(int(value), code)


def converted(fee: int, charged: int, settled: int) -> int:
    """Return `fee`, which Stripe took in the account's currency, in the currency of the charge.

    `charged` and `settled` are the same charge in the one and the other; half a unit is rounded up.
    """
    if settled == charged or settled == 0:
        return fee
    return int((Decimal(fee) * charged / settled).quantize(Decimal(1), ROUND_HALF_UP))


def rounded_from_stripe(amount: int, currency: str) -> int:
    """Return an `amount` of Stripe's in our minor units, rounded half up: for fees, which nobody agreed to exactly."""
    code = currency.upper()
    value = Decimal(amount).scaleb(digits(code) - stripe_digits(code))
    return int(value.quantize(Decimal(1), ROUND_HALF_UP))
