"""Send gifts on their day."""

from __future__ import annotations

from django.conf import settings
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone

from standfirst.membership.mail import send
from standfirst.membership.models import Gift


def due_gifts() -> models.QuerySet[Gift]:
    """Return the gifts that are paid and whose day has come, those ordered first first."""
    due = Gift.objects.filter(state=Gift.State.PAID, deliver_on__lte=timezone.localdate())
    return due.exclude(recipient_email="").order_by("pk")


def deliver_gifts() -> int:
    """Send every gift that is due, each once; return how many were sent."""
    return sum(deliver_gift(gift) for gift in due_gifts())


@transaction.atomic
def deliver_gift(gift: Gift) -> bool:
    """Send one gift; False when it is sent, opened or taken back already."""
    gift = Gift.objects.select_for_update(of=("self",)).get(pk=gift.pk)
    if gift.state != Gift.State.PAID or not gift.recipient_email:
        return False
    send(
        "gift",
        email=gift.recipient_email,
        language=gift.language,
        context={
            "name": gift.recipient_name,
            "giver": gift.giver_name,
            "message": gift.message,
            "months": str(gift.months),
            "code": gift.code,
            "link": f"{settings.WAGTAILADMIN_BASE_URL}{reverse('gift_redeem')}?code={gift.code}",
        },
        key=f"gift:{gift.pk}",
    )
    gift.move_to(Gift.State.SENT)
    gift.sent_at = timezone.now()
    gift.save()
    return True
