"""Take the person out of what is kept about an agreement; amounts, dates and the ledger stay."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from standfirst.payments.models import Agreement, WebhookEvent

BEFORE = timedelta(days=2)
"""A provider's message about an agreement can come a little before our own row of it."""


@transaction.atomic
def forget_payer(*, agreement: Agreement, email: str) -> None:
    """Forget the token, the customer and the card of `agreement`, and empty the messages that speak of it or `email`.

    The provider's id of each payment and of the agreement stays: without it the books could not be compared.
    """
    kept = Agreement.objects.locked().select_related("account").get(pk=agreement.pk)
    names = {kept.object_id, kept.mandate_id, kept.customer_id, str(kept.key), email}
    words = [name.encode() for name in names if name]
    kept.customer_id = kept.sealed_token = kept.instrument = kept.instrument_expires = kept.url = ""
    kept.lines = []
    kept.save()
    messages = WebhookEvent.objects.filter(account=kept.account, received_at__gte=kept.made_at - BEFORE)
    speaking = [
        message.pk
        for message in messages.only("pk", "body").iterator(chunk_size=500)
        if any(word in bytes(message.body) for word in words)
    ]
    for start in range(0, len(speaking), 500):
        WebhookEvent.objects.filter(pk__in=speaking[start : start + 500]).update(body=b"")
