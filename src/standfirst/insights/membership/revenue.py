"""What comes in: again and again by pledges (MRR), and really by the ledger; by currency and in the home currency."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Count, QuerySet, Sum

from standfirst.insights.models import ExchangeRate
from standfirst.kit.money import Money, digits
from standfirst.membership.models import Pledge, Price
from standfirst.membership.spans import Span
from standfirst.payments.models import LedgerBook, LedgerEntry

RECURRING = (Pledge.State.ACTIVE, Pledge.State.PAST_DUE)
"""Pledges that will be collected again; those that end with what is paid will not."""


@dataclass(frozen=True)
class Converted:
    """A sum in the home currency; `rates` are what it was converted with, `without` what has no rate and is missing."""

    total: Money
    rates: tuple[ExchangeRate, ...] = ()
    without: tuple[Money, ...] = ()


def recurring() -> QuerySet[Pledge]:
    """The pledges that make up the monthly recurring revenue."""
    return Pledge.objects.filter(
        state__in=RECURRING, interval__in=[Price.Interval.MONTH, Price.Interval.YEAR], amount__gt=0
    )


def monthly_recurring() -> dict[str, Money]:
    """What active pledges bring a month, by currency: a yearly one a twelfth, rounded once, for the whole sum."""
    twelfths: dict[str, int] = {}
    rows = recurring().order_by().values_list("currency", "interval").annotate(total=Sum("amount"))
    for currency, interval, total in rows:
        times = 12 if interval == Price.Interval.MONTH else 1
        twelfths[currency] = twelfths.get(currency, 0) + total * times
    return {currency: Money(total, currency).share(1, 12) for currency, total in sorted(twelfths.items())}


def rates_on(day: date, home: str) -> dict[str, ExchangeRate]:
    """The rate of each currency to `home` that counts on `day`: the last one that began by then."""
    found: dict[str, ExchangeRate] = {}
    for rate in ExchangeRate.objects.filter(home=home, day__lte=day).order_by("day"):
        found[rate.currency] = rate
    return found


def converted(sums: Mapping[str, Money], home: str, rates: Mapping[str, ExchangeRate]) -> Converted:
    """`sums` together in `home`, each rounded half up to a whole minor unit before it is added."""
    total, used, without = Money(0, home), [], []
    for currency, money in sorted(sums.items()):
        if currency == home:
            total += money
        elif currency in rates:
            total += Money(_minor(money.decimal * rates[currency].rate, home), home)
            used.append(rates[currency])
        elif money:
            without.append(money)
    return Converted(total, tuple(used), tuple(without))


def _minor(amount: Decimal, currency: str) -> int:
    return int(amount.scaleb(digits(currency)).quantize(Decimal(1), ROUND_HALF_UP))


@dataclass(frozen=True)
class Received:
    """What the ledger booked between two moments in one currency. `net` is what reached us at the providers."""

    currency: str
    paid: Money
    fees: Money
    refunded: Money
    disputed: Money

    @property
    def net(self) -> Money:
        """Paid, less fees, less what was given back, less what is disputed or was charged back."""
        return self.paid - self.fees - self.refunded - self.disputed


def received(begin: datetime, end: datetime) -> list[Received]:
    """What was booked from `begin` to `end`, by currency."""
    rows = (
        LedgerEntry.objects.filter(transaction__at__gte=begin, transaction__at__lt=end)
        .order_by()
        .values_list("currency", "book")
        .annotate(total=Sum("amount"))
    )
    books: dict[str, dict[str, int]] = {}
    for currency, book, total in rows:
        books.setdefault(currency, {})[book] = total
    return [_received(currency, found) for currency, found in sorted(books.items())]


def _received(currency: str, books: Mapping[str, int]) -> Received:
    return Received(
        currency,
        paid=Money(-books.get(LedgerBook.INCOME, 0), currency),
        fees=Money(books.get(LedgerBook.FEES, 0), currency),
        refunded=Money(books.get(LedgerBook.REFUNDS, 0), currency),
        disputed=Money(books.get(LedgerBook.DISPUTES, 0), currency),
    )


def net_of(span: Span) -> dict[str, Money]:
    """What reached the providers in `span`, by currency: `Received.net`, read from the one book that shows it."""
    rows = (
        LedgerEntry.objects.filter(
            book=LedgerBook.PROVIDER, transaction__at__gte=span.begin, transaction__at__lt=span.end
        )
        .order_by()
        .values_list("currency")
        .annotate(total=Sum("amount"))
    )
    return {currency: Money(total, currency) for currency, total in rows}


@dataclass(frozen=True)
class Amount:
    """How many members pay `money` at `interval`."""

    money: Money
    interval: str
    members: int


def amounts() -> list[Amount]:
    """What is pledged by those who count now, the smallest first within a currency and interval."""
    rows = (
        Pledge.objects.counting()
        .order_by("currency", "interval", "amount")
        .values_list("currency", "interval", "amount")
        .annotate(number=Count("pk"))
    )
    return [Amount(Money(amount, currency), interval, number) for currency, interval, amount, number in rows]


@dataclass(frozen=True)
class Renewals:
    """Payments that are due between two moments, in one currency and interval."""

    interval: str
    total: Money
    number: int


def due(begin: datetime, end: datetime) -> QuerySet[Pledge]:
    """Pledges whose next payment is due from `begin` to `end`."""
    return recurring().filter(state=Pledge.State.ACTIVE, period_end__gte=begin, period_end__lt=end)


def renewals(begin: datetime, end: datetime) -> list[Renewals]:
    """What is due from `begin` to `end`, at the amounts that are pledged now."""
    rows = (
        due(begin, end)
        .order_by("currency", "interval")
        .values_list("currency", "interval")
        .annotate(total=Sum("amount"), number=Count("pk"))
    )
    return [Renewals(interval, Money(total, currency), number) for currency, interval, total, number in rows]


def sum_of(sums: Sequence[Money]) -> dict[str, Money]:
    """`sums` by currency."""
    found: dict[str, Money] = {}
    for money in sums:
        found[money.currency] = found[money.currency] + money if money.currency in found else money
    return found
