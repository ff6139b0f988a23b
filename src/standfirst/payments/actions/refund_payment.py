"""Give money back."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, Sum
from django.utils import timezone

from standfirst.accounts.models import User
from standfirst.kit.money import Money
from standfirst.payments.actions.apply_snapshot import Contradiction, refresh
from standfirst.payments.following_refunds import ASK_AT_MOST
from standfirst.payments.models import Agreement, Payment, Refund
from standfirst.payments.providers.interface import ProviderError
from standfirst.payments.states import StateError
from standfirst.payments.tasks import refresh_agreement

logger = logging.getLogger("standfirst.payments")

ASK_AGAIN_AFTER = timedelta(minutes=5)


class CannotRefund(Exception):
    """Why this payment, or so much of it, cannot be given back; a sentence for staff."""


def refund_payment(*, payment: Payment, amount: Money, reason: str, by: User | None) -> Refund:
    """Give `amount` of `payment` back through its provider. Raises CannotRefund and ProviderError.

    The row comes first and carries the idempotency key. When the provider is not reached the row stays asked for, and
    `complete_refund` asks again with the same key: however often that happens, the payer gets the money once.
    """
    refund = _ask(payment, amount, reason.strip(), by)
    return complete_refund(refund=refund)


@transaction.atomic
def _ask(payment: Payment, amount: Money, reason: str, by: User | None) -> Refund:
    Agreement.objects.locked().get(pk=payment.agreement_id)
    kept = Payment.objects.get(pk=payment.pk)
    if not reason:
        raise CannotRefund("Say why the money is given back.")
    if kept.state != Payment.State.SETTLED:
        raise CannotRefund(f"This payment is {kept.get_state_display()}; only a settled one can be given back.")
    left = Money(kept.amount - _given(kept), kept.currency)
    if amount.currency != kept.currency or amount.amount <= 0:
        raise CannotRefund(f"Give an amount in {kept.currency} above zero.")
    if left < amount:
        raise CannotRefund(f"Only {left} of this payment are left to give back.")
    if not kept.account.verbs.abilities.refunds:
        raise CannotRefund("This provider cannot give money back; send it by hand and record that.")
    return Refund.objects.create(payment=kept, amount=amount.amount, reason=reason[:300], by=by)


def _given(payment: Payment) -> int:
    """What of `payment` was given back or is about to be.

    A refund that is done may not be in `refunded` yet: that comes with the next fetch. Both sums are one statement,
    because a refund that goes from asked to done between two would be in neither.
    """
    made = [Refund.State.PENDING, Refund.State.DONE]
    sums = payment.refunds.aggregate(
        asked=Sum("amount", filter=Q(state=Refund.State.ASKED), default=0),
        done=Sum("amount", filter=Q(state__in=made), default=0),
    )
    return int(max(payment.refunded, sums["done"]) + sums["asked"])


def complete_refund(*, refund: Refund) -> Refund:
    """Ask the provider for a refund that is asked for, and write down what came of it. Raises ProviderError."""
    if refund.state not in Refund.OPEN:
        return refund
    payment = refund.payment
    amount = Money(refund.amount, payment.currency)
    try:
        done = payment.account.verbs.refund(
            payment.account.credentials, payment_id=payment.provider_id, amount=amount, key=str(refund.key)
        )
    except ProviderError as error:
        # Asked again, a refusal says nothing about the first time, whose answer was lost: `follow_refunds` finds out.
        if not error.retry and refund.tried_at is None:
            _move(refund, Refund.State.REFUSED, failure=str(error))
        raise
    refund = _move(refund, Refund.State.DONE if done.is_final else Refund.State.PENDING, provider_id=done.refund_id)
    try:
        refresh(payment.agreement)
    except (ProviderError, Contradiction, StateError) as error:
        # The money is given back, and saying otherwise would make staff give it twice; the task writes the books.
        logger.warning("refund %s is done, its payment could not be fetched yet: %s", refund.pk, error)
    return refund


@transaction.atomic
def _move(refund: Refund, state: str, *, provider_id: str = "", failure: str = "") -> Refund:
    kept = Refund.objects.select_for_update(of=("self",)).select_related("payment__account").get(pk=refund.pk)
    # A fetch may have been faster, and knows more: what it has found to be over stays so.
    if kept.state in Refund.OPEN and kept.move_to(state):
        kept.provider_id, kept.failure, kept.at = provider_id, failure[:200], timezone.now()
        kept.save()
        if state != Refund.State.REFUSED:
            refresh_agreement.enqueue(kept.payment.agreement_id)
    return kept


def take_asked_refunds(now: datetime, most: int) -> list[Refund]:
    """Take refunds of which it is not known what became of them, to be asked for again; nobody else takes them.

    Not for ever: providers forget idempotency keys (Stripe after 24 hours), and then the same question would give the
    money a second time. What became of older ones the daily comparison finds out.
    """
    asked = Refund.objects.filter(state=Refund.State.ASKED, at__lt=now - ASK_AGAIN_AFTER, at__gt=now - ASK_AT_MOST)
    due = asked.filter(Q(tried_at=None) | Q(tried_at__lt=now - ASK_AGAIN_AFTER)).order_by("at")
    taken = []
    for refund in due.select_related("payment__account", "payment__agreement__account")[:most]:
        if Refund.objects.filter(pk=refund.pk, tried_at=refund.tried_at).update(tried_at=now):
            refund.tried_at = now
            taken.append(refund)
    return taken
