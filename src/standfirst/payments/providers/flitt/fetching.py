"""Puts together what is true of an agreement from its single orders."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from standfirst.payments.providers.flitt import naming
from standfirst.payments.providers.flitt.orders import Order, find_order, numbered
from standfirst.payments.providers.flitt.starting import LATER, LIFETIME
from standfirst.payments.providers.interface import (
    AgreementState,
    Credentials,
    Interval,
    PaymentFact,
    ProviderError,
    Snapshot,
)


def fetch(account: Credentials, object_id: str) -> Snapshot:
    """Return the agreement that the order `object_id` belongs to, with all its payments.

    It asks for every order: one more than there are collected payments, because Flitt has no list of them.
    """
    key = naming.key_of(object_id)
    begun = _begun(account, key) if naming.is_ours(object_id) else []
    if not begun:
        raise ProviderError(f"Flitt knows no order {object_id[:80]}.", code="unknown")
    first = next((order for order in begun if order.is_approved), begun[-1])
    is_recurring = not first.data.startswith(Interval.ONCE.value)
    goes_on = first.is_approved and is_recurring
    collected = list(numbered(account, naming.payments(key))) if goes_on else []
    cards = list(numbered(account, naming.cards(key))) if goes_on else []
    card = next((order for order in reversed(cards) if order.is_approved and order.token), first)
    return Snapshot(
        object_id=first.name,
        state=_state(first, collected, timezone.now()),
        payments=_payments(begun, collected),
        mandate_id=key if goes_on and card.token else "",
        token=card.token if goes_on else "",
        interval=_interval(first.data),
        instrument=card.instrument,
        instrument_expires=card.instrument_expires,
    )


def _begun(account: Credentials, key: str) -> list[Order]:
    """The first order, and the copies of it that were made when answers were lost; up to one that was paid."""
    found: list[Order] = []
    for name in naming.copies(key):
        order = find_order(account, name)
        if order is None:
            break
        found.append(order)
        if order.is_approved:
            break
    return found


def _state(first: Order, collected: Sequence[Order], now: datetime) -> AgreementState:
    """Flitt only knows orders: whether the agreement goes on follows from the first and the last of them."""
    if not first.is_approved:
        is_over = first.status == "expired" or (first.status == "declined" and now > first.at + LIFETIME)
        return AgreementState.ABANDONED if is_over else AgreementState.OPEN
    if collected and collected[-1].status in {"declined", "expired"}:
        return AgreementState.FAILING
    return AgreementState.ACTIVE


def _payments(begun: Sequence[Order], collected: Sequence[Order]) -> tuple[PaymentFact, ...]:
    """An order that only took the card (`LATER`) moved no money: what it held is let go."""
    facts = [order.fact(naming.key_of(order.name)) for order in begun if not order.data.endswith(LATER)]
    facts += [order.fact(order.data) for order in collected]
    return tuple(fact for fact in facts if fact is not None)


def _interval(data: str) -> Interval | None:
    name = data.removesuffix(LATER)
    return Interval(name) if name in {one.value for one in Interval} else None
