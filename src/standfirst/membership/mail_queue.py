"""Puts mails into the queue: each with its task, or those of many members together with one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import IntegrityError, transaction

from standfirst.membership.models import SentMail

_gathered: ContextVar[dict[str, SentMail] | None] = ContextVar("standfirst_gathered_mails", default=None)


def order(mail: SentMail) -> bool:
    """Keep a mail with its task; False when one with its key was ordered before. Gathered mails are kept later."""
    from standfirst.membership.tasks import deliver_mail

    gathered = _gathered.get()
    if gathered is not None:
        return gathered.setdefault(mail.key, mail) is mail
    try:
        with transaction.atomic():
            mail.save(force_insert=True)
            deliver_mail.enqueue(mail.pk)
    except IntegrityError:
        if SentMail.objects.filter(key=mail.key).exists():
            return False
        raise
    return True


@contextmanager
def together() -> Iterator[None]:
    """Keep the mails that are ordered inside with one write and one task, at its end; none when it raises.

    For a run over many members, each of them locked by the transaction that is open: two runs that order a mail with
    one key at the same time would fail both, so that one is done again.
    """
    gathered: dict[str, SentMail] = {}
    token = _gathered.set(gathered)
    try:
        yield
    finally:
        _gathered.reset(token)
    _keep(gathered)


def _keep(gathered: dict[str, SentMail]) -> None:
    from standfirst.membership.tasks import deliver_mails

    if not gathered:
        return
    known = set(SentMail.objects.filter(key__in=gathered).values_list("key", flat=True))
    fresh = [mail for key, mail in gathered.items() if key not in known]
    if fresh:
        deliver_mails.enqueue([mail.pk for mail in SentMail.objects.bulk_create(fresh)])
