"""What came by bank for agreements: the lines of statements that are booked to them."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from standfirst.payments import paid_by_payer
from standfirst.payments.models import Agreement, PayerTerms, StatementLine, StatementMove
from standfirst.payments.models.statement import payment_id_of
from standfirst.payments.paid_by_payer import Receipt, midday, number_of
from standfirst.payments.providers.interface import PaymentFact, PaymentState, ProviderError, Snapshot


def receipts_of(code: str) -> list[Receipt]:
    """Return the receipts of the agreement with this code, in the order in which they came."""
    return receipts_by_code([code])[code] if code else []


def receipts_by_code(codes: Collection[str]) -> dict[str, list[Receipt]]:
    """Return for each of `codes` the receipts of its agreement, in the order in which they came."""
    lines = (
        StatementLine.objects.filter(
            agreement__object_id__in=codes, agreement__account__provider="bank", state=StatementLine.State.APPLIED
        )
        .filter(amount__gt=0)
        .annotate(went_back=Coalesce(Sum("returned_by__amount"), 0))
        .order_by("booked_on", "pk")
    )
    found: dict[str, list[Receipt]] = {code: [] for code in codes}
    for line in lines.values_list(
        "agreement__object_id", "pk", "moves", "amount", "booked_on", "months", "went_back", "payer_account"
    ):
        code, number, moves, amount, day, months, went_back, source = line
        receipt = Receipt(payment_id_of(number, moves), amount, midday(day), months, returned=-went_back, source=source)
        found[code].append(receipt)
    return found


def code_of(payment_id: str) -> str:
    """Return the code of the agreement that a payment belongs to; "" when there is no such payment."""
    line = StatementLine.objects.filter(pk=number_of(payment_id, "line")).select_related("agreement").first()
    is_it = line is not None and line.payment_id == payment_id and line.state == StatementLine.State.APPLIED
    return line.agreement.object_id if is_it and line is not None and line.agreement is not None else ""


def snapshots_of(agreements: list[Agreement], terms: dict[str, PayerTerms]) -> dict[int, Snapshot]:
    """Return what is true now of agreements with the codes of `terms`, by their numbers. Raises ProviderError."""
    now, receipts = timezone.now(), receipts_by_code([agreement.object_id for agreement in agreements])
    missing = [agreement.object_id for agreement in agreements if agreement.object_id not in terms]
    if missing:
        raise ProviderError(f"There is no agreement with the code {missing[0]!r}.", code="unknown")
    moved = moved_away([agreement.object_id for agreement in agreements])
    return {
        agreement.pk: paid_by_payer.snapshot(
            terms[agreement.object_id], receipts[agreement.object_id], now, moved.get(agreement.object_id, ())
        )
        for agreement in agreements
    }


def moved_away(codes: Collection[str]) -> dict[str, list[PaymentFact]]:
    """Return for those of `codes` from whose agreements lines were moved, the payments that they had become there."""
    found: dict[str, list[PaymentFact]] = {}
    moves = StatementMove.objects.filter(source__object_id__in=codes, source__account__provider="bank")
    for move in moves.select_related("line", "source").order_by("pk"):
        name, at = payment_id_of(move.line_id, move.number), midday(move.line.booked_on)
        fact = PaymentFact(name, move.line.money, PaymentState.WITHDRAWN, at)
        found.setdefault(move.source.object_id, []).append(fact)
    return found
