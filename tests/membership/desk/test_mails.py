"""The desk's mails: their texts in the newsroom's own words, and those that did not arrive."""

from __future__ import annotations

from datetime import timedelta
from smtplib import SMTPException

import pytest
from django.core import mail as outbox
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests import factories
from tests.money import factories as money
from wagtail.models import ModelLogEntry

from standfirst.accounts.models import User
from standfirst.accounts.roles import Role
from standfirst.insights.membership.troubles import troubles
from standfirst.membership.actions.send_again import CannotSendAgain, send_again
from standfirst.membership.mail import MOST_TRIES, deliver, send
from standfirst.membership.mail_text import built_in, write
from standfirst.membership.models import MailKind, MailText, SentMail

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager() -> User:
    return factories.staff(Role.MEMBERSHIP_MANAGER)


@pytest.fixture
def desk(manager: User) -> Client:
    client = Client()
    client.force_login(manager)
    return client


def url(name: str, *args: object) -> str:
    return reverse(f"membership_desk:{name}", args=args)


def given_up(**given: object) -> SentMail:
    """A receipt that the mail server refused until we gave up."""
    mail = send("receipt", member=money.member("nino@readers.example"), key="receipt:1")
    assert mail is not None
    values = {"state": SentMail.State.FAILED, "tries": MOST_TRIES, "failure": "mailbox full"} | given
    SentMail.objects.filter(pk=mail.pk).update(**values)
    mail.refresh_from_db()
    return mail


def test_the_list_says_whose_words_each_mail_has(desk: Client) -> None:
    MailText.objects.create(kind="code", language="ru", subject="Код", text="{code}")
    page = desk.get(url("mail_texts"))
    cells = {(kind, code): is_own for _label, row in page.context["rows"] for kind, code, _name, is_own in row}
    assert len(cells) == len(MailKind.values) * 6
    assert [cell for cell, is_own in cells.items() if is_own] == [("code", "ru")]


@pytest.mark.parametrize("kind", MailKind.values)
def test_each_mail_shows_its_built_in_words_and_what_they_look_like(desk: Client, kind: str) -> None:
    page = desk.get(url("mail_text", kind, "fa"))
    assert page.status_code == 200
    assert page.context["form"].initial["subject"] == built_in("fa")[kind]["subject"]
    shown = page.context["shown"]
    assert "{" not in shown.subject + shown.text + shown.html
    html = page.content.decode()
    assert 'srcdoc="&lt;!DOCTYPE html&gt;' in html
    assert "<iframe sandbox " in html


def test_own_words_are_looked_at_first_then_kept_then_taken_back(desk: Client, manager: User) -> None:
    address = url("mail_text", "code", "ru")
    own = {"subject": "Ваш код {code}", "text": "Вот он: {code}\n\n<b>{name}</b>"}
    page = desk.post(address, own | {"preview": "1"})
    assert page.status_code == 200
    assert page.context["shown"].subject == "Ваш код 482913"
    assert "&lt;b&gt;Nino&lt;/b&gt;" in page.context["shown"].html
    assert not MailText.objects.exists()
    assert not ModelLogEntry.objects.exists()
    assert desk.post(address, own).status_code == 302
    assert write("code", "ru", {"code": "1"}).subject == "Ваш код 1"
    assert desk.post(address, own | {"subject": "{code}!"}).status_code == 302
    assert desk.post(address, {"restore": "1"}).status_code == 302
    assert not MailText.objects.exists()
    assert write("code", "ru", {"code": "1"}).subject.startswith("1 — ваш код для входа")
    entries = ModelLogEntry.objects.order_by("pk")
    assert [entry.action for entry in entries] == ["wagtail.create", "wagtail.edit", "wagtail.delete"]
    assert {entry.user for entry in entries} == {manager}
    changes = desk.get(address).context["changes"]
    assert [change.action for change in changes] == ["wagtail.delete", "wagtail.edit", "wagtail.create"]
    assert not desk.get(url("mail_text", "code", "en")).context["changes"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"subject": "x", "text": "{code} {amount}"}, "Nothing is filled in for {amount} in this mail"),
        ({"subject": "{colour}", "text": "{code}"}, "Nothing is filled in for {colour} in this mail"),
        ({"subject": "{code}", "text": "Hello {name}"}, "This mail is of no use without {code}"),
        ({"subject": "", "text": "{code}"}, "This field is required"),
    ],
)
@pytest.mark.parametrize("button", [{}, {"preview": "1"}])
def test_a_text_that_is_of_no_use_is_refused(
    desk: Client, given: dict[str, str], said: str, button: dict[str, str]
) -> None:
    page = desk.post(url("mail_text", "code", "en"), given | button)
    assert page.status_code == 422
    assert said in page.content.decode()
    assert page.context["shown"] is None
    assert not MailText.objects.exists()


