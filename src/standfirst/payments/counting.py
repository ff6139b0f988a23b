"""Counts messages that were refused: by account, day and reason, so that a wrong secret is seen on the dashboard."""

from __future__ import annotations

from django.db.models import F
from django.utils import timezone

from standfirst.payments.models import RefusedNotices

MOST_REASONS = 20
"""A day and account: a reason may quote what was sent, and whoever sends it must not fill the table."""
OTHER = "another reason"


def count_refused(account_id: int, reason: str) -> None:
    """Count one; nothing of it is kept but the number."""
    of_today = RefusedNotices.objects.filter(account_number=min(account_id, 2**31 - 1), day=timezone.now().date())
    if of_today.filter(reason=reason[:80]).update(count=F("count") + 1):
        return
    known = reason[:80] if of_today.count() < MOST_REASONS else OTHER
    kept, made = of_today.get_or_create(
        account_number=min(account_id, 2**31 - 1), day=timezone.now().date(), reason=known, defaults={"count": 1}
    )
    if not made:
        RefusedNotices.objects.filter(pk=kept.pk).update(count=F("count") + 1)
