"""Readers' passkeys: added, signed in with, removed; and that staff's pages of signing in stay staff's."""

from __future__ import annotations

import json
import re
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core import mail as outbox
from django.test import Client
from django.urls import reverse
from tests import factories
from tests.membership.software_passkey import HOST, SoftwarePasskey
from tests.money import factories as money

from standfirst.accounts.roles import Role
from standfirst.delivery.edge.access import COOKIE
from standfirst.membership.mail import deliver
from standfirst.membership.models import Member, SentMail

pytestmark = pytest.mark.django_db
PAGE = "/account/passkeys/"
DOOR = "/account/passkeys/sign-in/"


@pytest.fixture(autouse=True)
def unlimited(settings: Any) -> None:
    """Each test counts its own attempts."""
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": str(uuid4())}
    }
    settings.ALLOWED_HOSTS = [HOST, "testserver"]


@pytest.fixture
def member() -> Member:
    return money.member("nino@readers.example", pseudonym="Nino")


def browser() -> Client:
    return Client(headers={"host": HOST})


def by_code(client: Client, email: str) -> Client:
    client.post("/account/sign-in/", {"email": email})
    mail = SentMail.objects.filter(kind="code", email=email).latest("pk")
    assert deliver(mail.pk)
    found = re.search(r"\n([A-Z0-9-]{6,})\n", str(outbox.outbox[-1].body))
    assert found is not None
    client.post("/account/code/", {"code": found[1]})
    return client


def creation_options(client: Client) -> dict[str, Any]:
    found: dict[str, Any] = client.get(PAGE).context["creation"]["creation_options"]
    return json.loads(json.dumps(found, default=dict))  # type: ignore[no-any-return]


def add(client: Client, passkey: SoftwarePasskey, name: str = "My telephone") -> Any:
    return client.post(PAGE, {"name": name, "credential": passkey.create(creation_options(client))})


def use(client: Client, passkey: SoftwarePasskey, **more: str) -> Any:
    asked = client.get(DOOR, headers={"accept": "application/json"}).json()["request_options"]
    return client.post(DOOR, {"credential": passkey.get(asked), **more})


def reader_of(client: Client) -> object:
    return client.session.get("_auth_user_id")


def test_a_reader_adds_a_passkey_and_signs_in_with_it(member: Member) -> None:
    client, passkey = by_code(browser(), member.email), SoftwarePasskey()
    assert add(client, passkey).headers["Location"] == PAGE
    kept = Authenticator.objects.get()
    assert (kept.user, kept.type) == (member.user, Authenticator.Type.WEBAUTHN)  # and no recovery codes
    assert "My telephone" in client.get(PAGE).content.decode()
    other = browser()
    answer = use(other, passkey, next="/en/")
    assert answer.headers["Location"] == "/en/"
    assert COOKIE in answer.cookies
    assert "Hello Nino" in other.get("/account/").content.decode()
    kept.refresh_from_db()
    assert kept.last_used_at is not None


def test_a_reader_with_a_passkey_still_signs_in_by_code(member: Member) -> None:
    add(by_code(browser(), member.email), SoftwarePasskey())
    client = by_code(browser(), member.email)
    assert reader_of(client) == str(member.user_id)
    assert client.get("/account/").status_code == 200


def test_a_removed_passkey_opens_nothing(member: Member) -> None:
    client, passkey = by_code(browser(), member.email), SoftwarePasskey()
    add(client, passkey)
    address = reverse("account_passkey_remove", args=[Authenticator.objects.get().pk])
    assert client.get(address).status_code == 405
    assert client.post(address).headers["Location"] == PAGE
    assert not Authenticator.objects.exists()
    other = browser()
    assert use(other, passkey).headers["Location"] == "/account/sign-in/"
    assert reader_of(other) is None
    assert "is not known here" in other.get("/account/sign-in/").content.decode()


def test_somebody_elses_passkey_is_neither_shown_nor_removed(member: Member) -> None:
    add(by_code(browser(), member.email), SoftwarePasskey(), "Ninos own")
    stranger = by_code(browser(), money.member("boris@readers.example").email)
    assert "Ninos own" not in stranger.get(PAGE).content.decode()
    address = reverse("account_passkey_remove", args=[Authenticator.objects.get().pk])
    assert stranger.post(address).status_code == 404
    assert Authenticator.objects.count() == 1


