"""Go on after a pause."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from standfirst.accounts.models import User
from standfirst.membership.changing import CannotChange, hold, tell_provider
from standfirst.membership.models import Pledge

State = Pledge.State


def resume_pledge(*, pledge: Pledge, by: User | None = None, why: str = "goes on after the pause") -> Pledge:
    """Let a paused pledge go on; one that is not paused is left as it is. Raises CannotChange."""
    with transaction.atomic():
        held = hold(pledge)
        kept, order = held.pledge, None
        if kept.state in {State.ENDED, State.LAPSED, State.PENDING}:
            sentence = _("This membership is {state}; join anew instead.")
            raise CannotChange(sentence.format(state=kept.get_state_display()))
        if held.is_theirs and kept.state == State.PAUSED:
            order = held.order(paused=False)
            kept.note("to go on after the pause", by=by)
        elif kept.state == State.PAUSED:
            count_again(kept, timezone.now())
            kept.move_to(State.ACTIVE, why=why, by=by)
    if order is not None:
        tell_provider(order)
    kept.refresh_from_db()
    return kept


def count_again(pledge: Pledge, now: datetime) -> None:
    """Let what was paid when the pause began count from now on. Does not save; the caller holds the lock."""
    if pledge.paused_at is not None and pledge.period_end is not None:
        pledge.period_end = now + max(timedelta(0), pledge.period_end - pledge.paused_at)
    pledge.paused_at = pledge.paused_until = None
