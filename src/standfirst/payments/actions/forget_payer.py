"""Take the person out of what is kept about their agreements; amounts, dates and the ledger stay."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from standfirst.payments.models import (
    Agreement,
    Difference,
    HandEntry,
    Refund,
    StatementLine,
    StatementMove,
    WebhookEvent,
)

BEFORE = timedelta(days=2)
"""A provider's message about an agreement can come a little before our own row of it."""
ERASED = "erased with the person"


@transaction.atomic
def forget_payer(*, agreements: Collection[int], emails: Collection[str]) -> None:
    """Forget token, customer, card and bank account of `agreements`, and every word that somebody wrote about them.

    Messages of providers that speak of them or of one of `emails` are emptied. The provider's id of each payment and
    of the agreement stays: without it the books could not be compared. What a provider says of them later is not kept
    again (`Agreement.forgotten_at`).
    """
    kept = list(Agreement.objects.locked().filter(pk__in=agreements).select_related("account").order_by("pk"))
    _empty_messages(kept, emails)
    _empty_statements(kept)
    Agreement.objects.filter(pk__in=[row.pk for row in kept]).update(
        customer_id="",
        sealed_token="",
        instrument="",
        instrument_expires="",
        url="",
        lines=[],
        forgotten_at=timezone.now(),
    )
    HandEntry.objects.filter(agreement__in=kept).update(note=ERASED)
    Refund.objects.filter(payment__agreement__in=kept).update(reason=ERASED, failure="")
    moves = Q(source__in=kept) | Q(target__in=kept)
    StatementMove.objects.filter(moves).update(reason=ERASED)
    Difference.objects.filter(agreement__in=kept).exclude(reason="").update(reason=ERASED)


def _empty_messages(agreements: Iterable[Agreement], emails: Collection[str]) -> None:
    for account in {row.account for row in agreements}:
        own = [row for row in agreements if row.account == account]
        names = {name for row in own for name in (row.object_id, row.mandate_id, row.customer_id, str(row.key))}
        words = [name.encode().lower() for name in names | set(emails) if name]
        since = min(row.made_at for row in own) - BEFORE
        messages = WebhookEvent.objects.filter(account=account, received_at__gte=since)
        speaking = [
            message.pk
            for message in messages.only("pk", "body").iterator(chunk_size=500)
            if any(word in bytes(message.body).lower() for word in words)
        ]
        for start in range(0, len(speaking), 500):
            some = WebhookEvent.objects.filter(pk__in=speaking[start : start + 500])
            some.update(body=b"", failure="")
            some.exclude(state=WebhookEvent.State.RECEIVED).update(object_ids=[])


def empty_message(event: WebhookEvent, agreements: Collection[Agreement]) -> None:
    """Keep nothing of a message about somebody who was forgotten. Does not save."""
    if Agreement.objects.filter(pk__in=[row.pk for row in agreements], forgotten_at__isnull=False).exists():
        event.body, event.object_ids = b"", []


def _empty_statements(agreements: Collection[Agreement]) -> None:
    """What the bank said of the payer, also in lines that nobody has decided about and that can be of nobody else."""
    own = {row.pk for row in agreements}
    booked = StatementLine.objects.filter(Q(agreement__in=own) | Q(moved__source__in=own))
    sources = set(booked.exclude(payer_account="").values_list("account", "payer_account"))
    numbers = set(booked.values_list("pk", flat=True))
    undecided = (StatementLine.State.PROPOSED, StatementLine.State.REFUSED)
    open_lines = StatementLine.objects.filter(account__in={row.account_id for row in agreements}, state__in=undecided)
    theirs = [
        line.pk
        for line in open_lines.only("pk", "candidates", "account", "payer_account").iterator(chunk_size=500)
        if (line.candidates and own.issuperset(line.candidates)) or (line.account_id, line.payer_account) in sources
    ]
    _empty(StatementLine.objects.filter(pk__in=numbers))
    for start in range(0, len(theirs), 500):
        some = StatementLine.objects.filter(pk__in=theirs[start : start + 500])
        _empty(some)
        some.update(state=StatementLine.State.REFUSED, candidates=[])


def _empty(lines: QuerySet[StatementLine]) -> None:
    """`own_id` and `digest` stay, which make a line come in once; they name nobody."""
    lines.update(payer_name="", payer_account="", text="", raw={}, why="")
    lines.exclude(reason="").update(reason=ERASED)
