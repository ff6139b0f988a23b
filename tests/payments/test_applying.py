"""From an agreement to the ledger: what is true at the provider becomes true here, once."""

from __future__ import annotations

import pytest
from tests.money import factories
from tests.money.plain import PlainProvider

from standfirst.kit.money import Money
from standfirst.membership.models import Pledge
from standfirst.payments import ledger
from standfirst.payments.actions.apply_snapshot import refresh
from standfirst.payments.actions.refund_payment import CannotRefund, refund_payment
from standfirst.payments.actions.start_agreement import start_agreement
from standfirst.payments.models import Agreement, LedgerEntry, Payment
from standfirst.payments.providers.interface import Agree, Interval, NotReached, PaymentState

pytestmark = pytest.mark.django_db


def order(agreement: Agreement) -> Agree:
    return Agree(
        str(agreement.key), agreement.reference, agreement.money, Interval(agreement.interval), "Supporter",
        "ana@readers.example", "en", "https://x/back", "https://x/cancel", "https://x/hook",
    )  # fmt: skip


@pytest.fixture
def paid(plain: PlainProvider) -> Agreement:
    pledge = factories.pledge(state=Pledge.State.PENDING)
    agreement = factories.agreement(reference=pledge.reference)
    agreement = start_agreement(agreement=agreement, order=order)
    plain.pay(agreement.object_id)
    return refresh(agreement)


def test_a_payment_reaches_ledger_and_pledge_in_one_go(paid: Agreement) -> None:
    pledge = Pledge.objects.get()
    assert (paid.state, pledge.state, pledge.agreement) == ("active", "active", paid)
    assert pledge.period_end == paid.period_end
    books = dict(LedgerEntry.objects.values_list("book", "amount"))
    assert books == {"provider": 1170, "income": -1200, "fees": 30}
    assert ledger.verify() == []


def test_hearing_the_same_again_changes_nothing(paid: Agreement) -> None:
    for _ in range(3):
        refresh(paid)
    assert (Payment.objects.count(), LedgerEntry.objects.count()) == (1, 3)
    assert Pledge.objects.get().events.count() == 1


def test_a_refund_is_made_once_however_often_it_is_asked_for(paid: Agreement, plain: PlainProvider) -> None:
    payment = Payment.objects.get()
    plain.fails.append(NotReached("no answer"))
    with pytest.raises(NotReached):
        refund_payment(payment=payment, amount=Money(200, "GEL"), reason="asked by mail", by=None)
    from standfirst.payments.actions.refund_payment import complete_refund

    complete_refund(refund=payment.refunds.get())
    payment.refresh_from_db()
    assert payment.refunded == 200
    assert ledger.shown(payment)["refunds"] == 200
    with pytest.raises(CannotRefund, match="Only 10"):
        refund_payment(payment=payment, amount=Money(1001, "GEL"), reason="more", by=None)
    assert ledger.verify() == []


def test_a_dispute_takes_everything_and_gives_it_back(paid: Agreement, plain: PlainProvider) -> None:
    payment = Payment.objects.get()
    plain.change_payment(paid.object_id, 0, state=PaymentState.DISPUTED)
    refresh(paid)
    assert dict(ledger.shown(payment)) == {"provider": -30, "income": -1200, "fees": 30, "disputes": 1200}
    plain.change_payment(paid.object_id, 0, state=PaymentState.SETTLED)
    refresh(paid)
    assert ledger.shown(payment)["provider"] == 1170
    assert ledger.verify() == []