def test_there_is_no_text_of_an_unknown_mail_or_language(desk: Client) -> None:
    assert desk.get(url("mail_text", "spam", "en")).status_code == 404
    assert desk.get(url("mail_text", "code", "xx")).status_code == 404


@pytest.mark.parametrize("role", [Role.REPORTER, Role.EDITOR, Role.PUBLISHER, Role.PICTURE_EDITOR])
def test_nobody_but_managers_enters(role: Role) -> None:
    mail = given_up()
    other, reader = Client(), Client()
    other.force_login(factories.staff(role))
    assert mail.member is not None
    reader.force_login(mail.member.user)
    own = {"subject": "{code}", "text": "{code}"}
    for client in (other, reader, Client()):
        for address in (url("mails"), url("mail_texts"), url("mail_text", "code", "en")):
            assert client.get(address).status_code in {302, 403}
        assert client.post(url("mail_text", "code", "en"), own).status_code in {302, 403}
        assert client.post(url("send_again", mail.pk)).status_code in {302, 403}
    assert not MailText.objects.exists()
    mail.refresh_from_db()
    assert mail.state == SentMail.State.FAILED


def test_a_mail_that_was_given_up_is_sent_again_and_only_once(desk: Client, manager: User) -> None:
    mail = given_up()
    page = desk.get(url("mails")).content.decode()
    assert "mailbox full" in page
    assert "nino@readers.example" in page
    assert troubles().mails_number == 1
    assert desk.post(url("send_again", mail.pk)).status_code == 302
    assert desk.post(url("send_again", mail.pk)).status_code == 302  # a second tap
    assert deliver(mail.pk)
    assert deliver(mail.pk)
    assert len(outbox.outbox) == 1
    assert SentMail.objects.count() == 1
    assert troubles().mails_number == 0
    assert [entry.user for entry in ModelLogEntry.objects.all()] == [manager]
    with pytest.raises(CannotSendAgain, match="was sent meanwhile"):
        send_again(mail=mail, by=manager)


def test_what_fails_again_is_given_up_again(manager: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: EmailMultiAlternatives, fail_silently: bool = False) -> int:
        raise SMTPException("still full")

    mail = given_up()
    send_again(mail=mail, by=manager)
    monkeypatch.setattr(EmailMultiAlternatives, "send", refuse)
    for _try in range(MOST_TRIES):
        assert not deliver(mail.pk)
    mail.refresh_from_db()
    assert (mail.state, mail.tries, mail.failure) == (SentMail.State.FAILED, MOST_TRIES, "SMTPException: still full")


def test_codes_and_mails_of_closed_accounts_do_not_go_out_again(desk: Client, manager: User) -> None:
    code = given_up(kind=MailKind.CODE)
    with pytest.raises(CannotSendAgain, match="has run out"):
        send_again(mail=code, by=manager)
    assert url("send_again", code.pk) not in desk.get(url("mails")).content.decode()
    SentMail.objects.filter(pk=code.pk).update(kind=MailKind.RECEIPT, email="", sealed="")
    with pytest.raises(CannotSendAgain, match="is closed"):
        send_again(mail=code, by=manager)
    assert list(desk.get(url("mails")).context["given_up"]) == []


def test_waiting_mails_are_those_that_should_have_gone_out(desk: Client) -> None:
    fresh = send("receipt", member=money.member(), key="receipt:2")
    assert fresh is not None
    assert list(desk.get(url("mails")).context["waiting"]) == []
    tried = given_up(state=SentMail.State.QUEUED, tries=2)
    late = send("receipt", member=money.member(), key="receipt:3")
    assert late is not None
    SentMail.objects.filter(pk=late.pk).update(made_at=timezone.now() - timedelta(hours=1))
    assert set(desk.get(url("mails")).context["waiting"]) == {tried, late}
    with pytest.raises(CannotSendAgain, match="by itself"):
        send_again(mail=tried, by=factories.staff(Role.MEMBERSHIP_MANAGER))


def test_administrators_are_told_on_the_first_page(client: Client) -> None:
    client.force_login(factories.staff(Role.ADMINISTRATOR))
    assert "was not sent" not in client.get("/desk/").content.decode()
    given_up()
    assert "1 mail to a member was not sent." in client.get("/desk/").content.decode()
