"""Bring an agreement up to what its provider says now: fetch, and apply.

That is the only way in which anything that happened at a provider reaches us; webhooks, clicks, tasks and the nightly
comparison only order it. A snapshot says all there is, and applying it writes the difference, so that the order, the
repetition and the loss of messages make no difference.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from standfirst.payments import ledger
from standfirst.payments.following_refunds import follow_refunds
from standfirst.payments.models import Agreement, Payment, ProviderAccount
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
    if number > kept.applied:
        news = _take(kept, snapshot, number, _named(kept.account, snapshot.payments))
        follow_refunds(kept, snapshot.payments)
        tell(news)
    return kept


@transaction.atomic
def refresh_together(
    agreements: Collection[int], fetch: Callable[[list[Agreement]], Mapping[int, Snapshot]]
) -> list[Agreement]:
    """Bring many agreements of one account up to what `fetch` says of them by their numbers, with few statements.

    For providers whose truth is our own rows: `fetch` is asked with all of them locked, so that no other answer can
    overtake it. Raises what `apply_snapshot` raises; then nothing changed.
    """
    locked = list(Agreement.objects.locked().filter(pk__in=agreements).select_related("account").order_by("pk"))
    if not locked:
        return []
    snapshots = fetch(locked)
    known = _named(locked[0].account, (fact for found in snapshots.values() for fact in found.payments))
    for kept in locked:
        kept.asked += 1
        tell(_take(kept, snapshots[kept.pk], kept.asked, known))
    return locked


def _take(kept: Agreement, snapshot: Snapshot, number: int, known: Mapping[str, Payment]) -> News:
    """Write the difference down and save; return what is new. `known`: our payments with the ids of the snapshot.

    News are told also when nothing is new: what the layer above made of it follows from the agreement alone, and is
    mended so.
    """
    was, card = kept.state, kept.sealed_token
    changed = [found for fact in snapshot.payments if (found := _take_payment(kept, fact, known.get(fact.payment_id)))]
    kept.move_to(_state_by(kept, snapshot))
    _take_terms(kept, snapshot)
    kept.applied = number
    kept.checked_at = timezone.now()
    kept.save()
    return News(kept, was, tuple(changed), has_new_card=bool(card) and card != kept.sealed_token)


def _named(account: ProviderAccount, facts: Iterable[PaymentFact]) -> dict[str, Payment]:
    """Our payments of these facts, by their ids."""
    rows = Payment.objects.filter(account=account, provider_id__in=[fact.payment_id for fact in facts])
    return {payment.provider_id: payment for payment in rows}


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
    return agreement.state if agreement.state == State.FAILING and _failed_last(agreement) else said


def _failed_last(agreement: Agreement) -> bool:
    newest = agreement.payments.exclude(state=Payment.State.PENDING).order_by("-at", "-pk").first()
    return newest is not None and newest.state == Payment.State.FAILED


def _take_terms(agreement: Agreement, snapshot: Snapshot) -> None:
    """What is not money: ids, the instrument, when the period ends."""
    agreement.object_id = agreement.object_id or snapshot.object_id
    agreement.mandate_id = snapshot.mandate_id or agreement.mandate_id
    _take_promise(agreement, snapshot)
    if agreement.forgotten_at is None:
        _take_payer(agreement, snapshot)
    if agreement.state not in {State.NEW, State.OPEN}:
        agreement.url, agreement.expires_at = "", None


def _take_payer(agreement: Agreement, snapshot: Snapshot) -> None:
    """Who pays, and with what."""
    agreement.customer_id = snapshot.customer_id or agreement.customer_id
    agreement.keep_token(snapshot.token)
    agreement.instrument = snapshot.instrument or agreement.instrument
    agreement.instrument_expires = snapshot.instrument_expires or agreement.instrument_expires


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


def _take_payment(agreement: Agreement, fact: PaymentFact, known: Payment | None) -> tuple[Payment, str] | None:
    """Write down one payment (`known`: our row of it); return it with the state it had, `None` when nothing is new."""
    if fact.amount.amount == 0:
        return None  # an invoice over nothing (a trial, a credit): no money moves
    _check(agreement, fact)
    payment, was = _kept_payment(agreement, fact, known)
    refunded, before = payment.refunded, (was, *_facts(payment))
    payment.amount = fact.amount.amount
    payment.move_to(fact.state.value)
    payment.at = fact.at
    # Also when it is less than before: a refund may fail, and the payment's books then take it back.
    payment.refunded = fact.refunded
    payment.disputed = _disputed(fact)
    payment.fee = fact.fee
    payment.failure = fact.failure[:80]
    payment.key = fact.key[:120] or payment.key
    payment.period_start = fact.period_start or payment.period_start
    payment.period_end = fact.period_end or payment.period_end
    if before == (payment.state, *_facts(payment)):
        return None
    payment.save()
    moment = _moment(payment, fact, was_touched=bool(refunded) or was in Payment.DISPUTABLE)
    ledger.write(payment, kind=_kind(was, payment, refunded), at=moment, is_first=not was)
    return payment, was


def _facts(payment: Payment) -> tuple[object, ...]:
    moved = payment.amount, payment.fee, payment.refunded, payment.disputed
    return *moved, payment.failure, payment.at, payment.period_start, payment.period_end


def _disputed(fact: PaymentFact) -> int:
    """What of the payment is disputed or lost, in minor units."""
    if fact.state.value not in Payment.DISPUTABLE:
        return 0
    left = fact.amount.amount - fact.refunded
    return left if fact.disputed is None else fact.disputed


def _check(agreement: Agreement, fact: PaymentFact) -> None:
    """Raise Contradiction when `fact` cannot be a payment of `agreement`."""
    if fact.amount.currency != agreement.currency:
        raise Contradiction(f"a payment of agreement {agreement.pk} is in {fact.amount.currency}: {fact.payment_id}")
    if fact.amount.amount < 0:
        raise Contradiction(f"payment {fact.payment_id} is said to be of {fact.amount}")
    if not 0 <= fact.refunded <= fact.amount.amount:
        raise Contradiction(f"{fact.refunded} of {fact.amount} is said to be given back: {fact.payment_id}")
    if not 0 <= _disputed(fact) <= fact.amount.amount - fact.refunded:
        raise Contradiction(f"{fact.disputed} of {fact.amount} is said to be disputed: {fact.payment_id}")


def _kept_payment(agreement: Agreement, fact: PaymentFact, payment: Payment | None) -> tuple[Payment, str]:
    """Return our row of the payment, perhaps a new one, with the state it is in ("": new). Raises Contradiction."""
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
    if payment.refunded == refunded:
        return "corrected"
    return "refunded" if payment.refunded > refunded else "refund_failed"


def _moment(payment: Payment, fact: PaymentFact, *, was_touched: bool) -> datetime:
    """A payment is booked when it moved; what was given back, disputed, or came back of that, when we learn of it."""
    is_whole = payment.state == Payment.State.SETTLED and not payment.refunded
    return fact.at if is_whole and not was_touched else timezone.now()
