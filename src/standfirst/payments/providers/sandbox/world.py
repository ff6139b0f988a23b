"""What happens in the sandbox, and what it says of it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urljoin
from uuid import UUID

from django.db import transaction
from django.db.models import Q, Sum
from django.urls import reverse
from django.utils import timezone

from standfirst.kit.money import Money
from standfirst.payments.providers.interface import (
    Agree,
    AgreementState,
    Change,
    Collect,
    Instruction,
    Interval,
    NewInstrument,
    PaymentFact,
    PaymentState,
    ProviderError,
    Refunded,
    Snapshot,
    Started,
)
from standfirst.payments.providers.sandbox.models import SandboxOrder, SandboxPayment, SandboxRefund

LIFETIME = timedelta(hours=24)
FEE = (3, 100)
"""Of a payment, as a card's fee would be: three of a hundred."""
GOOD_CARD, LATER_CARD, BAD_CARD = "4242", "4000", "0002"
RECEIVED = {PaymentState.SETTLED, PaymentState.DISPUTED, PaymentState.LOST}


def start(what: Instruction) -> Started:
    """Carry an instruction out, once for its key."""
    match what:
        case Agree():
            return _agree(what)
        case Collect():
            return _collect(what)
        case NewInstrument():
            order = find(what.mandate_id)
            SandboxOrder.objects.filter(pk=order.pk).update(return_url=what.return_url)
            return Started(str(order.number), urljoin(what.return_url, reverse("sandbox:card", args=[order.number])))
        case Change():
            return Started(what.mandate_id)


def _agree(what: Agree) -> Started:
    given = {
        "amount": what.amount.amount,
        "currency": what.amount.currency,
        "interval": what.interval.value,
        "description": what.description[:200],
        "language": what.language[:20],
        "return_url": what.return_url,
        "cancel_url": what.cancel_url,
        "begins_later": what.first_charge_at is not None,
        "expires_at": timezone.now() + LIFETIME,
    }
    order, _made = SandboxOrder.objects.get_or_create(key=what.key, defaults=given)
    url = urljoin(what.return_url, reverse("sandbox:page", args=[order.number]))
    return Started(str(order.number), url, expires_at=order.expires_at)


def _collect(what: Collect) -> Started:
    order = find(what.mandate_id)
    if not order.token or what.token != order.token:
        raise ProviderError("The sandbox does not know this card.", code="token")
    state = PaymentState.SETTLED if order.is_card_good else PaymentState.FAILED
    SandboxPayment.objects.get_or_create(
        key=what.key,
        defaults={
            "order": order,
            "state": state,
            "amount": what.amount.amount,
            "currency": what.amount.currency,
            "failure": "" if order.is_card_good else "card_declined",
        },
    )
    return Started(str(order.number))


def find(object_id: str) -> SandboxOrder:
    """The order that has this number or a payment with it. Raises ProviderError."""
    try:
        number = UUID(object_id)
    except ValueError:
        number = None
    named = Q(number=number) | Q(payments__number=number) | Q(key=object_id)
    order = SandboxOrder.objects.filter(named).distinct().first() if number else None
    if order is None:
        raise ProviderError(f"The sandbox knows no {object_id[:80]!r}.", code="unknown")
    return order


def refund(payment_id: str, amount: Money, key: str) -> Refunded:
    """Give `amount` back, once for `key`. Raises ProviderError when so much is not left."""
    find(payment_id)
    with transaction.atomic():
        payment = SandboxPayment.objects.select_for_update().filter(number=payment_id).first()
        if payment is None:
            raise ProviderError(f"The sandbox knows no payment {payment_id[:80]!r}.", code="unknown")
        made = SandboxRefund.objects.filter(key=key).first()
        if made is None:
            left = payment.amount - given_back(payment)
            if payment.state != PaymentState.SETTLED or not 0 < amount.amount <= left:
                raise ProviderError(f"Only {Money(left, payment.currency)} are left of this payment.", code="amount")
            made = SandboxRefund.objects.create(payment=payment, key=key, amount=amount.amount)
    return Refunded(f"refund-{made.pk}", Money(made.amount, payment.currency))


def given_back(payment: SandboxPayment) -> int:
    """Minor units that were given back of a payment."""
    return payment.refunds.aggregate(total=Sum("amount"))["total"] or 0


def fetch(object_id: str) -> Snapshot:
    """What is true of the agreement that `object_id` names. Raises ProviderError."""
    order = find(object_id)
    payments = list(order.payments.all())
    goes_on = order.state == SandboxOrder.State.AGREED and order.interval != Interval.ONCE
    return Snapshot(
        object_id=str(order.number),
        state=_state(order, payments),
        payments=tuple(_fact(payment) for payment in payments),
        mandate_id=str(order.number) if goes_on else "",
        token=order.token if goes_on else "",
        interval=Interval(order.interval),
        instrument=f"Sandbox •••• {order.card}" if order.card else "",
    )


