"""Take what a provider sends: verify it, keep it as it came, answer; everything else is a task's work."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction

from standfirst.payments.models import ProviderAccount, WebhookEvent
from standfirst.payments.tasks import process_event

LARGEST = 512 * 1024
"""Bytes. Stripe's largest events are below 256 KB."""


def take_webhook(
    *, account: ProviderAccount, headers: Mapping[str, str], body: bytes, now: datetime
) -> WebhookEvent | None:
    """Keep the event that `body` carries and order its processing; `None` when it was kept before.

    The row and its task are one transaction: what was answered with 200 will be processed. Raises BadNotice, with
    nothing kept, when the signature over the raw bytes is not the provider's.
    """
    notice = account.verbs.read_webhook(account.credentials, headers=headers, body=body, now=now)
    try:
        with transaction.atomic():
            event = WebhookEvent.objects.create(
                account=account,
                event_id=notice.event_id[:255],
                kind=notice.kind[:80],
                object_ids=list(notice.object_ids),
                reference=notice.reference[:60],
                body=body,
                received_at=now,
            )
            process_event.enqueue(event.pk)
    except IntegrityError:
        if WebhookEvent.objects.filter(account=account, event_id=notice.event_id[:255]).exists():
            return None
        raise
    return event
