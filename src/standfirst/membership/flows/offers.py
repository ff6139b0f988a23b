"""What somebody can join: tiers with their prices, and the ways to pay."""

from __future__ import annotations

from dataclasses import dataclass, field

from standfirst.kit.money import BadAmount, Money
from standfirst.membership.models import MembershipTerms, Price, Tier, TierText
from standfirst.payments.models import ProviderAccount
from standfirst.payments.providers.interface import Interval

NOT_OFFERED = frozenset({"by_hand"})
"""Providers that only staff use."""
MOST = 100_000_00
"""Minor units above which an amount is a mistake of typing, or somebody the newsroom would rather talk to first."""


@dataclass(frozen=True)
class Amount:
    """One amount to choose from; `value` is what the form sends."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class Offer:
    """A tier at one price, as the page shows it."""

    tier: Tier
    text: TierText
    price: Price
    amounts: list[Amount]
    minimum: str
    is_free_allowed: bool


@dataclass(frozen=True)
class Wish:
    """What a reader wants to pay, checked against the price."""

    price: Price
    money: Money

    @property
    def tier(self) -> Tier:
        """The tier that is wanted."""
        return self.price.tier


@dataclass(frozen=True)
class Choice:
    """Which prices the page shows, of those there are."""

    currency: str
    interval: str
    currencies: list[str] = field(default_factory=list)
    intervals: list[tuple[str, str]] = field(default_factory=list)
    offers: list[Offer] = field(default_factory=list)


def choose(language: str, *, currency: str = "", interval: str = "", tier: str = "", amount: str = "") -> Choice:
    """Return what readers of `language` (BCP 47) can join, at the currency and interval they asked for if offered."""
    prices = _open_prices()
    wanted = MembershipTerms.current().currencies_of(language)
    offered = {price.currency for price in prices}
    currencies = [code for code in wanted if code in offered] or sorted(offered)
    if not currencies:
        return Choice("", "")
    currency = currency if currency in currencies else currencies[0]
    named = {price.interval for price in prices if price.currency == currency}
    intervals = [(value, str(label)) for value, label in Price.Interval.choices if value in named]
    interval = interval if interval in named else intervals[0][0]
    shown = [price for price in prices if (price.currency, price.interval) == (currency, interval)]
    # An appeal's button names an amount and no tier: the amount is then marked wherever it is offered.
    offers = [_offer(price, language, amount if tier in ("", price.tier.slug) else "") for price in shown]
    return Choice(currency, interval, currencies, intervals, offers)


def _open_prices() -> list[Price]:
    found = Price.objects.filter(is_open=True, tier__is_open=True).select_related("tier")
    return list(found.prefetch_related("tier__texts").order_by("tier__position", "tier_id", "pk"))


def _offer(price: Price, language: str, asked: str) -> Offer:
    values = [amount for amount in price.suggested if isinstance(amount, int) and price.minimum <= amount <= MOST]
    values = list(dict.fromkeys(values)) or [price.amount]
    chosen = _read(asked, price.currency)
    if chosen is not None and chosen not in values and price.amount <= chosen <= MOST:
        values = sorted([*values, chosen])
    marked = chosen if chosen in values else price.amount if price.amount in values else values[len(values) // 2]
    amounts = [
        Amount(
            str(Money(value, price.currency).decimal), Money(value, price.currency).format(language), value == marked
        )
        for value in values
    ]
    minimum = Money(price.minimum, price.currency).format(language)
    return Offer(price.tier, price.tier.text(language), price, amounts, minimum, price.minimum == 0)


def _read(text: str, currency: str) -> int | None:
    try:
        return Money.read(text, currency).amount if text else None
    except BadAmount:
        return None


def ways_to_pay(currency: str, interval: str) -> list[ProviderAccount]:
    """Return the payment accounts that take new payers of this currency and interval, in the newsroom's order."""
    accounts = ProviderAccount.objects.filter(is_open=True).exclude(provider__in=NOT_OFFERED)
    return [account for account in accounts if _takes(account, currency, interval)]


def _takes(account: ProviderAccount, currency: str, interval: str) -> bool:
    abilities = account.verbs.abilities
    if currency not in account.currencies or Interval(interval) not in abilities.intervals:
        return False
    return not abilities.currencies or currency in abilities.currencies
