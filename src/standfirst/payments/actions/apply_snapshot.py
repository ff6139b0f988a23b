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
from standfirst.payments.providers.interface import PaymentFact, RunBy, Snapshot

State = Agreement.State


class Contradiction(Exception):
    """The provider says what cannot be: another currency, a payment of another agreement, more given back than paid."""


def refresh(agreement: Agreement) -> Agreement:
    """Fetch `agreement` and apply what came. Raises ProviderError, Contradiction, StateError; then nothing changed."""
    number, snapshot = ask(agreement)
    return apply_snapshot(agreement=agreement, snapshot=snapshot, number=number)


def ask(agreement: Agreement) -> tuple[int, Snapshot]:
    """Fetch `agreement`; return what came with the number that `apply_snapshot` wants. Raises ProviderError."""
    number = _begin(agreement)
    return number, agreement.account.verbs.fetch(agreement.account.credentials, _name(agreement))


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
    began before that of one already applied is dropped. Raises Contradiction and StateError.
    """
    kept = Agreement.objects.locked().select_related("account").get(pk=agreement.pk)
    if number <= kept.applied:
        return kept
    was = kept.state
    changed = [found for fact in snapshot.payments if (found := _take_payment(kept, fact))]
    kept.move_to(_state_by(kept, snapshot))
    _take_terms(kept, snapshot)
    kept.applied = number
    kept.checked_at = timezone.now()
    kept.save()
    # Also when nothing is new: what the layer above made of it follows from the agreement alone, and is mended so.
    tell(News(kept, was, tuple(changed)))
    return kept


def _state_by(agreement: Agreement, snapshot: Snapshot) -> str:
    """The state that `agreement` has to be in by `snapshot`: what the provider says, but for what only we can know.

    A provider that does not pause or collect by itself goes on calling active what we paused, ended, or failed to
    collect; and one whose page is still open does not know that we gave it up.
    """
    said = State(snapshot.state.value)
    if said == State.NEW or (said == State.OPEN and agreement.state == State.ABANDONED):
        return agreement.state
    abilities = agreement.account.verbs.abilities
    if said not in {State.OPEN, State.ACTIVE, State.FAILING} or abilities.run_by is RunBy.PROVIDER:
        return said
    if agreement.state == State.ENDED or (agreement.state == State.PAUSED and not abilities.pauses):
        return agreement.state
    newest = agreement.payments.exclude(state=Payment.State.PENDING).order_by("-at", "-pk").first()
    if agreement.state == State.FAILING and newest is not None and newest.state == Payment.State.FAILED:
        return agreement.state
    return said


def _take_terms(agreement: Agreement, snapshot: Snapshot) -> None:
    """What is not money: ids, the instrument, when the period ends."""
    agreement.object_id = agreement.object_id or snapshot.object_id
    agreement.mandate_id = snapshot.mandate_id or agreement.mandate_id
    agreement.customer_id = snapshot.customer_id or agreement.customer_id
    agreement.keep_token(snapshot.token)
    _take_promise(agreement, snapshot)
    agreement.instrument = snapshot.instrument or agreement.instrument
    agreement.instrument_expires = snapshot.instrument_expires or agreement.instrument_expires
    if agreement.state not in {State.NEW, State.OPEN}:
        agreement.url, agreement.expires_at = "", None


def _take_promise(agreement: Agreement, snapshot: Snapshot) -> None:
    """How much, how often, until when: by the provider where it collects, else by us once the payer has agreed."""
    if snapshot.amount is not None and snapshot.amount.currency != agreement.currency:
        raise Contradiction(f"agreement {agreement.pk} is in {agreement.currency}, not {snapshot.amount.currency}")
    abilities = agreement.account.verbs.abilities
    is_theirs = abilities.run_by is RunBy.PROVIDER
    if snapshot.amount is not None and (is_theirs or abilities.changes_amount or agreement.applied == 0):
        agreement.amount = snapshot.amount.amount
    if snapshot.interval is not None and (is_theirs or agreement.applied == 0):
        agreement.interval = snapshot.interval.value
    if snapshot.period_end is not None and (is_theirs or _is_later(snapshot.period_end, agreement.period_end)):
        agreement.period_end = snapshot.period_end
    if abilities.run_by is not RunBy.US or snapshot.ends_at is not None:
        agreement.ends_at = snapshot.ends_at
    if is_theirs or abilities.pauses:
        agreement.paused_until = snapshot.paused_until


def _is_later(moment: datetime, kept: datetime | None) -> bool:
    return kept is None or moment > kept


def _take_payment(agreement: Agreement, fact: PaymentFact) -> tuple[Payment, str] | None:
    """Write down one payment; return it with the state it had, `None` when nothing about it is new."""
    if fact.amount.amount == 0:
        return None  # an invoice over nothing (a trial, a credit): no money moves
    _check(agreement, fact)
    payment, was = _kept_payment(agreement, fact)
    refunded, before = payment.refunded, (was, payment.refunded, *_facts(payment))
    payment.amount = fact.amount.amount
    payment.move_to(fact.state.value)
    payment.at = fact.at
    # What was given back is never taken again by itself: `reconcile` shows a person that the provider says less.
    payment.refunded = max(payment.refunded, fact.refunded)
    payment.fee = fact.fee
    payment.failure = fact.failure[:80]
    payment.key = fact.key[:120] or payment.key
    payment.period_start = fact.period_start or payment.period_start
    payment.period_end = fact.period_end or payment.period_end
    if before == (payment.state, payment.refunded, *_facts(payment)):
        return None
    payment.save()
    ledger.write(payment, kind=_kind(was, payment, refunded), at=_moment(payment, fact))
    return payment, was


def _facts(payment: Payment) -> tuple[object, ...]:
    return payment.amount, payment.fee, payment.failure, payment.at, payment.period_start, payment.period_end


def _check(agreement: Agreement, fact: PaymentFact) -> None:
    """Raise Contradiction when `fact` cannot be a payment of `agreement`."""
    if fact.amount.currency != agreement.currency:
        raise Contradiction(f"a payment of agreement {agreement.pk} is in {fact.amount.currency}: {fact.payment_id}")
    if fact.amount.amount < 0:
        raise Contradiction(f"payment {fact.payment_id} is said to be of {fact.amount}")
    if not 0 <= fact.refunded <= fact.amount.amount:
        raise Contradiction(f"{fact.refunded} of {fact.amount} is said to be given back: {fact.payment_id}")


def _kept_payment(agreement: Agreement, fact: PaymentFact) -> tuple[Payment, str]:
    """Return our row of the payment, perhaps a new one, with the state it is in ("": new). Raises Contradiction."""
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
        return payment, ""
    if payment.agreement_id != agreement.pk:
        raise Contradiction(f"payment {fact.payment_id} belongs to agreement {payment.agreement_id} already")
    if payment.amount != fact.amount.amount and payment.state in Payment.RECEIVED:
        raise Contradiction(f"payment {fact.payment_id} was {payment.money} and is said to be {fact.amount}")
    return payment, payment.state


def _kind(was: str, payment: Payment, refunded: int) -> str:
    """What the ledger calls it."""
    if was != payment.state:
        return payment.state
    return "refunded" if payment.refunded != refunded else "corrected"


def _moment(payment: Payment, fact: PaymentFact) -> datetime:
    """A payment is booked when it moved, what comes after it when we learn of it."""
    return fact.at if payment.state == Payment.State.SETTLED and not payment.refunded else timezone.now()
