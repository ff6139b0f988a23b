"""Stolen cards are tried here in vain; honest readers who share a network still join."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client, RequestFactory
from django.utils import timezone
from tests.money import factories
from tests.money.plain import PlainProvider

from standfirst.membership.models import Gift, PaymentAttempt, Pledge, Price, Tier
from standfirst.membership.trying_cards import (
    ALARM,
    MOST_DECLINED,
    cards_are_tried,
    forget_attempts,
    network_of,
    tries_cards,
)
from standfirst.payments.models import Agreement, Payment, ProviderAccount

pytestmark = pytest.mark.django_db
THIEF = "203.0.113.7"


@pytest.fixture(autouse=True)
def shop(settings: Any, plain: PlainProvider) -> None:
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": str(uuid4())}
    }
    tier = factories.tier(slug="reader", name="Reader")
    factories.price(tier, interval=Price.Interval.ONCE, amount=1200, minimum=500)
    factories.account()


def join(address: str = THIEF) -> tuple[int, Agreement | None]:
    """Send the form from `address` with an e-mail address of its own; return the answer, and what was begun."""
    number = uuid4()
    who = {"number": str(number), "email": f"{number.hex[:12]}@readers.example", "pseudonym": ""}
    wish = {"tier": "reader", "currency": "GEL", "interval": "month", "amount": "12.00"}
    response = Client(REMOTE_ADDR=address).post("/join/pay/", wish | who)
    pledge = Pledge.objects.filter(number=number).select_related("agreement").first()
    return response.status_code, pledge.agreement if pledge else None


def begun() -> Agreement:
    """What somebody at `THIEF` has begun to pay, without the form."""
    agreement = factories.agreement(ProviderAccount.objects.get())
    PaymentAttempt.objects.create(network=network_of(asked_from(THIEF)), agreement=agreement)
    return agreement


def decline(agreement: Agreement | None) -> None:
    assert agreement is not None
    factories.payment(agreement, state=Payment.State.FAILED)


def settle(agreement: Agreement | None) -> None:
    assert agreement is not None
    factories.payment(agreement, state=Payment.State.SETTLED)


def asked_from(address: str) -> Any:
    return RequestFactory().get("/join/", REMOTE_ADDR=address)


def test_a_network_is_stopped_after_so_many_declined_payments_and_no_other_is() -> None:
    for _ in range(MOST_DECLINED + 1):
        status, agreement = join()
        assert status == 302
        decline(agreement)
    assert join() == (429, None)
    assert join("198.51.100.9")[0] == 302
    assert Pledge.objects.count() == MOST_DECLINED + 2


def test_no_browser_has_to_come_back_for_that() -> None:
    agreements = [begun() for _ in range(MOST_DECLINED + 1)]
    assert not tries_cards(asked_from(THIEF))
    for agreement in agreements:
        decline(agreement)
    assert tries_cards(asked_from(THIEF))


def test_gifts_are_stopped_with_it() -> None:
    for _ in range(MOST_DECLINED + 1):
        decline(begun())
    tier = Tier.objects.get()
    year = factories.price(tier, interval=Price.Interval.YEAR, amount=12000, suggested=[12000])
    order = {"number": str(uuid4()), "price": year.pk, "giver_email": "giver@readers.example", "giver_name": "Giver"}
    order |= {"recipient_email": "friend@readers.example", "recipient_name": "", "message": ""}
    response = Client(REMOTE_ADDR=THIEF).post("/gift/", order | {"deliver_on": timezone.localdate().isoformat()})
    assert response.status_code == 429
    assert not Gift.objects.exists()


def test_a_network_where_others_pay_is_not_stopped_for_its_share_is_small() -> None:
    for _ in range(2):
        settle(begun())
    for _ in range(MOST_DECLINED + 2):
        decline(begun())
    assert not tries_cards(asked_from(THIEF))
    decline(begun())
    assert tries_cards(asked_from(THIEF))


def test_a_card_that_fails_and_then_pays_is_no_declined_payment() -> None:
    for _ in range(MOST_DECLINED + 1):
        agreement = begun()
        decline(agreement)
        settle(agreement)
    assert not tries_cards(asked_from(THIEF))


def test_what_failed_an_hour_ago_is_forgotten() -> None:
    for _ in range(MOST_DECLINED + 1):
        decline(begun())
    PaymentAttempt.objects.update(at=timezone.now() - timedelta(minutes=61))
    assert not tries_cards(asked_from(THIEF))
    assert forget_attempts(timezone.now()) == MOST_DECLINED + 1
    assert not PaymentAttempt.objects.exists()
    assert Agreement.objects.count() == MOST_DECLINED + 1


def test_a_payment_that_failed_before_somebody_came_back_to_it_does_not_count_against_the_network() -> None:
    for _ in range(MOST_DECLINED + 1):
        agreement = join("198.51.100.9")[1]
        decline(agreement)
        PaymentAttempt.objects.create(network=network_of(asked_from(THIEF)), agreement=agreement)
    assert not tries_cards(asked_from(THIEF))


def test_one_line_is_one_network_and_no_address_is_kept() -> None:
    first, second = (network_of(asked_from(f"2001:db8:1:2::{host}")) for host in ("1", "beef"))
    assert first == second
    assert network_of(asked_from("2001:db8:1:3::1")) != first
    assert THIEF not in network_of(asked_from(THIEF))


def test_staff_are_told_when_it_comes_from_everywhere() -> None:
    account = ProviderAccount.objects.get()
    for host in range(ALARM + 1):
        assert cards_are_tried() is None
        declined = factories.agreement(account, state=Agreement.State.FAILING)
        PaymentAttempt.objects.create(network=network_of(asked_from(f"198.51.100.{host}")), agreement=declined)
    assert cards_are_tried() == (ALARM + 1, 0)
