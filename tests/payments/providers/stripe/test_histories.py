"""Events of whole life histories, in any order, twice, late or never: afterwards we know the same, to the tetri."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.money import factories
from tests.payments.providers.benches import StripeBench, agree
from tests.payments.providers.stripe.test_subscriptions import control

from standfirst.kit.money import Money
from standfirst.payments import ledger
from standfirst.payments.actions.apply_snapshot import refresh
from standfirst.payments.actions.process_event import process
from standfirst.payments.actions.take_webhook import take_webhook
from standfirst.payments.models import Agreement, LedgerEntry, Payment, ProviderAccount, WebhookEvent
from standfirst.payments.providers.interface import Change, Interval, ProviderError, RefundState, Snapshot
from standfirst.payments.providers.stripe.fake.server import SECRET_KEY, WEBHOOK_SECRET

pytestmark = [pytest.mark.enable_socket, pytest.mark.django_db]

Step = Callable[[StripeBench, Snapshot], Any]


def _behave(behaviour: str) -> Step:
    return lambda stripe, now: control(stripe, "behave", subscription=now.mandate_id, behaviour=behaviour)


def _pass(days: int) -> Step:
    return lambda stripe, _now: control(stripe, "advance", days=days)


def _change(**given: Any) -> Step:
    def step(stripe: StripeBench, now: Snapshot) -> None:
        stripe.provider.start(stripe.account, Change(f"k{random.random()}", now.mandate_id, **given))  # noqa: S311

    return step


def _refund(stripe: StripeBench, now: Snapshot) -> None:
    payment, key = now.payments[0].payment_id, f"r{random.random()}"  # noqa: S311
    stripe.provider.refund(stripe.account, payment_id=payment, amount=Money(100, "GEL"), key=key)


def _refund_fails(stripe: StripeBench, now: Snapshot) -> None:
    living = [one for fact in now.payments for one in fact.refunds or () if one.state is not RefundState.FAILED]
    if living:
        control(stripe, "refunds", refund=living[-1].refund_id, fail="lost_or_stolen_card")


def _dispute(status: str, **given: Any) -> Step:
    def step(stripe: StripeBench, now: Snapshot) -> None:
        made = control(stripe, "dispute", payment_intent=now.payments[-1].payment_id, **given)
        if status:
            control(stripe, "dispute", dispute=made["id"], status=status)

    return step


STEPS: dict[str, Step] = {
    "a month": _pass(31),
    "four days": _pass(4),
    "the card fails": _behave("declines"),
    "the card works": _behave("pays"),
    "pause": _change(paused=True),
    "resume": _change(paused=False),
    "another amount": _change(amount=Money(1900, "GEL")),
    "cancel": _change(ends=True),
    "refund": _refund,
    "refund fails": _refund_fails,
    "dispute": _dispute(""),
    "dispute won": _dispute("won"),
    "dispute lost": _dispute("lost"),
    "a part is disputed": _dispute("", amount=300),
    "a part is lost": _dispute("lost", amount=300),
}


def live(stripe: StripeBench, steps: list[str]) -> tuple[str, list[dict[str, Any]]]:
    """Let it happen at the fake; return the checkout's id, and the events. What is refused there does not happen."""
    before = len(stripe.fake.world.events)
    started = stripe.provider.start(stripe.account, agree(Interval.MONTH))
    stripe.pay(started)
    for step in steps:
        try:
            STEPS[step](stripe, stripe.provider.fetch(stripe.account, started.object_id))
        except (ProviderError, ValueError):
            continue
    return started.object_id, stripe.fake.world.events[before:]


def account_at(stripe: StripeBench) -> ProviderAccount:
    found = ProviderAccount(provider="stripe", label="Stripe", is_test=True, settings={"fake": stripe.fake.address})
    found.keep_secrets(secret_key=SECRET_KEY, webhook_secret=WEBHOOK_SECRET)
    found.save()
    return found


def deliver(stripe: StripeBench, account: ProviderAccount, events: list[dict[str, Any]]) -> None:
    for event in events:
        headers, body = stripe.message(event)
        kept = take_webhook(account=account, headers=headers, body=body, now=datetime.now(UTC))
        if kept is not None:
            assert process(kept.pk), WebhookEvent.objects.get(pk=kept.pk).failure


def known(agreement: Agreement) -> dict[str, Any]:
    """Everything that we keep of an agreement and its money."""
    agreement.refresh_from_db()
    rows = Payment.objects.filter(agreement=agreement).order_by("provider_id")
    books: dict[str, int] = {}
    for book, amount in LedgerEntry.objects.filter(account=agreement.account).values_list("book", "amount"):
        books[book] = books.get(book, 0) + amount
    return {
        "state": agreement.state,
        "terms": (agreement.amount, agreement.interval, agreement.period_end, agreement.ends_at, agreement.mandate_id),
        "payments": list(
            rows.values_list("provider_id", "state", "amount", "refunded", "disputed", "fee", "at", "failure")
        ),
        "books": {book: amount for book, amount in books.items() if amount},
    }


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(st.sampled_from(sorted(STEPS)), max_size=5),
    seed=st.integers(0, 10**6),
    lost=st.sampled_from([0.0, 0.4, 1.0]),
)
def test_any_order_repetition_and_loss_end_in_the_same_books(
    stripe: StripeBench, steps: list[str], seed: int, lost: float
) -> None:
    session, events = live(stripe, steps)
    chance = random.Random(seed)  # noqa: S311 - an order to try
    mixed = [event for event in events * 2 if chance.random() >= lost]
    chance.shuffle(mixed)
    agreements = []
    for told in (events, mixed):
        agreement = factories.agreement(account_at(stripe), object_id=session)
        deliver(stripe, agreement.account, told)
        agreements.append(refresh(agreement))
    straight, crooked = (known(agreement) for agreement in agreements)
    assert crooked == straight
    assert straight["payments"]
    assert sum(straight["books"].values()) == 0
    assert ledger.verify() == []


def test_what_is_held_back_is_sent_signed_in_any_order_and_late(stripe: StripeBench) -> None:
    live(stripe, [])
    held = [event["id"] for event in stripe.fake.sender.held]
    stripe.fake.sender.url = f"{stripe.fake.address}/_control/webhooks"  # anything that answers 200
    lost = held[:2]
    asked = {"order": "reversed", "times": 2, "lose": lost}
    answer = requests.post(f"{stripe.fake.address}/_control/deliver", json=asked, timeout=30)
    assert answer.json()["sent"] == [[name, 200] for name in reversed(held[2:]) for _ in range(2)]
    assert [event["id"] for event in stripe.fake.sender.lost] == lost
    assert stripe.fake.sender.held == []
