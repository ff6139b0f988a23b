"""The price that the wall names: the least that opens the story, in a currency of the reader's edition."""

from __future__ import annotations

from dataclasses import dataclass

from standfirst.kit.money import Money
from standfirst.membership.models import MembershipTerms, Price


@dataclass(frozen=True)
class Offer:
    """What joining costs: `amount` as people write it, `interval` of `Price.Interval`, whether less is welcome, too."""

    amount: str
    interval: str
    may_be_less: bool


def cheapest(*, rank: int, language: str) -> Offer | None:
    """Return the lowest regular price of the tiers of `rank` or higher, by the month if there is one; `None` without.

    `language` is the BCP 47 code of the edition; its currencies are asked for in their order.
    """
    prices = list(
        Price.objects.filter(is_open=True, tier__is_open=True, tier__rank__gte=rank).exclude(
            interval=Price.Interval.ONCE
        )
    )
    for currency in MembershipTerms.current().currencies_of(language):
        for interval in (Price.Interval.MONTH, Price.Interval.YEAR):
            fitting = [price for price in prices if price.currency == currency and price.interval == interval]
            if fitting:
                return _offer(min(fitting, key=lambda price: price.amount), language)
    return None


def _offer(price: Price, language: str) -> Offer:
    amount = Money(price.amount, price.currency).format(language)
    return Offer(amount, price.interval, may_be_less=price.minimum < price.amount)
