"""Stop paying for a while."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from standfirst.accounts.models import User
from standfirst.membership import telling
from standfirst.membership.changing import CannotChange, Held, hold, tell_provider
from standfirst.membership.models import Pledge

State = Pledge.State
LONGEST = timedelta(days=366)


def pause_pledge(*, pledge: Pledge, until: datetime, by: User | None) -> Pledge:
    """Collect nothing until `until`; what is paid beyond now counts again afterwards. Raises CannotChange.

    Pausing again gives another date.
    """
    now = timezone.now()
    if not now < until <= now + LONGEST:
        raise CannotChange(_("Choose a day within the next twelve months."))
    with transaction.atomic():
        held = hold(pledge)
        _check(held)
        kept, order = held.pledge, None
        if held.is_theirs:
            order = held.order(paused=True, paused_until=until)
            kept.note(f"to be paused until {until:%Y-%m-%d}", by=by)
        else:
            _pause(kept, now, until, by)
        telling.tell_of_pause(kept, until)
    if order is not None:
        tell_provider(order)
    kept.refresh_from_db()
    return kept


def _check(held: Held) -> None:
    if held.agreement is None:
        raise CannotChange(_("Nothing is paid for this membership, so that there is nothing to pause."))
    if held.pledge.state not in {State.ACTIVE, State.PAST_DUE, State.PAUSED}:
        sentence = _("This membership is {state}; it cannot be paused now.")
        raise CannotChange(sentence.format(state=held.pledge.get_state_display()))
    if held.is_theirs and not held.agreement.account.verbs.abilities.pauses:
        raise CannotChange(_("This way of paying knows no pause; cancel, and come back when you like."))


def _pause(pledge: Pledge, now: datetime, until: datetime, by: User | None) -> None:
    pledge.paused_until = until
    if pledge.state == State.PAUSED:
        pledge.save()
        pledge.note(f"paused until {until:%Y-%m-%d} instead", by=by)
        return
    pledge.paused_at = now
    pledge.failed_at = pledge.lapses_at = None
    pledge.move_to(State.PAUSED, why=f"paused until {until:%Y-%m-%d}", by=by)
