"""Let a pledge go on without money where its member chose that."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from standfirst.membership.actions.begin_period import become_free
from standfirst.membership.changing import hold
from standfirst.membership.models import Pledge
from standfirst.membership.renewing import accounts_run_by
from standfirst.payments.providers.interface import RunBy


def to_become_free(now: datetime) -> Iterable[Pledge]:
    """Pledges that were to go on without money once what is paid is over; a provider's own end comes by its news."""
    ours = accounts_run_by(RunBy.US)
    return Pledge.objects.filter(
        state=Pledge.State.ACTIVE, next_amount=0, period_end__lte=now, agreement__account__in=ours
    )


@transaction.atomic
def become_free_when_due(*, pledge: Pledge, now: datetime) -> bool:
    """Let it go on without money when what is paid is over; return whether it does."""
    kept = hold(pledge).pledge
    is_due = kept.period_end is not None and kept.period_end <= now
    if kept.state != Pledge.State.ACTIVE or kept.next_amount != 0 or not is_due:
        return False
    become_free(kept)
    return True
