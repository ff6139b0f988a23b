"""Mails to members: once per event, whatever happens on the way, and in every language."""

from __future__ import annotations

from datetime import timedelta
from smtplib import SMTPException

import pytest
from django.conf import settings
from django.core import mail as outbox
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.utils import timezone
from django.utils.html import escape
from django_tasks import default_task_backend
from tests.money import factories

from standfirst.kit.money import Money
from standfirst.membership.mail import LOOK_AGAIN, MOST_TRIES, deliver, send
from standfirst.membership.mail_text import FOLDER, built_in, plain, preview, unknown_words, words_in, write
from standfirst.membership.mail_words import ALWAYS, GIVEN, MEANINGS, NEEDED, allowed, examples
from standfirst.membership.models import MailKind, MailText, SentMail

pytestmark = pytest.mark.django_db
LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)


@pytest.fixture(autouse=True)
def no_tasks() -> None:
    default_task_backend.clear()


def ordered() -> list[tuple[object, ...]]:
    return [tuple(result.args) for result in default_task_backend.results]


def test_an_event_has_one_mail_however_often_it_is_told() -> None:
    member = factories.member("nino@readers.example", pseudonym="Nino")
    first = send("receipt", member=member, context={"amount": Money(1200, "GEL")}, key="receipt:1")
    assert first is not None
    assert send("receipt", member=member, context={"amount": Money(1200, "GEL")}, key="receipt:1") is None
    assert SentMail.objects.count() == 1
    assert ordered() == [(first.pk,)]


def test_a_sent_mail_is_not_sent_again_and_keeps_none_of_its_words() -> None:
    member = factories.member("nino@readers.example", pseudonym="Nino")
    mail = send("code", member=member, context={"code": "482913"}, key="code:1")
    assert mail is not None
    assert "482913" not in mail.sealed
    assert deliver(mail.pk)
    assert deliver(mail.pk)
    assert len(outbox.outbox) == 1
    sent = outbox.outbox[0]
    assert isinstance(sent, EmailMultiAlternatives)
    assert sent.to == ["nino@readers.example"]
    assert "482913" in sent.subject
    assert "482913" in str(sent.body)
    assert "482913" in str(sent.alternatives[0][0])
    mail.refresh_from_db()
    assert (mail.state, mail.sealed) == (SentMail.State.SENT, "")


def test_nothing_is_ordered_when_the_transaction_of_the_event_fails() -> None:
    member = factories.member()

    @transaction.atomic
    def event() -> None:
        send("receipt", member=member, key="receipt:1")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        event()
    assert SentMail.objects.count() == 0


def test_nobody_left_to_write_to() -> None:
    member = factories.member()
    member.user = None
    assert send("receipt", member=member, key="receipt:1") is None
    assert SentMail.objects.count() == 0


def test_what_the_mail_server_refuses_is_tried_again_and_given_up_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: EmailMultiAlternatives, fail_silently: bool = False) -> int:
        raise SMTPException("mailbox full")

    mail = send("receipt", member=factories.member(), key="receipt:1")
    assert mail is not None
    with monkeypatch.context() as broken:
        broken.setattr(EmailMultiAlternatives, "send", refuse)
        assert not deliver(mail.pk)
    mail.refresh_from_db()
    assert (mail.state, mail.tries) == (SentMail.State.QUEUED, 1)
    assert "mailbox full" in mail.failure
    assert deliver(mail.pk)
    assert len(outbox.outbox) == 1
    other = send("receipt", member=factories.member(), key="receipt:2")
    assert other is not None
    monkeypatch.setattr(EmailMultiAlternatives, "send", refuse)
    for _try in range(MOST_TRIES + 1):
        assert not deliver(other.pk)
    other.refresh_from_db()
    assert (other.state, other.tries) == (SentMail.State.FAILED, MOST_TRIES)


def test_a_mail_whose_process_was_killed_goes_out_again_under_the_same_message_id() -> None:
    mail = send("receipt", member=factories.member(), key="receipt:1")
    assert mail is not None
    SentMail.objects.filter(pk=mail.pk).update(state=SentMail.State.SENDING, claimed_at=timezone.now(), tries=1)
    assert not deliver(mail.pk)
    assert outbox.outbox == []
    SentMail.objects.filter(pk=mail.pk).update(claimed_at=timezone.now() - LOOK_AGAIN - timedelta(seconds=1))
    assert deliver(mail.pk)
    first = outbox.outbox[0].extra_headers["Message-ID"]
    SentMail.objects.filter(pk=mail.pk).update(state=SentMail.State.QUEUED, sealed=mail.sealed)
    assert deliver(mail.pk)
    assert outbox.outbox[1].extra_headers["Message-ID"] == first


