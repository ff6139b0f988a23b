"""What came by bank for an agreement: the lines of statements that are booked to it."""

from __future__ import annotations

from django.db.models import Sum
from django.db.models.functions import Coalesce

from standfirst.payments.models import StatementLine
from standfirst.payments.paid_by_payer import Receipt, midday


def receipts_of(code: str) -> list[Receipt]:
    """Return the receipts of the agreement with this code, in the order in which they came."""
    if not code:
        return []
    lines = (
        StatementLine.objects.filter(
            agreement__object_id=code, agreement__account__provider="bank", state=StatementLine.State.APPLIED
        )
        .filter(amount__gt=0)
        .annotate(went_back=Coalesce(Sum("returned_by__amount"), 0))
        .order_by("booked_on", "pk")
    )
    return [
        Receipt(
            line.payment_id,
            line.amount,
            midday(line.booked_on),
            line.months,
            returned=-line.went_back,
            source=line.payer_account,
        )
        for line in lines
    ]
