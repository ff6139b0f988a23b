"""Signing in: one door, a second factor where it counts, a lock against guessing, and nothing to learn from outside."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.usersessions.models import UserSession
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from tests import factories

from standfirst.accounts.actions import invite_staff
from standfirst.accounts.models import User
from standfirst.accounts.roles import Role

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"
LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


def sign_in(client: Client, email: str, password: str = PASSWORD, address: str = "192.0.2.1") -> object:
    return client.post(LOGIN, {"login": email, "password": password}, REMOTE_ADDR=address)


def confirm(client: Client) -> None:
    """Type the password once more, as every change of the second factor asks."""
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_the_desk_leads_to_the_one_sign_in_page() -> None:
    client = Client()
    assert client.get("/desk/").url == LOGIN + "?next=/desk/"
    assert client.get("/desk/login/?next=/desk/pages/").url == LOGIN + "?next=/desk/pages/"
    assert client.post("/desk/login/", {"username": "a", "password": "b"}).status_code in {302, 405}


def test_staff_sign_in_with_e_mail_and_password_in_any_case() -> None:
    reporter = factories.staff(Role.REPORTER, "nino@ridgeline.example")
    client = Client()
    response = sign_in(client, "Nino@Ridgeline.example")
    assert response.url == reverse("wagtailadmin_home")
    assert client.session["_auth_user_id"] == str(reporter.pk)


def test_nobody_signs_up() -> None:
    client = Client()
    assert client.get("/accounts/signup/").url == LOGIN
    client.post("/accounts/signup/", {"email": "x@example.org", "password1": "a-long-passphrase"})
    assert not User.objects.exists()


def test_behind_a_cdn_each_reader_has_limits_of_their_own(settings: Any) -> None:
    settings.READER_ADDRESS_KEY = "HTTP_CF_CONNECTING_IP"

    def is_limited(reader: str, **more: str) -> bool:
        said = {"login": f"{reader}@readers.example", "password": "guess"}
        response = Client().post(LOGIN, said, REMOTE_ADDR="192.0.2.1", **more)
        return b"Too many failed login attempts" in response.content

    for attempt in range(10):
        assert not is_limited(f"a{attempt}", HTTP_CF_CONNECTING_IP="198.51.100.1")
    assert is_limited("b", HTTP_CF_CONNECTING_IP="198.51.100.1")
    assert not is_limited("b", HTTP_CF_CONNECTING_IP="198.51.100.2")
    assert not is_limited("b", HTTP_X_FORWARDED_FOR="198.51.100.3"), "another header says nothing"
    assert not is_limited("b", HTTP_CF_CONNECTING_IP="unknown"), "the connection's own counts, then"


def test_thirty_wrong_passwords_lock_the_account_even_for_the_right_one_and_from_anywhere() -> None:
    victim = factories.staff(Role.EDITOR)
    for attempt in range(30):
        sign_in(Client(), victim.email, f"guess {attempt}", address=f"198.51.100.{attempt}")
    client = Client()
    sign_in(client, victim.email, PASSWORD, address="203.0.113.7")
    assert not is_signed_in(client)
    other = factories.staff(Role.REPORTER)
    sign_in(client, other.email, PASSWORD, address="203.0.113.7")
    assert is_signed_in(client)


def test_thirty_wrong_passwords_close_the_door_to_their_address() -> None:
    staff = [factories.staff(Role.REPORTER) for _ in range(5)]
    for attempt in range(30):
        sign_in(Client(), f"guess{attempt}@ridgeline.example", "guess", address="198.51.100.1")
    client = Client()
    sign_in(client, staff[0].email, PASSWORD, address="198.51.100.1")
    assert not is_signed_in(client)
    sign_in(client, staff[0].email, PASSWORD, address="198.51.100.2")
    assert is_signed_in(client)


def test_a_wrong_password_and_an_unknown_address_are_answered_alike() -> None:
    known = factories.staff(Role.EDITOR, "known@ridgeline.example")
    pages = [
        sign_in(Client(), email, "wrong").content.decode().replace(email, "")
        for email in (known.email, "nobody@ridgeline.example")
    ]
    assert without_tokens(pages[0]) == without_tokens(pages[1])


def test_asking_for_a_new_password_tells_nobody_who_works_here() -> None:
    factories.staff(Role.EDITOR, "known@ridgeline.example")
    answers = []
    for email in ("known@ridgeline.example", "nobody@ridgeline.example"):
        response = Client().post("/accounts/password/reset/", {"email": email}, follow=True)
        answers.append((response.redirect_chain, without_tokens(response.content.decode()).replace(email, "")))
    assert answers[0] == answers[1]
    assert [message.to for message in mail.outbox] == [["known@ridgeline.example"]]


def without_tokens(page: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page)


def test_a_new_password_is_set_by_the_link_in_the_mail_and_ends_other_sessions() -> None:
    editor = factories.staff(Role.EDITOR)
    elsewhere = Client()
    sign_in(elsewhere, editor.email)
    Client().post("/accounts/password/reset/", {"email": editor.email})
    set_password(mail.outbox[0].body, "another-long-passphrase")
    client = Client()
    sign_in(client, editor.email, "another-long-passphrase")
    assert is_signed_in(client)
    assert elsewhere.get("/desk/").status_code == 302


def set_password(mail_body: str, password: str) -> None:
    link = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", mail_body)
    assert link is not None
    client = Client()
    form_address = client.get(link[1]).url
    client.post(form_address, {"password1": password, "password2": password})


def test_invited_staff_set_their_own_password() -> None:
    from standfirst.accounts.actions import add_staff

    boss = factories.staff(Role.ADMINISTRATOR)
    newcomer = add_staff(email="new@ridgeline.example", name="New", role=Role.REPORTER)
    invite_staff(user=newcomer, by=boss)
    [message] = mail.outbox
    assert message.to == ["new@ridgeline.example"]
    set_password(message.body, "a-passphrase-of-mine")
    client = Client()
    sign_in(client, newcomer.email, "a-passphrase-of-mine")
    assert is_signed_in(client)


@pytest.mark.parametrize(
    ("role", "held"),
    [
        (Role.REPORTER, False),
        (Role.EDITOR, False),
        (Role.PICTURE_EDITOR, False),
        (Role.MEMBERSHIP_MANAGER, False),
        (Role.PUBLISHER, True),
        (Role.ADMINISTRATOR, True),
    ],
)
def test_who_needs_a_second_factor_before_the_desk_opens(settings: object, role: Role, held: bool) -> None:
    settings.STAFF_MFA_REQUIRED = True
    client = Client()
    sign_in(client, factories.staff(role).email)
    response = client.get("/desk/")
    assert (response.status_code == 302) is held
    if held:
        assert response.url == reverse("mfa_index")
        assert client.get("/desk/pages/").status_code == 302


def test_the_demo_may_do_without(settings: object) -> None:
    settings.STAFF_MFA_REQUIRED = False
    client = Client()
    sign_in(client, factories.staff(Role.PUBLISHER).email)
    assert client.get("/desk/").status_code == 200


def test_a_publisher_sets_up_an_app_gets_recovery_codes_and_is_asked_next_time(settings: object) -> None:
    settings.STAFF_MFA_REQUIRED = True
    publisher = factories.staff(Role.PUBLISHER)
    client = Client()
    sign_in(client, publisher.email)
    assert client.get(reverse("mfa_activate_totp")).url.startswith(reverse("account_reauthenticate"))
    confirm(client)
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    code = totp.format_hotp_value(totp.hotp_value(secret, next(iter(totp.yield_hotp_counters_from_time()))))
    assert client.post(reverse("mfa_activate_totp"), {"code": code}).status_code == 302
    assert client.get("/desk/").status_code == 200
    codes = RecoveryCodes(Authenticator.objects.get(user=publisher, type="recovery_codes")).get_unused_codes()
    assert len(codes) == 10

    again = Client()
    assert sign_in(again, publisher.email).url.startswith(reverse("mfa_authenticate"))
    assert again.get("/desk/").status_code == 302
    again.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert not is_signed_in(again)
    again.post(reverse("mfa_authenticate"), {"code": codes[0]})
    assert again.get("/desk/").status_code == 200


def test_the_last_second_factor_of_a_publisher_cannot_be_removed(settings: object) -> None:
    settings.STAFF_MFA_REQUIRED = True
    publisher = factories.staff(Role.PUBLISHER)
    factor = totp.TOTP.activate(publisher, totp.generate_totp_secret()).instance
    client = Client()
    client.force_login(publisher)
    confirm(client)
    response = client.post(reverse("mfa_deactivate_totp"))
    assert response.context["form"].errors
    assert Authenticator.objects.filter(pk=factor.pk).exists()


def test_sessions_are_listed_and_others_can_be_ended() -> None:
    editor = factories.staff(Role.EDITOR)
    here, elsewhere = Client(), Client()
    for client in (elsewhere, here):
        sign_in(client, editor.email)
        client.get("/desk/")
    assert UserSession.objects.filter(user=editor).count() == 2
    assert here.get(reverse("usersessions_list")).status_code == 200
    here.post(reverse("usersessions_list"))
    assert elsewhere.get("/desk/").status_code == 302
    assert here.get("/desk/").status_code == 200


def test_who_is_no_longer_active_does_not_get_in() -> None:
    editor = factories.staff(Role.EDITOR)
    User.objects.filter(pk=editor.pk).update(is_active=False)
    client = Client()
    sign_in(client, editor.email)
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    "name", ["account_login", "account_reset_password", "account_reset_password_done", "account_inactive"]
)
def test_the_pages_of_the_entrance_are_ours(name: str) -> None:
    page = Client().get(reverse(name)).content.decode()
    assert "accounts/accounts.css" in page
    assert "Menu:" not in page
    assert "<style" not in page
    assert 'style="' not in page


@pytest.mark.parametrize(
    "name",
    [
        "account_change_password",
        "mfa_index",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "usersessions_list",
        "account_logout",
        "account_reauthenticate",
    ],
)
def test_the_pages_of_the_account_are_ours(name: str) -> None:
    client = Client()
    sign_in(client, factories.staff(Role.EDITOR).email)
    confirm(client)
    response = client.get(reverse(name))
    assert response.status_code == 200
    page = response.content.decode()
    assert "accounts/accounts.css" in page
    assert 'style="' not in page