def _state(order: SandboxOrder, payments: Sequence[SandboxPayment]) -> AgreementState:
    if order.state == SandboxOrder.State.LEFT:
        return AgreementState.ABANDONED
    if order.state == SandboxOrder.State.OPEN:
        is_waiting = any(payment.state == PaymentState.PENDING for payment in payments)
        is_over = timezone.now() > order.expires_at and not is_waiting
        return AgreementState.ABANDONED if is_over else AgreementState.OPEN
    if payments and payments[-1].state == PaymentState.FAILED:
        return AgreementState.FAILING
    return AgreementState.ACTIVE


def _fact(payment: SandboxPayment) -> PaymentFact:
    state = PaymentState(payment.state)
    return PaymentFact(
        payment_id=str(payment.number),
        amount=payment.money,
        state=state,
        at=payment.at,
        fee=payment.money.share(*FEE).amount if state in RECEIVED else 0,
        refunded=given_back(payment),
        failure=payment.failure,
        key=payment.key,
    )


@transaction.atomic
def choose(number: UUID, choice: str) -> SandboxOrder:
    """Let the payer do what the page offers while an order is open. What does not fit any more changes nothing.

    `choice`: `pays`, `confirms`, `declines`, `later` (the money is on its way), `disputes` (pays, and asks the bank for
    it back) or `leaves`.
    """
    order = SandboxOrder.objects.select_for_update().get(number=number)
    if order.state != SandboxOrder.State.OPEN:
        return order
    if choice == "leaves":
        order.state = SandboxOrder.State.LEFT
        order.save()
    elif choice in FIRST_PAYMENTS:
        _pay_first(order, FIRST_PAYMENTS[choice])
    return order


FIRST_PAYMENTS = {
    "pays": PaymentState.SETTLED,
    "confirms": PaymentState.SETTLED,
    "declines": PaymentState.FAILED,
    "later": PaymentState.PENDING,
    "disputes": PaymentState.DISPUTED,
}


def _pay_first(order: SandboxOrder, state: PaymentState) -> None:
    is_agreed = state in RECEIVED
    if not order.begins_later:
        failure = "card_declined" if state is PaymentState.FAILED else ""
        SandboxPayment.objects.update_or_create(
            key=order.key,
            defaults={
                "order": order,
                "state": state,
                "amount": order.amount,
                "currency": order.currency,
                "failure": failure,
                "at": timezone.now(),
            },
        )
    if is_agreed:
        _take_card(order, GOOD_CARD)
        order.state = SandboxOrder.State.AGREED
    order.save()


def _take_card(order: SandboxOrder, card: str) -> None:
    order.card = card
    order.is_card_good = card != BAD_CARD
    order.token = f"sandbox-{secrets.token_hex(16)}" if order.interval != Interval.ONCE else ""


@transaction.atomic
def settle(number: UUID, state: PaymentState) -> None:
    """Let the money of a payment that is on its way arrive, or not: SETTLED or FAILED."""
    payment = SandboxPayment.objects.select_for_update().select_related("order").get(number=number)
    if payment.state != PaymentState.PENDING or state not in {PaymentState.SETTLED, PaymentState.FAILED}:
        return
    payment.state = state
    payment.failure = "never_arrived" if state is PaymentState.FAILED else ""
    payment.at = timezone.now()
    payment.save()
    order = payment.order
    if state is PaymentState.SETTLED and order.state == SandboxOrder.State.OPEN:
        _take_card(order, LATER_CARD)
        order.state = SandboxOrder.State.AGREED
        order.save()


DISPUTES = {
    (PaymentState.SETTLED, "disputes"): PaymentState.DISPUTED,
    (PaymentState.DISPUTED, "wins"): PaymentState.LOST,
    (PaymentState.DISPUTED, "loses"): PaymentState.SETTLED,
}


@transaction.atomic
def dispute(number: UUID, choice: str) -> None:
    """Let the payer dispute a payment, or the bank decide for the payer (`wins`) or for us (`loses`)."""
    payment = SandboxPayment.objects.select_for_update().get(number=number)
    state = DISPUTES.get((PaymentState(payment.state), choice))
    if state is not None:
        payment.state = state
        payment.save()


@transaction.atomic
def give_card(number: UUID, *, is_good: bool) -> SandboxOrder:
    """Let the payer give another card: one that pays, or one that is declined when it is collected from."""
    order = SandboxOrder.objects.select_for_update().get(number=number)
    if order.state == SandboxOrder.State.AGREED:
        _take_card(order, GOOD_CARD if is_good else BAD_CARD)
        order.save()
    return order
