"""Give up agreements that nobody came back to."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models, transaction

from standfirst.payments.actions.apply_snapshot import refresh
from standfirst.payments.models import Agreement
from standfirst.payments.providers.interface import ProviderError

State = Agreement.State
GRACE = timedelta(minutes=10)
"""After its page has expired: a payment that was given at the last moment is still on its way."""
NEVER_SENT = timedelta(days=2)
"""For how long an agreement waits that the provider may not have heard of: somebody may try to pay once more."""
AGAIN_AFTER = timedelta(hours=1)


def take_expired(now: datetime, most: int) -> list[Agreement]:
    """Take agreements whose page has expired, or that nobody was ever sent to pay; nobody else takes them.

    One whose provider gives no answer is taken again an hour later.
    """
    expired = models.Q(state=State.OPEN, expires_at__lt=now - GRACE)
    never_sent = models.Q(state=State.NEW, made_at__lt=now - NEVER_SENT)
    untried = models.Q(compared_at=None) | models.Q(compared_at__lt=now - AGAIN_AFTER)
    due = Agreement.objects.filter(expired | never_sent).filter(untried).select_related("account")
    return [
        agreement
        for agreement in due.order_by("pk")[:most]
        if Agreement.objects.filter(pk=agreement.pk, compared_at=agreement.compared_at).update(compared_at=now)
    ]


def abandon(agreement: Agreement) -> Agreement:
    """Give `agreement` up unless its provider says that it was paid after all. Raises ProviderError and its like.

    Who pays on a page that was given up is heard all the same: an abandoned agreement can become active.
    """
    try:
        agreement = refresh(agreement)
    except ProviderError as error:
        if error.code != "unknown":
            raise
    return _give_up(agreement)


@transaction.atomic
def _give_up(agreement: Agreement) -> Agreement:
    kept = Agreement.objects.locked().select_related("account").get(pk=agreement.pk)
    if kept.state in {State.NEW, State.OPEN}:
        kept.move_to(State.ABANDONED)
        kept.url, kept.expires_at = "", None
        kept.save()
    return kept
