"""Bring an agreement up to what its provider says now: fetch, and apply.

That is the only way in which anything that happened at a provider reaches us; webhooks, clicks, tasks and the nightly
comparison only order it. A snapshot says all there is, and applying it writes the difference, so that the order, the
repetition and the loss of messages make no difference.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from standfirst.payments import ledger
from standfirst.payments.models import Agreement, Payment
from standfirst.payments.news import News, tell
from standfirst.payments.providers.interface import PaymentFact, Snapshot


class Contradiction(Exception):
    """The provider says what cannot be: another currency, a payment of another agreement, more given back than paid."""


def refresh(agreement: Agreement) -> Agreement:
    """Fetch `agreement` and apply what came. Raises ProviderError and Contradiction; then nothing has changed."""
    number = _begin(agreement)
    snapshot = agreement.account.verbs.fetch(agreement.account.credentials, _name(agreement))
    return apply_snapshot(agreement=agreement, snapshot=snapshot, number=number)


def _name(agreement: Agreement) -> str:
    return agreement.mandate_id or agreement.object_id or str(agreement.key)


@transaction.atomic
def _begin(agreement: Agreement) -> int:
    """Draw the number of a fetch, before it begins: later numbers have seen at least as much."""
    kept = Agreement.objects.locked().get(pk=agreement.pk)
    kept.asked += 1
    kept.save(update_fields=["asked"])
    return kept.asked


@transaction.atomic
def apply_snapshot(*, agreement: Agreement, snapshot: Snapshot, number: int) -> Agreement:
    """Write the difference between what we know and `snapshot`; `number` is that of the fetch.

    Payments, the ledger, the agreement, and what the layer above makes of it: one transaction. A snapshot whose fetch
    began before that of one already applied is dropped. Raises Contradiction.
    """
    kept = Agreement.objects.locked().select_related("account").get(pk=agreement.pk)
    if number <= kept.applied:
        return kept
    was = kept.state
    changed = [found for fact in snapshot.payments if (found := _take_payment(kept, fact))]
    if snapshot.state != Agreement.State.NEW:
        kept.move_to(snapshot.state.value)
    _take_terms(kept, snapshot)
    kept.applied = number
    kept.checked_at = timezone.now()
    kept.save()
    if changed or was != kept.state or snapshot.state == Agreement.State.ACTIVE:
        tell(News(kept, was, tuple(changed)))
    return kept


def _take_terms(agreement: Agreement, snapshot: Snapshot) -> None:
    """What is not money: ids, the instrument, when the period ends."""
    agreement.object_id = agreement.object_id or snapshot.object_id
    agreement.mandate_id = snapshot.mandate_id or agreement.mandate_id
    agreement.customer_id = snapshot.customer_id or agreement.customer_id
    agreement.keep_token(snapshot.token)
    if snapshot.amount is not None:
        if snapshot.amount.currency != agreement.currency:
            raise Contradiction(f"agreement {agreement.pk} is in {agreement.currency}, not {snapshot.amount.currency}")
        agreement.amount = snapshot.amount.amount
    if snapshot.interval is not None:
        agreement.interval = snapshot.interval.value
    if snapshot.period_end is not None:
        agreement.period_end = snapshot.period_end
    agreement.ends_at = snapshot.ends_at
    agreement.paused_until = snapshot.paused_until
    agreement.instrument = snapshot.instrument or agreement.instrument
    agreement.instrument_expires = snapshot.instrument_expires or agreement.instrument_expires
    if agreement.state not in {Agreement.State.NEW, Agreement.State.OPEN}:
        agreement.url, agreement.expires_at = "", None


def _take_payment(agreement: Agreement, fact: PaymentFact) -> tuple[Payment, str] | None:
    """Write down one payment; return it with the state it had, `None` when nothing about it is new."""
    if fact.amount.currency != agreement.currency:
        raise Contradiction(f"a payment of agreement {agreement.pk} is in {fact.amount.currency}: {fact.payment_id}")
    if not 0 <= fact.refunded <= fact.amount.amount:
        raise Contradiction(f"{fact.refunded} of {fact.amount} is said to be given back: {fact.payment_id}")
    payment = Payment.objects.filter(account=agreement.account, provider_id=fact.payment_id).first()
    if payment is None:
        payment = Payment(
            account=agreement.account,
            agreement=agreement,
            provider_id=fact.payment_id,
            amount=fact.amount.amount,
            currency=fact.amount.currency,
            at=fact.at,
        )
        was = ""
    else:
        was = payment.state
        if payment.agreement_id != agreement.pk:
            raise Contradiction(f"payment {fact.payment_id} belongs to agreement {payment.agreement_id} already")
        if payment.amount != fact.amount.amount and payment.state in Payment.RECEIVED:
            raise Contradiction(f"payment {fact.payment_id} was {payment.money} and is said to be {fact.amount}")
    before = (was, payment.refunded, payment.fee, payment.amount, payment.failure)
    payment.amount = fact.amount.amount
    payment.move_to(fact.state.value)
    payment.at = fact.at
    # What was given back is never taken again; a fetch that does not list an old refund must not undo it.
    payment.refunded = max(payment.refunded, fact.refunded)
    payment.fee = fact.fee
    payment.failure = fact.failure[:80]
    payment.period_start = fact.period_start or payment.period_start
    payment.period_end = fact.period_end or payment.period_end
    if before == (payment.state, payment.refunded, payment.fee, payment.amount, payment.failure):
        return None
    payment.save()
    ledger.write(payment, kind=_kind(before[0], payment, before[1]), at=_moment(payment, fact))
    return payment, was


def _kind(was: str, payment: Payment, refunded: int) -> str:
    """What the ledger calls it."""
    if was != payment.state:
        return payment.state
    return "refunded" if payment.refunded != refunded else "corrected"


def _moment(payment: Payment, fact: PaymentFact) -> datetime:
    """A payment is booked when it moved, what comes after it when we learn of it."""
    return fact.at if payment.state == Payment.State.SETTLED and not payment.refunded else timezone.now()
