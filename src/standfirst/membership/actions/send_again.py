"""Let a mail that was given up go out after all."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from standfirst.accounts.models import User
from standfirst.membership.models import MailKind, SentMail
from standfirst.membership.tasks import deliver_mail


class CannotSendAgain(Exception):
    """Why a mail does not go out again; a sentence for staff."""


@transaction.atomic
def send_again(*, mail: SentMail, by: User) -> None:
    """Order `mail` once more. Raises CannotSendAgain when it went out, is about to, or would be of no use.

    It is the same row under the same key: the event keeps one mail, under one Message-ID.
    """
    kept = SentMail.objects.select_for_update().get(pk=mail.pk)
    if kept.state == SentMail.State.SENT:
        raise CannotSendAgain(_("This mail was sent meanwhile."))
    if kept.state != SentMail.State.FAILED:
        raise CannotSendAgain(_("This mail is tried again by itself."))
    if kept.kind == MailKind.CODE:
        raise CannotSendAgain(_("The code in this mail has run out; the reader has to ask for another one."))
    if not kept.email or not kept.sealed:
        raise CannotSendAgain(_("The account that this mail was for is closed."))
    kept.state, kept.tries, kept.failure = SentMail.State.QUEUED, 0, ""
    kept.save(update_fields=["state", "tries", "failure"])
    deliver_mail.enqueue(kept.pk)
    log(instance=kept, action="wagtail.edit", user=by, title=f"{kept.get_kind_display()} #{kept.pk}: sent again")
