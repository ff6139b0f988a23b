"""Readers' accounts: the door, the account page, and that the desk stays shut."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.core import mail as outbox
from django.db import connection
from django.test import Client
from django.utils import timezone
from tests.money import factories
from tests.money.plain import PlainProvider

from standfirst.accounts.models import User
from standfirst.membership.mail import deliver
from standfirst.membership.models import Member, Pledge, SentMail
from standfirst.membership.signing_in import forget_stranger
from standfirst.payments.actions.apply_snapshot import refresh
from standfirst.payments.models import Agreement, Payment, WebhookEvent
from standfirst.payments.providers.interface import Agree, Interval

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def unlimited(settings: Any) -> None:
    """Each test counts its own attempts."""
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": str(uuid4())}
    }


def code_for(email: str) -> str:
    mail = SentMail.objects.filter(kind="code", email=email).latest("pk")
    assert deliver(mail.pk)
    found = re.search(r"\n([A-Z0-9-]{6,})\n", str(outbox.outbox[-1].body))
    assert found is not None
    return found[1]


def sign_in(client: Client, email: str, **more: str) -> Any:
    client.post("/account/sign-in/", {"email": email, **more})
    return client.post("/account/code/", {"code": code_for(email), **more})


@pytest.fixture
def member() -> Member:
    return factories.member("nino@readers.example", pseudonym="Nino of Telavi")


@pytest.fixture
def paying(member: Member, plain: PlainProvider) -> Pledge:
    """A pledge that was paid through a provider."""
    account = factories.account()
    pledge = factories.pledge(member, state=Pledge.State.PENDING)
    agreement = factories.agreement(account, reference=pledge.reference)
    Pledge.objects.filter(pk=pledge.pk).update(agreement=agreement)
    order = Agree(
        str(agreement.key), agreement.reference, agreement.money, Interval.MONTH, "", member.email, "en", "", "", ""
    )
    started = plain.start(account.credentials, order)
    Agreement.objects.filter(pk=agreement.pk).update(object_id=started.object_id, state=Agreement.State.OPEN)
    plain.pay(started.object_id)
    refresh(Agreement.objects.select_related("account").get(pk=agreement.pk))
    pledge.refresh_from_db()
    assert pledge.state == Pledge.State.ACTIVE
    return pledge


def test_a_reader_signs_in_by_code_and_gets_access(client: Client, member: Member) -> None:
    factories.pledge(member)
    response = sign_in(client, "nino@readers.example")
    assert response.headers["Location"] == "/account/"
    page = client.get("/account/")
    assert "Nino of Telavi" in page.content.decode()
    assert page.headers["Cache-Control"] == "private, no-store"
    assert client.cookies["standfirst_access"].value.startswith("tier-1.")
    me = client.get("/account/me")
    assert me.json() == {"name": "Nino of Telavi", "member": True, "state": "member", "variant": "tier-1"}
    assert me.headers["Cache-Control"] == "private, no-store"


def test_the_answer_is_the_same_for_every_address(client: Client, member: Member) -> None:
    User.objects.create_user("eka@ridgeline.example", "a long password", is_staff=True)
    answers = set()
    for email in ("nino@readers.example", "nobody@readers.example", "eka@ridgeline.example"):
        browser = Client()
        sent = browser.post("/account/sign-in/", {"email": email})
        shown = browser.get("/account/code/").content.decode().replace(email, "ADDRESS")
        shown = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", shown)
        answers.add((sent.status_code, sent.headers["Location"], shown))
    assert len(answers) == 1


def test_no_code_is_ever_sent_to_staff_and_the_other_door_is_shut(client: Client) -> None:
    User.objects.create_user("eka@ridgeline.example", "a long password", is_staff=True)
    client.post("/account/sign-in/", {"email": "eka@ridgeline.example"})
    assert SentMail.objects.count() == 0
    assert client.get("/accounts/login/code/").headers["Location"] == "/account/sign-in/"
    assert client.post("/accounts/login/code/", {"email": "eka@ridgeline.example"}).status_code == 302
    assert SentMail.objects.count() == 0


def test_a_reader_never_reaches_the_desk(client: Client, member: Member) -> None:
    factories.pledge(member)
    sign_in(client, "nino@readers.example")
    for path in ("/desk/", "/desk/pages/", "/desk/membership/", "/desk/account/"):
        answer = client.get(path)
        assert answer.status_code in {302, 403, 404}, path
        assert answer.headers.get("Location", "").split("?")[0] in {"", "/accounts/login/", "/desk/login/"}, path


def test_somebody_new_is_registered_by_their_code_and_a_stranger_is_forgotten(client: Client) -> None:
    sign_in(client, "new@readers.example")
    assert client.get("/account/me").json() == {
        "name": "",
        "member": False,
        "state": "registered",
        "variant": "registered",
    }
    Client().post("/account/sign-in/", {"email": "stranger@readers.example"})
    new, stranger = User.objects.get(email="new@readers.example"), User.objects.get(email="stranger@readers.example")
    assert not forget_stranger(new.pk)
    assert forget_stranger(stranger.pk)
    assert list(User.objects.values_list("email", flat=True)) == ["new@readers.example"]


def test_codes_run_out(client: Client, member: Member) -> None:
    for _time in range(3):
        client.post("/account/sign-in/", {"email": "nino@readers.example"})
    assert SentMail.objects.count() == 3
    client.post("/account/sign-in/", {"email": "nino@readers.example"})
    assert SentMail.objects.count() == 3
    for attempt in range(5):
        client.post("/account/code/", {"code": f"WRONG{attempt}"})
    late = client.post("/account/code/", {"code": code_for("nino@readers.example")})
    assert "_auth_user_id" not in client.session
    assert late.status_code == 302


def test_whoever_is_not_signed_in_is_led_to_the_door(client: Client) -> None:
    assert client.get("/account/data/").headers["Location"] == "/account/sign-in/?next=%2Faccount%2Fdata%2F"
    me = client.get("/account/me")
    assert me.json() == {"name": "", "member": False, "state": "stranger", "variant": ""}
    assert me.cookies["standfirst_access"]["max-age"] == 0


def test_cancelling_takes_two_clicks_and_can_be_taken_back(client: Client, paying: Pledge) -> None:
    sign_in(client, "nino@readers.example")
    assert "Cancel membership" in client.get("/account/").content.decode()
    page = client.get(f"/account/pledge/{paying.number}/cancel/").content.decode()
    assert "Pay less" in page
    client.post(f"/account/pledge/{paying.number}/cancel/", {"reason": "moving away"})
    paying.refresh_from_db()
    assert paying.state == Pledge.State.CANCELLING
    assert "moving away" in paying.events.first().why  # type: ignore[union-attr]
    client.post(f"/account/pledge/{paying.number}/keep/")
    paying.refresh_from_db()
    assert paying.state == Pledge.State.ACTIVE


def test_another_amount_holds_from_the_next_period_and_the_member_is_told(client: Client, paying: Pledge) -> None:
    sign_in(client, "nino@readers.example")
    wish = {"tier": paying.tier.slug, "currency": "GEL", "interval": "month", "amount": "24.00"}
    page = client.post(f"/account/pledge/{paying.number}/change/", wish, follow=True).content.decode()
    assert "until then everything stays as it is" in page


def test_a_pause_has_an_end(client: Client, paying: Pledge) -> None:
    sign_in(client, "nino@readers.example")
    client.post(f"/account/pledge/{paying.number}/pause/", {"months": "2"})
    paying.refresh_from_db()
    assert paying.state == Pledge.State.PAUSED
    assert paying.paused_until is not None
    client.post(f"/account/pledge/{paying.number}/resume/")
    paying.refresh_from_db()
    assert paying.state == Pledge.State.ACTIVE


def test_another_card_is_given_at_the_provider(client: Client, paying: Pledge) -> None:
    sign_in(client, "nino@readers.example")
    answer = client.post(f"/account/pledge/{paying.number}/card/")
    assert answer.headers["Location"].startswith("https://plain.example/")
    assert answer.headers["Location"].endswith("/card")


def test_nobody_reaches_what_belongs_to_somebody_else(client: Client, paying: Pledge) -> None:
    payment = Payment.objects.get()
    sign_in(client, "other@readers.example")
    for path in ("change", "pause", "cancel"):
        assert client.get(f"/account/pledge/{paying.number}/{path}/").status_code == 404
    for path in ("card", "resume", "keep", "cancel"):
        assert client.post(f"/account/pledge/{paying.number}/{path}/").status_code == 404
    assert client.get(f"/account/receipts/{payment.number}/").status_code == 404
    paying.refresh_from_db()
    assert paying.state == Pledge.State.ACTIVE


def test_receipt_and_data(client: Client, paying: Pledge) -> None:
    sign_in(client, "nino@readers.example")
    payment = Payment.objects.get()
    receipt = client.get(f"/account/receipts/{payment.number}/").content.decode()
    assert str(payment.number) in receipt
    assert "GEL\xa012<" in receipt
    data = json.loads(client.get("/account/data/").content)
    assert data["email"] == "nino@readers.example"
    assert data["payments"][0]["amount"] == "12.00 GEL"
    assert data["memberships"][0]["number"] == str(paying.number)


def test_a_closed_account_leaves_nothing_of_the_person_anywhere(client: Client, paying: Pledge) -> None:
    agreement = Agreement.objects.get()
    WebhookEvent.objects.create(
        account=agreement.account, event_id="e1", kind="paid", body=b'{"email": "nino@readers.example"}'
    )
    sign_in(client, "nino@readers.example")
    client.get("/account/sessions/")
    assert client.post("/account/close/", {}).status_code == 200
    assert User.objects.filter(email="nino@readers.example").exists()
    assert "forgotten you" in client.post("/account/close/", {"sure": "on"}).content.decode()
    assert found_anywhere("nino@readers", "Nino of Telavi", "4242") == []
    assert (Payment.objects.get().amount, Payment.objects.get().state) == (1200, Payment.State.SETTLED)
    paying.refresh_from_db()
    assert paying.state == Pledge.State.ENDED
    assert client.get("/account/").status_code == 302


BY_LOT = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?=[0-9]*[a-f])[0-9a-f]{16,}")
"""A run of digits alone stays: it might be the whole number of a card."""


def found_anywhere(*words: str) -> list[tuple[str, str]]:
    """Every column of every table that holds one of `words`, whatever its type.

    Times, and numbers and hashes drawn by lot, hold any four digits by chance: they are left out.
    """
    found = []
    for model in apps.get_models(include_auto_created=True):
        if model._meta.proxy or not model._meta.managed:
            continue
        for values in model._base_manager.values_list():
            text = " ".join(
                bytes(one).decode(errors="replace") if isinstance(one, bytes | memoryview) else str(one)
                for one in values
                if not isinstance(one, datetime)
            )
            text = BY_LOT.sub("", text.casefold())
            found += [(model._meta.label, word) for word in words if word.casefold() in text]
    return found


def test_the_search_for_a_person_finds_them_while_they_are_there(paying: Pledge) -> None:
    assert connection.vendor
    places = {place for place, _word in found_anywhere("nino@readers", "Nino of Telavi", "4242")}
    assert {"accounts.User", "membership.Member", "payments.Agreement"} <= places


def test_sessions_are_listed_and_ended(client: Client, member: Member) -> None:
    sign_in(client, "nino@readers.example")
    client.get("/account/")
    other = Client(headers={"user-agent": "An old telephone"})
    sign_in(other, "nino@readers.example")
    other.get("/account/")
    page = client.get("/account/sessions/").content.decode()
    assert "An old telephone" in page
    ending = re.search(r"/account/sessions/(\d+)/end/", page)
    assert ending is not None
    stranger = Client()
    sign_in(stranger, "other@readers.example")
    assert stranger.post(ending[0]).status_code == 404
    client.post(ending[0])
    assert other.get("/account/").status_code == 302
    assert client.get("/account/").status_code == 200


def test_the_profile_is_kept(client: Client, member: Member) -> None:
    sign_in(client, "nino@readers.example")
    client.post("/account/profile/", {"pseudonym": "N.", "language": "ka"})
    member.refresh_from_db()
    assert (member.pseudonym, member.language) == ("N.", "ka")


def test_the_tap_of_a_mail_leads_to_the_provider_without_signing_in(client: Client, paying: Pledge) -> None:
    from standfirst.membership import fix_links

    Pledge.objects.filter(pk=paying.pk).update(state=Pledge.State.PAST_DUE, lapses_at=timezone.now())
    address = fix_links.address(paying).removeprefix("http://testserver")
    assert client.get(address).status_code == 200
    assert client.post(address).headers["Location"].startswith("https://plain.example/")
    assert "_auth_user_id" not in client.session
    assert client.get(address[:-3] + "/").status_code == 302


@pytest.mark.parametrize(
    ("state", "began", "said"),
    [("active", True, "member"), ("lapsed", True, "lapsed"), ("ended", True, "lapsed"), ("ended", False, "registered")],
)
def test_whoever_was_a_member_once_is_told_apart(
    client: Client, member: Member, state: str, began: bool, said: str
) -> None:
    factories.pledge(member, state=state, began_at=timezone.now() if began else None)
    sign_in(client, "nino@readers.example")
    assert client.get("/account/me").json()["state"] == said
