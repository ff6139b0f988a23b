"""Mails to members, each sent once: a row under the event's key and its task, in the transaction of the event itself.

    from standfirst.membership.mail import send
    send("receipt", member=member, context={"amount": payment.money}, key=f"receipt:{payment.number}")

A process that is killed between handing a mail over and writing that down leaves the row `sending`. A quarter of an
hour later its mail is handed over again under the same Message-ID, by which mail programs know it as the same one.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Mapping
from datetime import timedelta
from email.utils import parseaddr
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.utils import timezone

from standfirst.accounts.adapter import newsroom_name
from standfirst.kit.sealing import CannotUnseal, seal, unseal
from standfirst.membership.mail_queue import order
from standfirst.membership.mail_text import plain, write
from standfirst.membership.mail_words import allowed
from standfirst.membership.models import MailKind, Member, SentMail

logger = logging.getLogger("standfirst.membership")

LOOK_AGAIN = timedelta(minutes=15)
"""After so long a mail that is being sent has been lost with its process."""
MOST_TRIES = 8


def send(
    kind: str,
    *,
    key: str,
    member: Member | None = None,
    email: str = "",
    language: str = "",
    context: Mapping[str, Any] | None = None,
) -> SentMail | None:
    """Order the mail `kind` about the event `key`; `None` when it was ordered before, or nobody is left to get it.

    It goes to `email`, else to the member's address, in `language`, else the member's. `context` fills the words in
    braces: texts, `Money`, dates; only those that mails of this kind know (ValueError), so that what staff are told of
    them is true. Nothing leaves before the caller's transaction is committed.
    """

    if strange := set(context or {}) - allowed(kind):
        raise ValueError(f"a mail {kind!r} knows no {min(strange)!r}; name it in membership.mail_words.GIVEN")

    to = email or (member.email if member else "")
    language = language or (member.language if member else settings.LANGUAGE_CODE)
    if not to:
        return None
    words = {name: plain(value, language) for name, value in (context or {}).items()}
    words = {
        "name": member.pseudonym if member else "",
        "account": f"{settings.WAGTAILADMIN_BASE_URL}/account/",
    } | words
    mail = SentMail(
        key=key, kind=MailKind(kind), member=member, email=to, language=language, sealed=seal(json.dumps(words))
    )
    return mail if order(mail) else None


def deliver(mail_id: int) -> bool:
    """Hand a mail over to the mail server; return whether it is sent. May be called as often as one likes."""
    mail = _claim(mail_id)
    if mail is None:
        return SentMail.objects.filter(pk=mail_id, state=SentMail.State.SENT).exists()
    try:
        words = {"newsroom": newsroom_name(), **json.loads(unseal(mail.sealed))}
        _message(mail, words).send()
    except (SMTPException, OSError, CannotUnseal) as error:
        _failed(mail, f"{type(error).__name__}: {error}")
        return False
    SentMail.objects.filter(pk=mail.pk).update(
        state=SentMail.State.SENT, sent_at=timezone.now(), sealed="", failure="", claimed_at=None
    )
    return True


def _message(mail: SentMail, words: Mapping[str, str]) -> EmailMultiAlternatives:
    written = write(mail.kind, mail.language, words)
    message = EmailMultiAlternatives(
        written.subject,
        written.text,
        to=[mail.email],
        headers={
            "Message-ID": _message_id(mail),
            # https://www.rfc-editor.org/rfc/rfc3834: no holiday message answers it.
            "Auto-Submitted": "auto-generated",
        },
    )
    message.attach_alternative(written.html, "text/html")
    return message


def _message_id(mail: SentMail) -> str:
    host = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<{hashlib.sha256(f'{mail.pk}:{mail.key}'.encode()).hexdigest()[:32]}@{host}>"


@transaction.atomic
def _claim(mail_id: int) -> SentMail | None:
    """Take a mail that nobody else is sending, and order a look at what became of it; `None` when there is none."""
    from standfirst.membership.tasks import deliver_mail

    mail = SentMail.objects.select_for_update().filter(pk=mail_id).first()
    now = timezone.now()
    if mail is None or mail.state in {SentMail.State.SENT, SentMail.State.FAILED} or not mail.email:
        return None
    if mail.state == SentMail.State.SENDING and mail.claimed_at and now - mail.claimed_at < LOOK_AGAIN:
        return None
    mail.state, mail.claimed_at, mail.tries = SentMail.State.SENDING, now, mail.tries + 1
    mail.save(update_fields=["state", "claimed_at", "tries"])
    deliver_mail.using(run_after=now + LOOK_AGAIN).enqueue(mail.pk)
    return mail


@transaction.atomic
def _failed(mail: SentMail, sentence: str) -> None:
    """Put the mail back; the look that was ordered when it was taken tries again."""
    is_over = mail.tries >= MOST_TRIES
    state = SentMail.State.FAILED if is_over else SentMail.State.QUEUED
    SentMail.objects.filter(pk=mail.pk).update(state=state, failure=sentence[:200], claimed_at=None)
    logger.log(
        logging.ERROR if is_over else logging.WARNING,
        "mail %d (%s) was not sent, try %d of %d: %s",
        *(mail.pk, mail.kind, mail.tries, MOST_TRIES, sentence),
    )
