"""The solidarity pool: what some pay above the price of their tier carries those who pay less.

It is computed from the pledges as they are, never kept, and for a month: a yearly pledge counts with a twelfth. Only
what is paid now gives: a pledge whose payment is late gives nothing until it is paid. Whoever counts as a member and
pays less than the price, or nothing, takes the difference. A single payment promises nothing and stays out of it.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Case, Count, F, Q, Sum, Value, When

from standfirst.kit.money import Money
from standfirst.membership.models import Pledge, Price


@dataclass(frozen=True)
class Pool:
    """The pool of one currency in a month: given by `givers` pledges, taken by `carried` others."""

    given: Money
    taken: Money
    givers: int
    carried: int

    @property
    def left(self) -> Money:
        """What is left of it; below zero the newsroom carries the rest."""
        return self.given - self.taken


PAID = (Pledge.State.ACTIVE, Pledge.State.CANCELLING)
_TIMES_A_YEAR = Case(When(interval=Price.Interval.MONTH, then=Value(12)), default=Value(1))


def pools() -> list[Pool]:
    """Return the pool of each currency that pledges count in now, by the currency's code."""
    gives = Q(amount__gt=F("price_amount"), state__in=PAID)
    takes = Q(amount__lt=F("price_amount"))
    rows = (
        Pledge.objects.counting()
        .exclude(interval=Price.Interval.ONCE)
        .filter(gift=None)
        .values("currency")
        .annotate(
            given=Sum((F("amount") - F("price_amount")) * _TIMES_A_YEAR, filter=gives, default=0),
            taken=Sum((F("price_amount") - F("amount")) * _TIMES_A_YEAR, filter=takes, default=0),
            givers=Count("pk", filter=gives),
            carried=Count("pk", filter=takes),
        )
        .order_by("currency")
    )
    return [_pool(row["currency"], row["given"], row["taken"], row["givers"], row["carried"]) for row in rows]


def _pool(currency: str, given: int, taken: int, givers: int, carried: int) -> Pool:
    return Pool(Money(given, currency).share(1, 12), Money(taken, currency).share(1, 12), givers, carried)
