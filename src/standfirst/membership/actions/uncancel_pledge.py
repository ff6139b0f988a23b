"""Take a cancellation back before it takes effect."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from standfirst.accounts.models import User
from standfirst.membership.changing import CannotChange, hold, tell_provider
from standfirst.membership.models import Pledge
from standfirst.payments.models import Agreement, Payment

State = Pledge.State


def uncancel_pledge(*, pledge: Pledge, by: User | None) -> Pledge:
    """Let a pledge that was to end go on; one that goes on already is left as it is. Raises CannotChange."""
    with transaction.atomic():
        held = hold(pledge)
        kept, order = held.pledge, None
        if kept.state != State.ACTIVE:
            _check(kept, held.agreement)
            kept.ends_at = None
            kept.move_to(State.ACTIVE, why="goes on after all", by=by)
            order = held.order(ends=False) if held.is_theirs else None
    if order is not None:
        tell_provider(order)
    kept.refresh_from_db()
    return kept


def _check(pledge: Pledge, agreement: Agreement | None) -> None:
    if pledge.state != State.CANCELLING or pledge.ends_at is None or pledge.ends_at <= timezone.now():
        raise CannotChange(_("This membership has ended already; join anew instead."))
    if agreement is None:
        return
    newest = agreement.payments.filter(state__in=Payment.RECEIVED).order_by("-at", "-pk").first()
    if agreement.state == Agreement.State.ENDED or (newest is not None and newest.state == Payment.State.LOST):
        raise CannotChange(_("Nothing more can be collected for this membership; join anew instead."))
