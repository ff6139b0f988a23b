"""Money that goes back: refunds that fail or take their time, and disputes about a part of a payment."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.money import factories
from tests.payments.providers.benches import StripeBench, agree
from tests.payments.providers.stripe.test_histories import account_at
from tests.payments.providers.stripe.test_subscriptions import control

from standfirst.kit.money import Money
from standfirst.payments import ledger
from standfirst.payments.actions.apply_snapshot import refresh
from standfirst.payments.actions.reconcile import reconcile
from standfirst.payments.actions.refund_payment import complete_refund, refund_payment
from standfirst.payments.models import Agreement, Payment, Refund
from standfirst.payments.providers.interface import Interval, PaymentState, ProviderError, RefundState
from standfirst.payments.providers.stripe.facts import Asking, Due, charge_fact

pytestmark = [pytest.mark.enable_socket, pytest.mark.django_db]
FEE = 43
"""Of 12.00 GEL at the fake."""


@pytest.fixture
def paid(stripe: StripeBench) -> Payment:
    """A single payment of 12.00 GEL."""
    started = stripe.provider.start(stripe.account, agree(Interval.ONCE))
    stripe.pay(started)
    refresh(factories.agreement(account_at(stripe), object_id=started.object_id))
    return Payment.objects.get()


def books(payment: Payment) -> dict[str, int]:
    assert ledger.verify() == []
    return {str(book): amount for book, amount in ledger.shown(payment).items() if amount}


def give_back(payment: Payment, amount: int = 500) -> Refund:
    return refund_payment(payment=payment, amount=Money(amount, "GEL"), reason="asked by mail", by=None)


def look(payment: Payment) -> Payment:
    refresh(Agreement.objects.select_related("account").get(pk=payment.agreement_id))
    payment.refresh_from_db()
    return payment


def test_a_refund_that_fails_is_ours_again_and_work_for_a_person(stripe: StripeBench, paid: Payment) -> None:
    refund = give_back(paid)
    assert (refund.state, books(paid)["refunds"]) == ("done", 500)
    control(stripe, "refunds", refund=refund.provider_id, fail="expired_or_canceled_card")
    assert reconcile(Agreement.objects.select_related("account").get()) == []  # the answer may be an older one
    Refund.objects.update(at=timezone.now() - timedelta(minutes=11))
    (found,) = reconcile(Agreement.objects.select_related("account").get())
    refund.refresh_from_db()
    paid.refresh_from_db()
    assert (paid.refunded, found.kind, refund.state) == (0, "failed", "failed")
    assert books(paid) == {"provider": 1200 - FEE, "income": -1200, "fees": FEE}


def test_a_refund_on_its_way_is_not_final_and_is_followed(stripe: StripeBench, paid: Payment) -> None:
    control(stripe, "refunds", wait=True)
    refund = give_back(paid)
    assert (refund.state, look(paid).refunded) == ("pending", 500)
    assert complete_refund(refund=Refund.objects.get()).state == "pending"
    control(stripe, "refunds", refund=refund.provider_id)
    look(paid)
    assert (Refund.objects.get().state, paid.refunded) == ("done", 500)


def test_of_two_refunds_one_fails(stripe: StripeBench, paid: Payment) -> None:
    first, second = give_back(paid, 300), give_back(paid, 400)
    control(stripe, "refunds", refund=first.provider_id, fail="declined")
    assert look(paid).refunded == 400
    assert list(Refund.objects.order_by("pk").values_list("state", "failure")) == [("failed", "declined"), ("done", "")]
    assert books(paid)["refunds"] == 400
    assert [found.kind for found in reconcile(Agreement.objects.select_related("account").get())] == ["failed"]
    with pytest.raises(ProviderError, match="declined"):
        # Its key is used up: whoever asks by it again must not give the money without a person having decided so.
        stripe.provider.refund(
            stripe.account, payment_id=paid.provider_id, amount=Money(300, "GEL"), key=str(first.key)
        )
    assert (give_back(paid, 800).state, look(paid).refunded) == ("done", 1200)
    assert second.amount == 400


def test_a_refund_whose_answer_was_lost_is_found_by_its_key(stripe: StripeBench, paid: Payment) -> None:
    control(stripe, "fail", statuses=[500, 500, 500])
    with pytest.raises(ProviderError):
        give_back(paid)
    stripe.fake.application.failing.clear()
    asked = Refund.objects.get()
    assert asked.state == "asked"
    stripe.provider.refund(stripe.account, payment_id=paid.provider_id, amount=Money(500, "GEL"), key=str(asked.key))
    look(paid)
    assert (Refund.objects.get().state, paid.refunded) == ("done", 500)


@pytest.mark.parametrize(
    ("status", "state", "disputed"),
    [("", "disputed", 300), ("won", "settled", 0), ("lost", "lost", 300), ("warning_closed", "settled", 0)],
)
def test_a_dispute_about_a_part_holds_that_part(
    stripe: StripeBench, paid: Payment, status: str, state: str, disputed: int
) -> None:
    given: dict[str, Any] = {"inquiry": True} if status == "warning_closed" else {}
    made = control(stripe, "dispute", payment_intent=paid.provider_id, amount=300, **given)
    if status:
        look(paid)
        control(stripe, "dispute", dispute=made["id"], status=status)
    look(paid)
    assert (paid.state, paid.disputed, paid.kept.amount) == (state, disputed, 1200 - disputed)
    fees = FEE + (1500 if disputed else 0)
    wanted = {"provider": 1200 - fees - disputed, "income": -1200, "fees": fees, "disputes": disputed}
    assert books(paid) == {book: amount for book, amount in wanted.items() if amount}


def test_two_disputes_of_which_one_is_lost_and_one_is_won(stripe: StripeBench, paid: Payment) -> None:
    one = control(stripe, "dispute", payment_intent=paid.provider_id, amount=300)
    two = control(stripe, "dispute", payment_intent=paid.provider_id, amount=200)
    assert (look(paid).state, paid.disputed) == ("disputed", 500)
    control(stripe, "dispute", dispute=one["id"], status="lost")
    assert (look(paid).state, paid.disputed) == ("lost", 500)
    control(stripe, "dispute", dispute=two["id"], status="won")
    assert (look(paid).state, paid.disputed) == ("lost", 300)
    assert books(paid)["disputes"] == 300


def test_what_a_bank_takes_beyond_what_is_left_never_makes_a_payment_negative(
    stripe: StripeBench, paid: Payment
) -> None:
    give_back(paid, 700)
    control(stripe, "dispute", payment_intent=paid.provider_id, amount=1250)
    assert (look(paid).refunded, paid.disputed, paid.kept.amount) == (700, 500, 0)
    assert sum(books(paid).values()) == 0


def charge(**given: Any) -> dict[str, Any]:
    values = {"id": "ch_1", "amount": 1200, "currency": "jpy", "status": "succeeded", "created": 1_900_000_000}
    return values | {"amount_refunded": 0, "disputed": False, "balance_transaction": None} | given


def row(status: str, amount: int, **given: Any) -> dict[str, Any]:
    return {"id": f"re_{status}", "amount": amount, "currency": "jpy", "status": status, "metadata": {}} | given


def test_refunds_count_by_their_state_whatever_the_charge_says() -> None:
    """In a currency without minor units, and with a charge that goes on counting what has failed."""
    rows = [
        row("succeeded", 100),
        row("pending", 20),
        row("failed", 400),
        row("canceled", 300),
        row("requires_action", 3),
    ]
    fact = charge_fact(charge(amount_refunded=823), Due(), Asking(lambda _: [], lambda _: rows))
    assert (fact.refunded, fact.amount) == (123, Money(1200, "JPY"))
    assert [one.state for one in fact.refunds or ()] == [
        RefundState.DONE,
        RefundState.PENDING,
        RefundState.FAILED,
        RefundState.FAILED,
        RefundState.PENDING,
    ]


def test_a_dispute_is_counted_in_the_units_of_its_currency() -> None:
    about = [{"id": "dp_1", "status": "needs_response", "amount": 12340, "currency": "kwd", "balance_transactions": []}]
    fact = charge_fact(
        charge(amount=50000, currency="kwd", disputed=True), Due(), Asking(lambda _: about, lambda _: [])
    )
    assert (fact.state, fact.disputed, fact.amount) == (PaymentState.DISPUTED, 12340, Money(50000, "KWD"))
