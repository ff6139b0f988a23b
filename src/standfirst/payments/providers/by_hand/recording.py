"""Records money by hand, and takes back what was recorded wrongly."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from standfirst.accounts.models import User
from standfirst.kit.money import Money
from standfirst.payments.actions.apply_snapshot import refresh
from standfirst.payments.models import Agreement, HandEntry, PayerTerms
from standfirst.payments.paid_by_payer import Receipt, midday, months_paid, number_of
from standfirst.payments.providers.interface import ProviderError


class CannotRecord(Exception):
    """Why money cannot be recorded so; a sentence for staff."""


def receipts_of(code: str) -> list[Receipt]:
    """Return the receipts of the agreement with this code, in the order in which they came."""
    if not code:
        return []
    entries = (
        HandEntry.objects.filter(agreement__object_id=code, agreement__account__provider="by_hand", amount__gt=0)
        .annotate(went_back=Coalesce(Sum("corrections__amount"), 0))
        .order_by("paid_on", "pk")
    )
    return [
        Receipt(
            entry.payment_id,
            entry.amount,
            midday(entry.paid_on),
            entry.months,
            returned=-entry.went_back,
            source=str(entry.get_kind_display()),
        )
        for entry in entries
    ]


def code_of(payment_id: str) -> str:
    """Return the code of the agreement that a payment belongs to; "" when there is no such payment."""
    entry = HandEntry.objects.filter(pk=number_of(payment_id, "hand")).select_related("agreement").first()
    return entry.agreement.object_id if entry is not None else ""


@transaction.atomic
def record(
    *, agreement: Agreement, amount: Money, kind: str, paid_on: date, note: str, key: str, by: User | None
) -> HandEntry:
    """Record money that came for `agreement`, once for the key, and bring the agreement up to it.

    Raises CannotRecord.
    """
    kept = Agreement.objects.locked().get(pk=agreement.pk)
    known = HandEntry.objects.filter(key=key).first()
    if known is not None:
        return known
    if kept.account.provider != "by_hand":
        raise CannotRecord("This agreement is not recorded by hand.")
    if amount.currency != kept.currency or amount.amount <= 0:
        raise CannotRecord(f"Give an amount in {kept.currency} above zero.")
    if not note.strip():
        raise CannotRecord("Write down where the money came from.")
    if paid_on > timezone.localdate():
        raise CannotRecord(f"{paid_on} is yet to come.")
    entry = HandEntry.objects.create(
        key=key,
        agreement=kept,
        kind=kind,
        amount=amount.amount,
        paid_on=paid_on,
        months=months_paid(PayerTerms.objects.get(code=kept.object_id), amount.amount),
        note=note.strip()[:300],
        by=by,
    )
    refresh(kept)
    return entry


@transaction.atomic
def take_back(*, payment_id: str, amount: Money, key: str) -> HandEntry:
    """Take `amount` of an entry back by a counter-booking, once for the key. Raises ProviderError."""
    entry = HandEntry.objects.select_for_update(of=("self",)).filter(pk=number_of(payment_id, "hand")).first()
    if entry is None or entry.corrects_id is not None:
        raise ProviderError(f"There is no entry {payment_id!r}.", code="unknown")
    known = HandEntry.objects.filter(key=key).first()
    if known is not None:
        return known
    left = entry.amount + (entry.corrections.aggregate(total=Sum("amount"))["total"] or 0)
    if amount.currency != entry.agreement.currency or not 0 < amount.amount <= left:
        raise ProviderError(f"Only {Money(left, entry.agreement.currency)} of this entry are left to take back.")
    return HandEntry.objects.create(
        key=key,
        agreement=entry.agreement,
        kind=entry.kind,
        amount=-amount.amount,
        paid_on=timezone.localdate(),
        note=f"takes back {payment_id}",
        corrects=entry,
    )
