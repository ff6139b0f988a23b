"""Write down a gift, before any provider hears of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from uuid import UUID

from django.db import transaction

from standfirst.membership.models import Gift, Member, Price
from standfirst.membership.models.gift import code_of


@dataclass(frozen=True)
class GiftOrder:
    """What somebody gives, to whom and when."""

    giver_email: str
    giver_name: str
    recipient_email: str
    recipient_name: str
    message: str
    deliver_on: date
    language: str
    source: str = ""


MONTHS_OF_A_YEAR = 12


@transaction.atomic
def order_gift(*, number: UUID, price: Price, giver: Member | None, order: GiftOrder) -> Gift:
    """Return the gift that the form `number` orders: a year at `price`. The same form sent twice orders one gift."""
    values = {"tier": price.tier, "months": MONTHS_OF_A_YEAR, "amount": price.amount, "currency": price.currency}
    gift, is_new = Gift.objects.get_or_create(
        code=code_of(number), defaults={**values, **asdict(order), "giver": giver}
    )
    if not is_new and gift.state == Gift.State.ORDERED:
        for name, value in {**values, **asdict(order), "giver": giver}.items():
            setattr(gift, name, value)
        gift.save()
    return gift
