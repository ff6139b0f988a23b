"""Reminds whoever chose to transfer the money themselves, and of whom none has come. Once, and then never again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from standfirst.membership import telling
from standfirst.membership.models import Pledge, PledgeNotice
from standfirst.membership.renewing import accounts_run_by
from standfirst.payments.models import Agreement
from standfirst.payments.providers.interface import RunBy

AFTER = timedelta(days=7)
"""A transfer takes some days, and the statement that shows it some more."""
AT_LATEST = timedelta(days=30)
"""After so long it is no reminder any more, but a surprise."""
AWAITED = "awaited"
A_LOOK = 500


def awaited(now: datetime) -> QuerySet[Agreement]:
    """Agreements whose payers were told where to send money, and of whom none has come."""
    pledges = Pledge.objects.filter(
        state=Pledge.State.PENDING, made_at__lte=now - AFTER, made_at__gt=now - AT_LATEST
    ).exclude(notices__kind=AWAITED)
    told = Agreement.objects.filter(
        reference__in=[f"pledge:{number}" for number in pledges.values_list("pk", flat=True)],
        account__in=accounts_run_by(RunBy.PAYER),
        state=Agreement.State.OPEN,
        made_at__lte=now - AFTER,
    )
    return told.exclude(lines=[]).order_by("made_at")[:A_LOOK]


@transaction.atomic
def remind_of_first_transfer(agreement: Agreement, now: datetime) -> bool:
    """Send the reminder, once for a pledge; return whether it was ordered now."""
    kept = Agreement.objects.locked().get(pk=agreement.pk)
    number = kept.reference.partition(":")[2]
    pledge = Pledge.objects.locked().select_related("member__user", "tier").filter(pk=number).first()
    if pledge is None or pledge.state != Pledge.State.PENDING or kept.state != Agreement.State.OPEN:
        return False
    about = kept.made_at.astimezone(UTC).date()
    if PledgeNotice.objects.filter(pledge=pledge, kind=AWAITED).exists():
        return False
    notice = PledgeNotice.objects.create(pledge=pledge, kind=AWAITED, about=about, at=now)
    telling.tell_of_awaited_transfer(pledge, notice, kept)
    return True
