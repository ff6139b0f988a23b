"""How near a campaign's own goal is, from the real numbers."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import F, QuerySet, Sum

from standfirst.appeals.models import Campaign
from standfirst.kit.money import Money
from standfirst.membership.models import Pledge
from standfirst.payments.models import Payment


@dataclass(frozen=True)
class Progress:
    """`reached` of `wanted`: members, or minor units of `currency`."""

    reached: int
    wanted: int
    currency: str = ""

    def text(self, amount: int, language: str) -> str:
        """Return `amount` of money as people write it in `language` (BCP 47)."""
        return Money(amount, self.currency).format(language)


def progress_of(campaign: Campaign) -> Progress | None:
    """Count how near the goal of `campaign` is; `None` where it has none.

    Members: whose first time of counting fell into the campaign and who count now. Money: what was received, and not
    given back, of pledges that began in the campaign, in the goal's currency.
    """
    if campaign.goal_members:
        counting = _begun_in(campaign).filter(state__in=Pledge.COUNTING)
        joined = counting.values("member").distinct().count()
        return Progress(joined, campaign.goal_members)
    if campaign.goal_amount:
        return Progress(_received(campaign), campaign.goal_amount, campaign.goal_currency)
    return None


def _begun_in(campaign: Campaign) -> QuerySet[Pledge]:
    begun = Pledge.objects.filter(began_at__gte=campaign.begins, is_import=False)
    return begun.filter(began_at__lt=campaign.ends) if campaign.ends else begun


def _received(campaign: Campaign) -> int:
    agreements = _begun_in(campaign).exclude(agreement=None).values("agreement")
    payments = Payment.objects.filter(
        agreement__in=agreements, currency=campaign.goal_currency, state__in=Payment.RECEIVED
    )
    found = payments.aggregate(total=Sum(F("amount") - F("refunded") - F("disputed")))["total"]
    return max(found or 0, 0)
