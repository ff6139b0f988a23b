"""Books lines of a bank statement to agreements, and lets a person decide about those that are unsure."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from standfirst.accounts.models import User
from standfirst.payments.actions.apply_snapshot import refresh
from standfirst.payments.models import Agreement, PayerTerms, StatementLine
from standfirst.payments.paid_by_payer import months_paid

State = StatementLine.State


class CannotDecide(Exception):
    """Why a line cannot be booked so; a sentence for staff."""


@transaction.atomic
def book(*, line: StatementLine, agreement: Agreement, returns: int | None = None) -> Agreement:
    """Book `line` to `agreement`, and bring the agreement up to it: both or neither. Raises Contradiction."""
    line.state = State.APPLIED
    line.agreement = agreement
    line.returns_id = returns
    if line.amount > 0:
        line.months = months_paid(PayerTerms.objects.get(code=agreement.object_id), line.amount)
    line.save()
    return refresh(agreement)


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
    if agreement.account_id != kept.account_id:
        raise CannotDecide("This agreement is not paid to this bank account.")
    if agreement.currency != kept.currency:
        raise CannotDecide(f"The line is in {kept.currency}, the agreement in {agreement.currency}; they have no sum.")
    if not PayerTerms.objects.filter(code=agreement.object_id).exists():
        raise CannotDecide("This agreement has no reference code yet.")
    returns = _returned(kept, agreement) if kept.amount < 0 else None
    _decided(kept, reason, by)
    return book(line=kept, agreement=agreement, returns=returns)


def _returned(line: StatementLine, agreement: Agreement) -> int:
    """The payment of `agreement` that `line` takes back: one of the same amount before others, the latest first."""
    from standfirst.payments.providers.bank.importing import returnable

    fitting = [row for row in returnable(line) if row.agreement_id == agreement.pk]
    if not fitting:
        raise CannotDecide("No payment of this agreement has so much left to be given back.")
    fitting.sort(key=lambda row: row.amount != -line.amount)
    return fitting[0].pk


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
