"""What the news of an agreement means for a gift: paid, or taken back with its money."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.membership.living import order
from tests.money import factories
from tests.money.plain import PlainProvider

from standfirst.membership.models import Gift, Pledge, SentMail
from standfirst.payments.actions.apply_snapshot import refresh
from standfirst.payments.actions.start_agreement import start_agreement
from standfirst.payments.models import Agreement
from standfirst.payments.providers.interface import PaymentState

pytestmark = pytest.mark.django_db


def paid_gift(plain: PlainProvider) -> tuple[Gift, Agreement]:
    gift = Gift.objects.create(
        tier=factories.tier(), amount=1200, currency="GEL", giver_email="giver@readers.example", giver_name="Ana"
    )
    agreement = factories.agreement(reference=gift.reference, interval="once")
    agreement = start_agreement(agreement=agreement, order=order)
    plain.pay(agreement.object_id)
    return gift, refresh(agreement)


def test_a_paid_gift_is_confirmed_once_however_often_it_is_heard(plain: PlainProvider) -> None:
    gift, agreement = paid_gift(plain)
    for _ in range(3):
        refresh(agreement)
    gift.refresh_from_db()
    assert (gift.state, gift.agreement) == ("paid", agreement)
    assert list(SentMail.objects.filter(kind="gift_receipt").values_list("email", flat=True)) == [
        "giver@readers.example"
    ]


def test_a_gift_whose_money_went_back_ends_what_it_became(plain: PlainProvider) -> None:
    gift, agreement = paid_gift(plain)
    pledge = factories.pledge(amount=0)
    Gift.objects.filter(pk=gift.pk).update(state="redeemed", pledge=pledge)
    plain.change_payment(agreement.object_id, 0, refunded=1200)
    refresh(agreement)
    gift.refresh_from_db()
    assert (gift.state, Pledge.objects.get().state) == ("cancelled", "ended")


def test_a_gift_that_is_disputed_or_partly_given_back_stays(plain: PlainProvider) -> None:
    gift, agreement = paid_gift(plain)
    plain.change_payment(agreement.object_id, 0, state=PaymentState.DISPUTED)
    refresh(agreement)
    snapshot = plain.objects[agreement.object_id]
    plain.change(
        agreement.object_id, payments=(replace(snapshot.payments[0], state=PaymentState.SETTLED, refunded=600),)
    )
    refresh(agreement)
    gift.refresh_from_db()
    assert gift.state == "paid"
