"""Send gifts on their day."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from standfirst.membership.mail import send
from standfirst.membership.models import Gift


def deliver_gifts() -> int:
    """Send every gift that is paid and whose day has come, each once; return how many were sent."""
    due = Gift.objects.filter(state=Gift.State.PAID, deliver_on__lte=timezone.localdate()).exclude(recipient_email="")
    return sum(deliver_gift(number) for number in due.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def deliver_gift(number: int) -> bool:
    """Send one gift; False when it is sent, opened or taken back already."""
    gift = Gift.objects.select_for_update(of=("self",)).get(pk=number)
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
