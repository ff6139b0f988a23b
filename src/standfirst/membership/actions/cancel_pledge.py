"""End a pledge as its member, or staff for them, asked."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from standfirst.accounts.models import User
from standfirst.membership import telling
from standfirst.membership.actions.resume_pledge import count_again
from standfirst.membership.changing import Held, hold, tell_provider
from standfirst.membership.models import ChangeOrder, Pledge

State = Pledge.State


def cancel_pledge(*, pledge: Pledge, by: User | None, reason: str = "", at_once: bool = False) -> Pledge:
    """Collect nothing more; what is paid counts to its end, unless `at_once`. Cancelling again changes nothing.

    The pledge has changed when this returns, also when the provider is not reached: it is told until it knows.
    """
    with transaction.atomic():
        held = hold(pledge)
        order = None
        if held.pledge.state not in {State.ENDED, State.CANCELLING} or (
            at_once and held.pledge.state == State.CANCELLING
        ):
            order = _cancel(held, by, reason, at_once=at_once)
    if order is not None:
        tell_provider(order)
    held.pledge.refresh_from_db()
    return held.pledge


def _cancel(held: Held, by: User | None, reason: str, *, at_once: bool) -> ChangeOrder | None:
    pledge, now = held.pledge, timezone.now()
    if pledge.state == State.PAUSED and not held.is_theirs:
        count_again(pledge, now)
    why = f"cancelled: {reason}" if reason else "cancelled"
    pledge.next_tier = pledge.next_amount = None
    pledge.next_interval = ""
    is_paid = pledge.period_end is not None and pledge.period_end > now
    if is_paid and pledge.state in {State.ACTIVE, State.PAUSED} and not at_once:
        pledge.ends_at = pledge.period_end
        pledge.paused_at = pledge.paused_until = None
        pledge.move_to(State.CANCELLING, why=why, by=by)
    else:
        pledge.ends_at = now
        pledge.failed_at = pledge.lapses_at = None
        pledge.move_to(State.ENDED, why=why, by=by)
    telling.tell_of_end(pledge)
    if held.agreement is None or not held.is_theirs:
        return None
    return held.order(ends=True) if pledge.state == State.CANCELLING else held.order(ends_now=True)
