"""Flitt and our books: whatever came of callbacks, after a comparison they show what is true at Flitt."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.money import factories
from tests.payments.providers.benches import FlittBench, agree

from standfirst.kit.money import Money
from standfirst.membership.models import Pledge
from standfirst.payments import ledger
from standfirst.payments.actions.apply_snapshot import refresh
from standfirst.payments.actions.process_event import process
from standfirst.payments.actions.reconcile import reconcile
from standfirst.payments.actions.refund_payment import CannotRefund, refund_payment
from standfirst.payments.actions.start_agreement import start_agreement
from standfirst.payments.actions.take_webhook import take_webhook
from standfirst.payments.models import Agreement, Payment, ProviderAccount, Refund, WebhookEvent
from standfirst.payments.providers.interface import Collect, NewInstrument

pytestmark = pytest.mark.django_db
HAPPENINGS = st.lists(
    st.sampled_from(["collect", "collect again", "spoil", "mend", "card", "refund at flitt", "refund fails", "look"]),
    max_size=8,
)


@pytest.fixture
def account(flitt: FlittBench) -> ProviderAccount:
    made = ProviderAccount(provider="flitt", label="Flitt", settings=dict(flitt.account.settings), is_test=True)
    made.keep_secrets(payment_key="test")
    made.save()
    return made


def begin(account: ProviderAccount) -> Agreement:
    pledge = factories.pledge(state=Pledge.State.PENDING)
    agreement = factories.agreement(account, reference=pledge.reference)
    return start_agreement(
        agreement=agreement, order=lambda one: agree(key=str(one.key), reference=one.reference, amount=one.money)
    )


class Life:
    """What happens at Flitt to one agreement."""

    def __init__(self, flitt: FlittBench, agreement: Agreement) -> None:
        self.flitt, self.agreement, self.key = flitt, agreement, str(agreement.key)
        self.attempts = 0

    def happen(self, what: str) -> None:
        """Let one thing happen."""
        world = self.flitt.world
        token = world.orders[self.key].token
        match what:
            case "collect" | "collect again":
                self.attempts += what == "collect" or self.attempts == 0
                key = f"{self.key}:2026-12-01:{self.attempts}"
                self._start(Collect(key, self.key, Money(1200, "GEL"), "Supporter", token))
            case "spoil":
                world.spoil(self.key)
            case "mend":
                world.mend(self.key)
            case "card":
                name = self._start(NewInstrument("n", self.key, "", "en", "https://x.example/", "https://x.example/h"))
                world.pay(name)
            case "refund at flitt":
                request = {"merchant_id": world.merchant, "order_id": self.key, "amount": 100, "currency": "GEL"}
                world.answer("reverse/order_id", world.signed(request), "")
            case "refund fails":
                for name in list(world.orders[self.key].reversals)[:1]:
                    world.cancel_reversal(self.key, name)
            case "look":
                refresh(self.agreement)

    def _start(self, what: Any) -> str:
        return self.flitt.provider.start(self.flitt.account, what).object_id


def told(agreement: Agreement) -> tuple[Any, ...]:
    """All that we say of an agreement."""
    agreement.refresh_from_db()
    payments = list(agreement.payments.order_by("provider_id"))
    facts = [(one.provider_id, one.state, one.refunded, one.key, dict(ledger.shown(one))) for one in payments]
    return agreement.state, agreement.mandate_id, agreement.instrument, agreement.token, facts


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(happenings=HAPPENINGS, chance=st.randoms(use_true_random=False))
def test_any_order_any_repetition_any_loss(
    flitt: FlittBench, account: ProviderAccount, happenings: list[str], chance: Any
) -> None:
    flitt.world.callbacks.clear()
    agreement = begin(account)
    life = Life(flitt, agreement)
    flitt.world.pay(agreement.object_id)
    for what in happenings:
        life.happen(what)
    kept = [values for _url, values in flitt.world.callbacks if chance.random() < 0.7]
    kept += [values for values in kept if chance.random() < 0.5]
    chance.shuffle(kept)
    for values in kept:
        event = take_webhook(account=account, headers={}, body=json.dumps(values).encode(), now=timezone.now())
        if event is not None:
            assert process(event.pk)
    refresh(agreement)
    after = told(agreement)
    refresh(agreement)
    assert told(agreement) == after
    orders = flitt.world.orders
    paid = {name for name, order in orders.items() if order.status in {"approved", "reversed"} and ":card:" not in name}
    mine = {name for name in paid if name.startswith(life.key)}
    assert set(agreement.payments.filter(state="settled").values_list("provider_id", flat=True)) == mine
    assert ledger.verify() == []
    total: Counter[str] = Counter()
    for payment in agreement.payments.all():
        total.update({str(book): amount for book, amount in ledger.shown(payment).items()})
    given_back = sum(sum(order.reversals.values()) for name, order in orders.items() if name in mine)
    assert total["provider"] == 1200 * len(mine) - given_back


def test_a_callback_goes_all_the_way(flitt: FlittBench, account: ProviderAccount, client: Any) -> None:
    agreement = begin(account)
    flitt.world.pay(agreement.object_id)
    ((_headers, body),) = flitt.messages()
    there = f"/payments/webhooks/{account.pk}/"
    for _ in range(3):
        assert client.post(there, body, content_type="application/json").status_code == 200
    assert (
        client.post(there, body.replace(b"approved", b"reversed"), content_type="application/json").status_code == 400
    )
    event = WebhookEvent.objects.get()
    assert Payment.objects.count() == 0
    assert process(event.pk)
    agreement.refresh_from_db()
    assert (agreement.state, agreement.mandate_id) == ("active", str(agreement.key))
    assert agreement.token == flitt.world.orders[str(agreement.key)].token
    assert agreement.token not in agreement.sealed_token
    assert Pledge.objects.get().state == "active"
    assert dict(ledger.shown(Payment.objects.get())) == {"provider": 1200, "income": -1200}


def test_a_refund_of_an_older_payment_reaches_the_books(flitt: FlittBench, account: ProviderAccount) -> None:
    agreement = begin(account)
    life = Life(flitt, agreement)
    flitt.world.pay(agreement.object_id)
    for _ in range(3):
        life.happen("collect")
    refresh(agreement)
    older = Payment.objects.get(provider_id=f"{agreement.key}:1")
    refund_payment(payment=older, amount=Money(700, "GEL"), reason="asked by mail", by=None)
    older.refresh_from_db()
    assert older.refunded == 700
    assert [order.reversals for order in flitt.world.orders.values() if order.reversals] == [
        {str(older.refunds.get().key): 700}
    ]
    assert UUID(flitt.provider.fetch(flitt.account, older.provider_id).mandate_id) == agreement.key
    assert ledger.verify() == []


@pytest.mark.parametrize("approved", [True, False])
def test_a_refund_in_processing_is_followed(flitt: FlittBench, account: ProviderAccount, approved: bool) -> None:
    agreement = begin(account)
    flitt.world.pay(agreement.object_id)
    refresh(agreement)
    flitt.world.reversals_wait = True
    payment = Payment.objects.get()
    refund = refund_payment(payment=payment, amount=Money(700, "GEL"), reason="asked by mail", by=None)
    assert (refund.state, Payment.objects.get().refunded) == ("pending", 0)
    with pytest.raises(CannotRefund, match=r"Only 5\.00 GEL"):
        refund_payment(payment=payment, amount=Money(700, "GEL"), reason="once more", by=None)
    flitt.world.end_reversal(agreement.object_id, str(refund.key), approved=approved)
    refresh(agreement)
    refund.refresh_from_db()
    assert (refund.state, Payment.objects.get().refunded) == (("done", 700) if approved else ("pending", 0))
    Refund.objects.update(at=timezone.now() - timedelta(days=31))
    # Flitt tells the sum only: what is not in it after a month never came.
    assert [found.kind for found in reconcile(agreement)] == ([] if approved else ["failed"])
    assert ledger.verify() == []
