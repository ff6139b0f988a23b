"""Moves a line that was booked to the wrong member to the right one."""

from __future__ import annotations

from django.db import transaction

from standfirst.accounts.models import User
from standfirst.payments.actions.apply_snapshot import refresh_together
from standfirst.payments.models import Agreement, PayerTerms, StatementLine, StatementMove
from standfirst.payments.paid_by_payer import months_paid
from standfirst.payments.providers.bank.booking import CannotDecide, may_be_booked
from standfirst.payments.providers.bank.receipts import snapshots_of


@transaction.atomic
def move(*, line: StatementLine, agreement: Agreement, reason: str, by: User | None) -> Agreement | None:
    """Take `line` out of the books of its agreement and book it to `agreement`: both, or neither.

    Returns the agreement that it was moved from, None when it is there already. The payment of the wrong agreement is
    withdrawn, with entries of the ledger that take the others back; the money becomes a payment of the right one, on
    the day on which it came. Raises CannotDecide.
    """
    if not reason.strip():
        raise CannotDecide("Say why.")
    kept = StatementLine.objects.select_for_update(of=("self",)).select_related("account").get(pk=line.pk)
    if kept.state == StatementLine.State.APPLIED and kept.agreement_id == agreement.pk:
        return None
    _check(kept, agreement)
    both = [number for number in (kept.agreement_id, agreement.pk) if number is not None]
    locked = Agreement.objects.locked().filter(pk__in=both).order_by("pk").in_bulk()
    source, target = locked[both[0]], locked[both[1]]
    terms = {row.code: row for row in PayerTerms.objects.filter(code__in=[source.object_id, target.object_id])}
    StatementMove.objects.create(
        line=kept, number=kept.moves, source=source, target=target, reason=reason.strip()[:300], by=by
    )
    kept.agreement, kept.moves = target, kept.moves + 1
    kept.months = months_paid(terms[target.object_id], kept.amount)
    kept.save(update_fields=["agreement", "moves", "months"])
    # These only ever move on by themselves; the time and the account that were another's are taken away here.
    Agreement.objects.filter(pk=source.pk).update(period_end=None, instrument="")
    refresh_together(both, lambda rows: snapshots_of(rows, terms))
    return source


def _check(line: StatementLine, agreement: Agreement) -> None:
    """Raise CannotDecide when the line cannot be moved there."""
    if line.state != StatementLine.State.APPLIED:
        raise CannotDecide("This line is not booked; decide about it instead.")
    if line.amount < 0:
        raise CannotDecide("Only money that came in can be moved. Book what was returned to its own payment.")
    if line.returned_by.exists():
        raise CannotDecide("A part of this payment went back already; it stays where it is.")
    may_be_booked(line, agreement)
