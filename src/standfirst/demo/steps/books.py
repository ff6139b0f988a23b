"""The newsroom's other money, invented, and what it shows of it on “How we are funded”."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.utils import timezone

from standfirst.insights.models import ExchangeRate, FundingPage, MonthlyMoney
from standfirst.membership.models import MembershipTerms
from standfirst.stories.models import Edition

GEL_IN_EUR = Decimal("0.32")
MONTHS = (
    (64_000, 4_000, 14_000, 84_000),
    (64_000, 4_800, 12_800, 82_800),
    (42_800, 6_000, 17_200, 80_800),
    (42_800, 5_600, 16_000, 79_200),
    (28_000, 7_200, 20_800, 76_800),
    (28_000, 8_000, 22_000, 74_800),
)
"""Grants, advertising, other income and costs of the last months in cents, the oldest first; small, as members are few,
so that what they carry can be seen."""


def keep_books() -> None:
    """Enter a rate and the months before this one, and let readers see them; all of it once."""
    if MembershipTerms.current().home_currency == "EUR":
        today = timezone.localdate()
        if not MonthlyMoney.objects.exists():
            _enter_months(today)
        if not ExchangeRate.objects.exists():
            ExchangeRate.objects.create(currency="GEL", home="EUR", day=_month(today, 24), rate=GEL_IN_EUR)
    for edition in Edition.objects.all():
        FundingPage.objects.get_or_create(
            edition=edition, defaults={"is_public": True, "shows_sources": True, "shows_costs": True}
        )


def _enter_months(today: date) -> None:
    for back, (grants, advertising, other, costs) in enumerate(reversed(MONTHS), start=1):
        MonthlyMoney.objects.create(
            month=_month(today, back),
            currency="EUR",
            grants=grants,
            advertising=advertising,
            other=other,
            costs=costs,
            note="invented, like everything in the demo",
        )


def _month(today: date, back: int) -> date:
    """Return the first day of the month that was `back` months before `today`."""
    year, month = divmod(today.year * 12 + today.month - 1 - back, 12)
    return date(year, month + 1, 1)
