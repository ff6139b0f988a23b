"""Books lines of a bank statement to agreements, and lets a person decide about those that are unsure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from standfirst.accounts.models import User
from standfirst.payments.actions.apply_snapshot import refresh_together
from standfirst.payments.models import Agreement, PayerTerms, StatementLine
from standfirst.payments.paid_by_payer import months_paid
from standfirst.payments.providers.bank.receipts import snapshots_of

State = StatementLine.State
KEPT = ("state", "agreement", "returns", "months", "why", "candidates", "decided_by", "decided_at", "reason")
"""What changes of a line when it is booked."""


class CannotDecide(Exception):
    """Why a line cannot be booked so; a sentence for staff."""


@transaction.atomic
def book_together(lines: Mapping[int, StatementLine]) -> list[Agreement]:
    """Book each line to the agreement of its number, and bring all of them up to it. Raises Contradiction."""
    if not lines:
        return []
    numbers = sorted(lines)
    agreements = list(Agreement.objects.filter(pk__in=numbers).select_related("account").order_by("pk"))
    terms = {row.code: row for row in PayerTerms.objects.filter(code__in=[row.object_id for row in agreements])}
    for agreement in agreements:
        _keep(lines[agreement.pk], agreement, terms[agreement.object_id])
    return refresh_together(numbers, lambda locked: snapshots_of(locked, terms))


def _keep(line: StatementLine, agreement: Agreement, terms: PayerTerms) -> None:
    line.state, line.agreement = State.APPLIED, agreement
    if line.amount > 0:
        line.months = months_paid(terms, line.amount)
    line.save(update_fields=KEPT)


@transaction.atomic
def accept(*, line: StatementLine, agreement: Agreement, reason: str, by: User | None) -> Agreement:
    """Book a line that a person decided about. A line that was decided in the same way already stays.

    Raises CannotDecide.
    """
    kept = _undecided(line, reason)
    if kept.state == State.APPLIED:
        if kept.agreement_id == agreement.pk:
            return agreement
        raise CannotDecide("This line is booked already.")
    may_be_booked(kept, agreement)
    returns = _returned(kept, agreement) if kept.amount < 0 else None
    _decided(kept, reason, by)
    kept.returns_id = returns
    return book_together({agreement.pk: kept})[0]


def may_be_booked(line: StatementLine, agreement: Agreement) -> None:
    """Raise CannotDecide when money of `line` can be no payment of `agreement`."""
    if agreement.account_id != line.account_id:
        raise CannotDecide("This agreement is not paid to this bank account.")
    if agreement.currency != line.currency:
        raise CannotDecide(f"The line is in {line.currency}, the agreement in {agreement.currency}; they have no sum.")
    if not PayerTerms.objects.filter(code=agreement.object_id).exists():
        raise CannotDecide("This agreement has no reference code yet.")


def _returned(line: StatementLine, agreement: Agreement) -> int:
    """The payment of `agreement` that `line` takes back: one of the same amount before others, the latest first."""
    fitting = takeable(line, Q(agreement=agreement))
    if not fitting:
        raise CannotDecide("No payment of this agreement has so much left to be given back.")
    fitting.sort(key=lambda row: row.amount != -line.amount)
    return fitting[0].pk


def takeable(line: StatementLine, among: Q) -> list[StatementLine]:
    """Return the payments that `line` (negative) may take back: booked, in its currency, with so much left of them."""
    if line.amount >= 0 or not among:
        return []
    booked: Any = (
        StatementLine.objects.filter(among, account=line.account, state=State.APPLIED, amount__gte=-line.amount)
        .filter(currency=line.currency, booked_on__lte=line.booked_on)
        .select_related("agreement")
        .annotate(went_back=Coalesce(Sum("returned_by__amount"), 0))
        .order_by("-booked_on", "-pk")
    )
    return [row for row in booked if row.amount + row.went_back >= -line.amount]


@transaction.atomic
def refuse(*, line: StatementLine, reason: str, by: User | None) -> StatementLine:
    """Say that a line is no payment of a member. It can be accepted later. Raises CannotDecide."""
    kept = _undecided(line, reason)
    if kept.state == State.APPLIED:
        raise CannotDecide("This line is booked already.")
    _decided(kept, reason, by)
    kept.state = State.REFUSED
    kept.save()
    return kept


def _undecided(line: StatementLine, reason: str) -> StatementLine:
    if not reason.strip():
        raise CannotDecide("Say why.")
    kept = StatementLine.objects.select_for_update(of=("self",)).select_related("account").get(pk=line.pk)
    if kept.state in {State.NEW, State.OUTGOING}:
        raise CannotDecide("There is nothing to decide about this line.")
    return kept


def _decided(line: StatementLine, reason: str, by: User | None) -> None:
    line.reason, line.decided_by, line.decided_at = reason.strip()[:300], by, timezone.now()
