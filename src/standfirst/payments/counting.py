"""Counts messages that were refused: by account, day and reason, so that a wrong secret is seen on the dashboard."""

from __future__ import annotations

from django.db.models import F
from django.utils import timezone

from standfirst.payments.models import RefusedNotices


def count_refused(account_id: int, reason: str) -> None:
    """Count one; nothing of it is kept but the number."""
    kept, made = RefusedNotices.objects.get_or_create(
        account_number=min(account_id, 2**31 - 1), day=timezone.now().date(), reason=reason[:80], defaults={"count": 1}
    )
    if not made:
        RefusedNotices.objects.filter(pk=kept.pk).update(count=F("count") + 1)
