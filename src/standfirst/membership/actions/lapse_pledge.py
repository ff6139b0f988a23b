"""End the grace of a pledge whose payment never came."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from standfirst.membership import telling
from standfirst.membership.changing import CannotChange, Held, hold, tell_provider
from standfirst.membership.models import Pledge
from standfirst.payments.providers.interface import RunBy


def lapse_pledge(*, pledge: Pledge, now: datetime) -> bool:
    """Let a pledge lapse whose grace is over; return whether it did. Its member is told the way back.

    While the outcome of an attempt is unknown it waits: somebody who has paid must not be told that they have not.
    """
    order = None
    try:
        with transaction.atomic():
            held = hold(pledge)
            kept = held.pledge
            if kept.state != Pledge.State.PAST_DUE or kept.lapses_at is None or kept.lapses_at > now:
                return False
            if held.is_being_collected():
                return False
            kept.move_to(Pledge.State.LAPSED, why="the days of grace are over", at=now)
            order = held.order(ends_now=True) if _is_collected_by_provider(held) else None
            telling.tell_of_lapse(kept)
    except CannotChange:
        return False  # paid by another agreement since it was read
    if order is not None:
        tell_provider(order, now)
    return True


def _is_collected_by_provider(held: Held) -> bool:
    """Whether a provider would go on trying. Whoever sends the money may send it late, and is a member again."""
    return held.agreement is not None and held.agreement.account.verbs.abilities.run_by is RunBy.PROVIDER