def _given(text: str) -> frozenset[str]:
    """The newsroom's name is left out where a language would have to bend it."""
    return words_in(text) - {"newsroom"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_is_written_in_every_language_and_names_nothing_unknown(language: str) -> None:
    found = built_in(language)
    assert (FOLDER / f"{language}.toml").exists()
    assert set(found) == set(MailKind.values)
    for kind, texts in found.items():
        assert unknown_words(kind, texts["subject"] + texts["text"]) == [], kind
        assert _given(texts["text"]) == _given(built_in("en")[kind]["text"]), kind
        MailText(kind=kind, language=language, **texts).full_clean()


def test_a_line_with_nothing_to_say_is_left_out() -> None:
    written = write("receipt", "en", {"newsroom": "Ridgeline", "amount": "12 ₾", "date": "1 May 2026", "name": ""})
    assert "Hello" not in written.text
    assert "Next payment" not in written.text
    assert "we received 12 ₾ on 1 May 2026" in written.text
    assert "{" not in written.subject + written.text + written.html


def test_the_newsrooms_own_words_come_first_and_are_escaped() -> None:
    MailText.objects.create(kind="code", language="ru", subject="Код {code}", text="<b>{code}</b> {name}")
    written = write("code", "ru", {"code": "1", "name": "<script>"})
    assert (written.subject, written.text) == ("Код 1", "<b>1</b> <script>\n")
    assert "&lt;b&gt;1&lt;/b&gt; &lt;script&gt;" in written.html
    assert "<script>" not in written.html
    assert "your code" in write("code", "en", {"code": "1"}).subject


def test_a_text_that_is_of_no_use_is_refused() -> None:
    with pytest.raises(ValidationError, match=r"\{colour\}"):
        MailText(kind="code", language="en", subject="{colour}", text="{code}").full_clean()
    with pytest.raises(ValidationError, match=r"\{code\}"):
        MailText(kind="code", language="en", subject="Code", text="Hello").full_clean()


def test_amounts_and_dates_are_written_as_the_language_does() -> None:
    member = factories.member(language="ru")
    words = {"amount": Money(1250, "GEL"), "date": timezone.make_aware(timezone.datetime(2026, 5, 1, 12))}
    mail = send("receipt", member=member, context=words, key="receipt:1")
    assert mail is not None
    deliver(mail.pk)
    assert "12,50" in outbox.outbox[0].subject
    assert "1 мая 2026" in str(outbox.outbox[0].body)


def test_a_preview_fills_in_every_word() -> None:
    for kind in MailKind.values:
        text = "\n".join(sorted(f"{{{word}}}" for word in allowed(kind)))
        shown = preview(kind, "{newsroom}", text, "ka", newsroom="Ridgeline").text
        assert "{" not in shown
        assert len(shown.split("\n")) >= len(allowed(kind))


def test_what_is_said_of_words_is_complete() -> None:
    assert set(GIVEN) == set(MailKind.values)
    everything = ALWAYS.union(*GIVEN.values())
    assert everything == set(MEANINGS)
    assert everything == set(examples("receipt")) | {"newsroom"}
    for kind, words in NEEDED.items():
        assert words <= GIVEN[kind], kind


def test_a_mail_is_not_ordered_with_a_word_that_staff_are_not_told_of() -> None:
    with pytest.raises(ValueError, match="'cancelled' knows no 'amount'"):
        send("cancelled", member=factories.member(), context={"amount": Money(1200, "GEL")}, key="cancelled:1")
    assert SentMail.objects.count() == 0


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", MailKind.values)
def test_each_mail_is_whole_as_text_and_as_html(kind: str, language: str) -> None:
    texts = built_in(language)[kind]
    written = preview(kind, texts["subject"], texts["text"], language, newsroom="Ridgeline")
    assert "{" not in written.subject + written.text + written.html
    assert f'<html lang="{language}" dir="{"rtl" if language == "fa" else "ltr"}">' in written.html
    for word in words_in(texts["text"]) & {"amount", "code", "link", "receipt", "instrument"}:
        value = plain(examples(kind)[word], language)
        assert value in written.text, word
        assert escape(value) in written.html, word
    assert len(written.subject) < 120
    if language != "en":
        assert written.text != preview(kind, *built_in("en")[kind].values(), "en", newsroom="Ridgeline").text


def test_the_button_of_a_signed_link_fits_on_a_phone_and_leads_to_all_of_it() -> None:
    link = "https://news.example/account/fix/" + "x" * 90 + "/"
    written = write("payment_failed", "fa", {"link": link, "newsroom": "Ridgeline"})
    assert link in written.text
    assert f'<a href="{link}" dir="ltr"' in " ".join(written.html.split())
    assert f">news.example/account/fix/{'x' * 14}…</a>" in written.html