def test_whoever_signed_in_a_while_ago_has_to_once_more(member: Member) -> None:
    with time_machine.travel("2026-05-01 12:00Z", tick=False) as clock:
        client = by_code(browser(), member.email)
        add(client, SoftwarePasskey())
        passkey = SoftwarePasskey()
        answer = passkey.create(creation_options(client))
        clock.shift(601)
        page = client.get(PAGE)
        assert "sign in once more" in page.content.decode()
        assert "form" not in page.context
        assert client.post(PAGE, {"name": "x", "credential": answer}).status_code == 302
        assert client.post(reverse("account_passkey_remove", args=[Authenticator.objects.get().pk])).status_code == 302
        assert Authenticator.objects.count() == 1
        again = client.post("/account/passkeys/once-more/")
        assert again.headers["Location"] == "/account/sign-in/?next=%2Faccount%2Fpasskeys%2F"
        assert reader_of(client) is None
        by_code(client, member.email)
        assert client.get(PAGE).context["form"] is not None


def test_a_passkey_that_did_not_look_who_holds_it_is_not_taken(member: Member) -> None:
    client = by_code(browser(), member.email)
    assert add(client, SoftwarePasskey(knows_holder=False)).status_code == 422
    assert client.post(PAGE, {"name": "x", "credential": "{}"}).status_code == 422
    assert client.post(PAGE, {"name": "x", "credential": "no json"}).status_code == 422
    assert not Authenticator.objects.exists()


def test_an_answer_to_another_question_is_not_taken(member: Member) -> None:
    client, passkey = by_code(browser(), member.email), SoftwarePasskey()
    add(client, passkey)
    other = browser()
    asked = other.get(DOOR, headers={"accept": "application/json"}).json()["request_options"]
    signed = passkey.get(asked)
    assert browser().post(DOOR, {"credential": signed}).headers["Location"] == "/account/sign-in/"
    assert other.post(DOOR, {"credential": signed}).headers["Location"] == "/account/"
    again = browser()
    assert again.post(DOOR, {"credential": signed}).headers["Location"] == "/account/sign-in/"
    assert reader_of(again) is None


def test_there_is_an_end_to_passkeys(member: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("standfirst.membership.views.passkeys.MOST", 1)
    client, second = by_code(browser(), member.email), SoftwarePasskey()
    answer = second.create(creation_options(client))
    add(client, SoftwarePasskey())
    assert client.post(PAGE, {"name": "x", "credential": answer}).headers["Location"] == PAGE
    assert Authenticator.objects.count() == 1


def test_strangers_are_led_to_the_door() -> None:
    assert browser().get(PAGE).headers["Location"] == "/account/sign-in/?next=%2Faccount%2Fpasskeys%2F"
    assert browser().get(DOOR).headers["Location"] == "/account/sign-in/"
    page = browser().get("/account/sign-in/").content.decode()
    assert f'action="{DOOR}"' in page
    assert "mfa/js/webauthn.js" in page


@pytest.mark.parametrize(
    "name",
    [
        "account_login",
        "account_logout",
        "account_change_password",
        "account_set_password",
        "account_reset_password",
        "account_reauthenticate",
        "mfa_index",
        "mfa_list_webauthn",
        "mfa_add_webauthn",
        "mfa_reauthenticate_webauthn",
        "mfa_activate_totp",
        "mfa_view_recovery_codes",
        "usersessions_list",
    ],
)
def test_a_reader_is_led_from_staffs_pages_to_their_own(member: Member, name: str) -> None:
    client = browser()
    client.force_login(member.user)
    for answer in (
        client.get(reverse(name)),
        client.post(reverse(name)),
        client.get(reverse(name), {"next": "/desk/"}),
    ):
        assert (answer.status_code, answer.headers["Location"]) == (302, "/account/")
    assert client.get("/account/").status_code == 200


def test_staff_keep_their_pages_and_readers_never_reach_the_desk(member: Member) -> None:
    editor, reader = browser(), browser()
    editor.force_login(factories.staff(Role.EDITOR))
    assert editor.get(reverse("mfa_index")).status_code == 200
    reader.force_login(member.user)
    for address in ("/desk/", "/desk/pages/", "/desk/membership/members/", "/desk/account/"):
        answer = reader.get(address, follow=True)
        assert answer.redirect_chain[-1][0] == "/account/", address
