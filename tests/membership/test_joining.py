"""The join journey, without a browser: three screens, one pledge, whatever the reader does on the way."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail as outbox
from django.test import Client
from django.utils import timezone
from tests.money import factories
from tests.money.plain import PlainProvider

from standfirst.accounts.models import User
from standfirst.membership.flows import join
from standfirst.membership.flows.offers import choose
from standfirst.membership.mail import deliver
from standfirst.membership.models import Member, Pledge, Price, SentMail, Tier
from standfirst.payments.models import Agreement, ProviderAccount
from standfirst.payments.providers.interface import AgreementState, NotReached

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def unlimited(settings: Any) -> None:
    """Each test counts its own attempts."""
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": str(uuid4())}
    }


@pytest.fixture
def tier() -> Tier:
    found = factories.tier(slug="reader", name="Reader")
    factories.price(found, interval=Price.Interval.YEAR, amount=12000, suggested=[12000])
    factories.price(found, interval=Price.Interval.ONCE, amount=1200, minimum=500)
    return found


@pytest.fixture
def account(plain: PlainProvider) -> ProviderAccount:
    return factories.account()


def wish(**given: Any) -> dict[str, Any]:
    return {"tier": "reader", "currency": "GEL", "interval": "month", "amount": "12.00"} | given


def who(**given: Any) -> dict[str, Any]:
    return wish(number=str(uuid4()), email="nino@readers.example", pseudonym="Nino") | given


def number_on(page: Any) -> str:
    found = re.search(r'name="number" value="([0-9a-f-]{36})"', page.content.decode())
    assert found is not None
    return found[1]


def pay(plain: PlainProvider, agreement: Agreement) -> None:
    plain.pay(agreement.object_id)


def test_the_first_screen_offers_the_amounts_and_is_stored_by_nobody(client: Client, tier: Tier) -> None:
    response = client.get("/join/")
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "private, no-store"
    page = response.content.decode()
    for amount in ("6.00", "12.00", "24.00"):
        assert f'value="{amount}"' in page
    assert page.count(" checked") == 1


def test_it_speaks_the_language_of_the_edition_that_the_reader_came_from(client: Client, tier: Tier) -> None:
    response = client.get("/join/", headers={"referer": "http://testserver/ru/politics/a-story/"})
    assert '<html lang="ru"' in response.content.decode()
    assert '<html lang="ru"' in client.get("/join/").content.decode()
    assert '<html lang="ka"' in client.get("/join/?lang=ka").content.decode()


@pytest.mark.parametrize(
    ("asked", "values", "marked"),
    [
        ("24.00", ["6.00", "12.00", "24.00"], "24.00"),
        ("15.50", ["6.00", "12.00", "15.50", "24.00"], "15.50"),
        ("7.00", ["6.00", "12.00", "24.00"], "12.00"),
        ("-5", ["6.00", "12.00", "24.00"], "12.00"),
        ("999999999", ["6.00", "12.00", "24.00"], "12.00"),
        ("a lot", ["6.00", "12.00", "24.00"], "12.00"),
    ],
)
def test_the_amount_of_an_appeals_button_is_marked(tier: Tier, asked: str, values: list[str], marked: str) -> None:
    (offer,) = choose("en", currency="GEL", interval="month", amount=asked).offers
    assert [amount.value for amount in offer.amounts] == values
    assert [amount.value for amount in offer.amounts if amount.is_chosen] == [marked]


def test_joining_from_the_amount_to_the_thank_you(
    client: Client, tier: Tier, account: ProviderAccount, plain: PlainProvider
) -> None:
    second = client.get("/join/pay/", wish(source="story:7"))
    assert second.status_code == 200
    sent = client.post("/join/pay/", who(number=number_on(second), source="story:7"))
    pledge = Pledge.objects.get()
    assert pledge.agreement is not None
    assert sent.headers["Location"] == pledge.agreement.url
    assert (pledge.state, pledge.amount, pledge.source) == (Pledge.State.PENDING, 1200, "story")
    assert "standfirst_access" not in client.cookies
    pay(plain, pledge.agreement)
    returned = client.get(f"/join/back/{pledge.number}/")
    assert returned.headers["Location"] == f"/join/thanks/{pledge.number}/"
    thanks = client.get(returned.headers["Location"])
    assert thanks.status_code == 200
    pledge.refresh_from_db()
    assert pledge.state == Pledge.State.ACTIVE
    assert client.cookies["standfirst_access"].value.startswith(f"tier-{tier.rank}.{pledge.member.number.hex}.")
    assert client.cookies["standfirst_access"]["httponly"]
    assert set(SentMail.objects.values_list("kind", flat=True)) == {"receipt", "thank_you"}
    client.get(f"/join/back/{pledge.number}/")
    assert SentMail.objects.count() == 2


def test_two_taps_on_the_button_make_one_pledge(
    client: Client, tier: Tier, account: ProviderAccount, plain: PlainProvider
) -> None:
    form = who()
    first, second = client.post("/join/pay/", form), client.post("/join/pay/", form)
    assert first.headers["Location"] == second.headers["Location"]
    assert (Pledge.objects.count(), Agreement.objects.count(), len(plain.objects)) == (1, 1, 1)
    assert Member.objects.count() == 1


def test_the_back_button_and_another_amount_make_no_second_pledge(
    client: Client, tier: Tier, account: ProviderAccount, plain: PlainProvider
) -> None:
    client.post("/join/pay/", who())
    pledge = Pledge.objects.get()
    again = client.get("/join/pay/", wish(amount="24.00"))
    assert number_on(again) == str(pledge.number)
    assert str(pledge.number) in client.get("/join/").content.decode()
    client.post("/join/pay/", who(number=number_on(again), amount="24.00"))
    pledge.refresh_from_db()
    assert (Pledge.objects.count(), pledge.amount) == (1, 2400)
    assert pledge.agreement is not None
    assert pledge.agreement.amount == 2400
    pay(plain, pledge.agreement)
    client.get(f"/join/back/{pledge.number}/")
    late = client.post("/join/pay/", who(number=str(pledge.number), amount="6.00"))
    assert late.headers["Location"] == f"/join/back/{pledge.number}/"
    pledge.refresh_from_db()
    assert (pledge.state, pledge.amount, Agreement.objects.count()) == (Pledge.State.ACTIVE, 2400, 2)


def test_an_address_with_a_membership_is_told_by_mail_only(
    client: Client, tier: Tier, account: ProviderAccount, plain: PlainProvider
) -> None:
    member = factories.member("nino@readers.example", pseudonym="The real Nino")
    factories.pledge(member, tier=tier)
    sent = client.post("/join/pay/", who(email="Nino@Readers.example", pseudonym="Somebody"))
    assert sent.headers["Location"] == "/join/mail/"
    assert (Pledge.objects.count(), plain.calls) == (1, [])
    mail = SentMail.objects.get()
    assert (mail.kind, mail.email) == ("already_member", "nino@readers.example")
    member.refresh_from_db()
    assert member.pseudonym == "The real Nino"
    free = client.post("/join/pay/", who(email="eka@readers.example", amount="0"))
    assert free.headers["Location"] == "/join/mail/"


def test_an_honest_zero_begins_when_its_address_is_confirmed(
    client: Client, tier: Tier, account: ProviderAccount, plain: PlainProvider
) -> None:
    client.post("/join/pay/", who(amount="0"))
    pledge = Pledge.objects.get()
    assert (pledge.state, plain.calls) == (Pledge.State.PENDING, [])
    assert deliver(SentMail.objects.get().pk)
    link = re.search(r"http://testserver(/join/confirm/\S+)", str(outbox.outbox[0].body))
    assert link is not None
    assert client.get(link[1]).status_code == 200
    pledge.refresh_from_db()
    assert pledge.state == Pledge.State.PENDING
    assert client.post(link[1]).headers["Location"] == f"/join/thanks/{pledge.number}/"
    client.post(link[1])
    pledge.refresh_from_db()
    assert (pledge.state, pledge.events.count()) == (Pledge.State.ACTIVE, 1)
    forged = client.post(link[1][:-2] + "x/")
    assert forged.headers["Location"] == "/join/"


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"other": "3"}, "The least that is possible here is GEL"),
        ({"other": "twelve"}, "Write the amount as a number"),
        ({"other": "12.505"}, "Write the amount as a number"),
        ({"other": "-5"}, "The least that is possible here is GEL"),
        ({"other": "1000000"}, "we would rather talk about"),
        ({"tier": "gone"}, "not offered any more"),
        ({"currency": "USD"}, "not offered any more"),
        ({"interval": "week"}, "not offered any more"),
    ],
)
def test_an_amount_that_cannot_be_is_said_so_on_the_first_screen(
    client: Client, tier: Tier, given: dict[str, str], why: str
) -> None:
    response = client.get("/join/pay/", wish(interval="once") | given)
    assert response.status_code == 422
    assert why in response.content.decode()


def test_a_declined_payment_shows_a_way_back(
    client: Client, tier: Tier, account: ProviderAccount, plain: PlainProvider
) -> None:
    client.post("/join/pay/", who())
    pledge = Pledge.objects.get()
    assert pledge.agreement is not None
    plain.change(pledge.agreement.object_id, state=AgreementState.FAILING)
    page = client.get(f"/join/back/{pledge.number}/").content.decode()
    assert "did not go through" in page
    assert "/join/pay/?tier=reader&amp;currency=GEL&amp;interval=month&amp;amount=12.00" in page


def test_who_was_declined_and_pays_at_once_is_thanked(
    client: Client, tier: Tier, account: ProviderAccount, plain: PlainProvider
) -> None:
    client.post("/join/pay/", who())
    pledge = Pledge.objects.select_related("agreement").get()
    assert pledge.agreement is not None
    plain.change(pledge.agreement.object_id, state=AgreementState.FAILING)
    assert "did not go through" in client.get(f"/join/back/{pledge.number}/").content.decode()
    plain.pay(pledge.agreement.object_id)
    assert client.get(f"/join/back/{pledge.number}/").headers["Location"] == f"/join/thanks/{pledge.number}/"


def test_who_reloads_the_page_again_and_again_asks_the_provider_so_often_only(
    client: Client, tier: Tier, account: ProviderAccount, plain: PlainProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.post("/join/pay/", who())
    number = Pledge.objects.get().number
    asked: list[int] = []
    now = timezone.now()
    monkeypatch.setattr(join.timezone, "now", lambda: now)
    monkeypatch.setattr(join, "refresh", lambda agreement: asked.append(agreement.pk) or agreement)
    for _reload in range(join.LOOKS + 5):
        assert "waiting for your bank" in client.get(f"/join/back/{number}/").content.decode()
    assert len(asked) == join.LOOKS


def test_who_came_back_without_paying_may_go_on(
    client: Client, tier: Tier, account: ProviderAccount, plain: PlainProvider
) -> None:
    client.post("/join/pay/", who())
    pledge = Pledge.objects.select_related("agreement").get()
    assert pledge.agreement is not None
    assert pledge.agreement.url in client.get(f"/join/back/{pledge.number}/?left=1").content.decode()
    assert client.get(f"/join/thanks/{pledge.number}/").headers["Location"] == f"/join/back/{pledge.number}/"


def test_a_provider_out_of_reach_charges_nothing_and_the_form_may_be_sent_again(
    client: Client, tier: Tier, account: ProviderAccount, plain: PlainProvider
) -> None:
    plain.fails = [NotReached("no answer")]
    form = who()
    response = client.post("/join/pay/", form)
    assert response.status_code == 503
    assert "Nothing was charged" in response.content.decode()
    assert client.post("/join/pay/", form).status_code == 302
    assert (Pledge.objects.count(), Agreement.objects.count()) == (1, 1)


def test_a_network_that_is_declined_again_and_again_is_stopped(
    client: Client, tier: Tier, account: ProviderAccount, plain: PlainProvider
) -> None:
    for number in range(6):
        client.post("/join/pay/", who(email=f"card-{number}@thieves.example"))
        pledge = Pledge.objects.select_related("agreement").latest("pk")
        assert pledge.agreement is not None
        plain.change(pledge.agreement.object_id, state=AgreementState.FAILING)
        client.get(f"/join/back/{pledge.number}/")
        client.get(f"/join/back/{pledge.number}/")
        client = Client()
    before = list(plain.calls)
    assert client.post("/join/pay/", who(email="card-7@thieves.example")).status_code == 429
    assert plain.calls == before
    assert not User.objects.filter(email="card-7@thieves.example").exists()


def test_an_account_that_does_not_take_the_currency_is_not_offered(
    client: Client, tier: Tier, plain: PlainProvider
) -> None:
    factories.account(label="Euro only", currencies=["EUR"])
    factories.account(label="Closed", is_open=False)
    page = client.get("/join/pay/", wish()).content.decode()
    assert "no way to pay" in page
    first = factories.account(label="First", payer_label="Card")
    factories.account(label="Second")
    page = client.get("/join/pay/", wish()).content.decode()
    assert ("Card" in page, "Second" in page, "Euro only" in page) == (True, True, False)
    client.post("/join/pay/", who(account=str(first.pk)))
    assert Agreement.objects.get().account == first


def test_with_nothing_to_join_it_says_so(client: Client, db: None) -> None:
    assert "nothing to join yet" in client.get("/join/").content.decode()


@pytest.mark.parametrize("is_demo", [True, False])
def test_forms_that_end_at_a_provider_may_end_there(
    client: Client, tier: Tier, account: ProviderAccount, settings: Any, is_demo: bool
) -> None:
    settings.PAYMENT_FAKES = is_demo
    member = factories.pledge(tier=tier, agreement=factories.agreement(account)).member
    client.force_login(member.user)
    pledge = member.pledges.get()
    for path in ("/join/pay/?tier=reader&currency=GEL&interval=month&amount=12.00", "/gift/", "/account/"):
        assert ends_of(client.get(path)) == {"'self'", "https:"} | (
            {settings.WAGTAILADMIN_BASE_URL} if is_demo else set()
        )
    assert "https:" in ends_of(client.get(f"/account/pledge/{pledge.number}/change/"))
    assert ends_of(client.get("/account/close/")) == {"'self'"}


def ends_of(response: Any) -> set[str]:
    """Where the policy of a page lets its forms end."""
    found = re.search(r"form-action ([^;]+)", response.headers["Content-Security-Policy"])
    assert found is not None
    return set(found[1].split())
