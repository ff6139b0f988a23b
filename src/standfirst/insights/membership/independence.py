"""How far readers carry the newsroom: their share of the costs, and how many members would do without grants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from standfirst.insights.membership import revenue
from standfirst.insights.models import ExchangeRate, MonthlyMoney
from standfirst.kit.money import Money
from standfirst.membership.goal import current_goal
from standfirst.membership.models import MembershipTerms
from standfirst.membership.spans import Span, month, months

BASIS = 3
"""How many of the latest complete months the estimate rests on."""


@dataclass(frozen=True)
class Month:
    """One month in the home currency. `entered` is `None` when nobody entered its other money yet."""

    span: Span
    readers: Money
    without_rate: tuple[Money, ...]
    entered: MonthlyMoney | None

    @property
    def share(self) -> float | None:
        """What part of the costs readers carried, 0 and up; `None` when the costs are not known."""
        if self.entered is None or not self.entered.costs or self.entered.currency != self.readers.currency:
            return None
        return self.readers.amount / self.entered.costs


def by_month(last: date, number: int) -> list[Month]:
    """The `number` months up to that of `last`, the earliest first."""
    home = MembershipTerms.current().home_currency
    spans = months(last, number)
    entered = {one.month: one for one in MonthlyMoney.objects.filter(month__gte=spans[0].first, currency=home)}
    return [_month(span, home, entered.get(span.first)) for span in spans]


def _month(span: Span, home: str, entered: MonthlyMoney | None) -> Month:
    """Converted at the rates of the month's last day, so that a past month stays what it was."""
    rates: dict[str, ExchangeRate] = revenue.rates_on(span.end.date() - timedelta(days=1), home)
    found = revenue.converted(revenue.net_of(span), home, rates)
    return Month(span, found.total, found.without, entered)


@dataclass(frozen=True)
class Estimate:
    """How many members would carry the costs without grants, by `basis`: the latest months that are complete.

    `gap` is what readers would have to pay a month: costs less advertising and other income. `each` is what one member
    brings a month, after fees, and `needed` how many such members make up the gap.
    """

    basis: tuple[Month, ...]
    gap: Money
    each: Money
    members: int
    needed: int

    @property
    def missing(self) -> int:
        """How many more than now."""
        return max(self.needed - self.members, 0)

    @property
    def without_rate(self) -> tuple[Money, ...]:
        """What readers paid in the months of the basis and is not in the estimate, for want of a rate; by currency."""
        left_out = [money for one in self.basis for money in one.without_rate]
        return tuple(revenue.sum_of(left_out).values())


def estimate(found: Sequence[Month], today: date) -> Estimate | None:
    """Estimate by `found`; `None` as long as there is no complete month with costs, no member, or no reader's money."""
    complete = [one for one in found if one.span.end.date() <= today and one.share is not None]
    basis = tuple(complete[-BASIS:])
    members = current_goal().members
    readers = sum(one.readers.amount for one in basis)
    if not basis or members == 0 or readers <= 0:
        return None
    home = basis[0].readers.currency
    gap = max(sum(_gap(one.entered) for one in basis if one.entered), 0)
    needed = -(-gap * members // readers)
    count = len(basis)
    return Estimate(
        basis, Money(gap, home).share(1, count), Money(readers, home).share(1, count * members), members, needed
    )


def _gap(entered: MonthlyMoney) -> int:
    return entered.costs - entered.advertising - entered.other


def last_complete(found: Sequence[Month], today: date) -> Month | None:
    """The latest month that is over and whose costs are known."""
    this = month(today).first
    return next((one for one in reversed(found) if one.span.first < this and one.share is not None), None)
