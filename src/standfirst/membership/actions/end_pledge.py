"""End a pledge whose time is over."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from standfirst.membership.changing import CannotChange, hold
from standfirst.membership.models import Pledge, Price

State = Pledge.State


def end_pledge(*, pledge: Pledge, now: datetime) -> bool:
    """End a pledge that was cancelled, given or paid once, when what was paid is over; return whether it did."""
    try:
        with transaction.atomic():
            kept = hold(pledge).pledge
            if not is_over(kept, now):
                return False
            kept.move_to(State.ENDED, why="the time that was paid is over", at=now)
    except CannotChange:
        return False
    return True


def is_over(pledge: Pledge, now: datetime) -> bool:
    """Whether nothing more is to be expected of `pledge`, and its time is over."""
    if pledge.state == State.CANCELLING:
        return pledge.ends_at is not None and pledge.ends_at <= now
    if pledge.state != State.ACTIVE or pledge.period_end is None or pledge.period_end > now:
        return False
    return pledge.agreement_id is None or pledge.interval == Price.Interval.ONCE
