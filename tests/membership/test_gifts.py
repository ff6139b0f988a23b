"""Gifts: ordered, paid, sent on their day, opened once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail as outbox
from django.test import Client
from django.utils import timezone
from tests.money import factories
from tests.money.plain import PlainProvider

from standfirst.membership.actions.deliver_gifts import deliver_gifts
from standfirst.membership.mail import deliver
from standfirst.membership.models import Gift, Pledge, Price, SentMail, Tier
from standfirst.payments.models import Agreement

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def unlimited(settings: Any) -> None:
    """Each test counts its own attempts."""
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": str(uuid4())}
    }


@pytest.fixture
def year(plain: PlainProvider) -> Price:
    factories.account()
    tier: Tier = factories.tier(slug="reader", name="Reader")
    return factories.price(tier, interval=Price.Interval.YEAR, amount=12000, suggested=[12000])


def order(year: Price, **given: Any) -> dict[str, Any]:
    said = {
        "number": str(uuid4()),
        "price": str(year.pk),
        "giver_email": "nino@readers.example",
        "giver_name": "Nino",
        "recipient_email": "eka@readers.example",
        "recipient_name": "Eka",
        "message": "For the long evenings",
        "deliver_on": f"{timezone.localdate():%Y-%m-%d}",
    }
    return said | given


def bought(client: Client, plain: PlainProvider, form: dict[str, Any]) -> Gift:
    sent = client.post("/gift/", form)
    assert sent.status_code == 302
    agreement = Agreement.objects.get()
    assert sent.headers["Location"] == agreement.url
    plain.pay(agreement.object_id)
    assert "Your gift is paid" in client.get(f"/gift/back/{agreement.key}/").content.decode()
    gift = Gift.objects.get()
    assert gift.state == Gift.State.PAID
    return gift


def test_a_gift_from_the_order_to_its_opening(client: Client, year: Price, plain: PlainProvider) -> None:
    gift = bought(client, plain, order(year))
    assert deliver_gifts() == 1
    assert deliver_gifts() == 0
    mail = SentMail.objects.get(kind="gift")
    assert deliver(mail.pk)
    assert gift.code in str(outbox.outbox[0].body)
    assert "For the long evenings" in str(outbox.outbox[0].body)
    assert outbox.outbox[0].to == ["eka@readers.example"]
    opened = Client()
    form = {"code": gift.code.lower().replace("-", " "), "email": "eka@readers.example", "pseudonym": "Eka"}
    answer = opened.post("/gift/redeem/", form)
    pledge = Pledge.objects.get()
    assert answer.headers["Location"] == f"/join/thanks/{pledge.number}/"
    thanks = opened.get(answer.headers["Location"]).content.decode()
    assert "you keep everything." in thanks
    assert "free" not in thanks
    assert (pledge.state, pledge.amount, pledge.tier) == (Pledge.State.ACTIVE, 0, year.tier)
    assert pledge.period_end is not None
    assert timedelta(days=364) < pledge.period_end - timezone.now() < timedelta(days=367)
    again = Client().post("/gift/redeem/", form | {"email": "thief@readers.example"})
    assert (again.status_code, Pledge.objects.count()) == (422, 1)
    assert "opened already" in again.content.decode()


def test_two_taps_order_one_gift(client: Client, year: Price, plain: PlainProvider) -> None:
    form = order(year)
    first, second = client.post("/gift/", form), client.post("/gift/", form)
    assert first.headers["Location"] == second.headers["Location"]
    assert (Gift.objects.count(), Agreement.objects.count()) == (1, 1)


def test_a_gift_waits_for_its_day(client: Client, year: Price, plain: PlainProvider) -> None:
    day = timezone.localdate() + timedelta(days=3)
    gift = bought(client, plain, order(year, deliver_on=f"{day:%Y-%m-%d}"))
    assert deliver_gifts() == 0
    Gift.objects.filter(pk=gift.pk).update(deliver_on=timezone.localdate())
    assert deliver_gifts() == 1


def test_a_gift_that_is_not_paid_is_neither_sent_nor_opened(client: Client, year: Price) -> None:
    client.post("/gift/", order(year))
    gift = Gift.objects.get()
    assert deliver_gifts() == 0
    answer = client.post("/gift/redeem/", {"code": gift.code, "email": "eka@readers.example"})
    assert (answer.status_code, Pledge.objects.count()) == (422, 0)
    assert "no gift with this code" in answer.content.decode()


def test_codes_cannot_be_tried_out(client: Client, year: Price) -> None:
    answers = [
        client.post("/gift/redeem/", {"code": f"AAAA-BBBB-CC{number:02}", "email": "eka@readers.example"}).status_code
        for number in range(11)
    ]
    assert answers == [422] * 10 + [429]


def test_a_gift_is_sent_within_a_year(client: Client, year: Price) -> None:
    for days in (-1, 400):
        day = timezone.localdate() + timedelta(days=days)
        assert client.post("/gift/", order(year, deliver_on=f"{day:%Y-%m-%d}")).status_code == 422
    assert Gift.objects.count() == 0
