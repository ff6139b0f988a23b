"""Write down what somebody wants to pay, before any provider hears of it."""

from __future__ import annotations

from uuid import UUID

from django.db import IntegrityError, transaction

from standfirst.membership.flows.offers import Wish
from standfirst.membership.join_source import JoinSource
from standfirst.membership.models import Member, Pledge

NOTHING = JoinSource()


def begin_pledge(*, number: UUID, wish: Wish, member: Member, source: JoinSource = NOTHING) -> Pledge:
    """Return the pledge `number`, made now or before. One that is not paid yet takes on what is wished now.

    `number` comes with the form, so that two taps on its button, and a form sent again after the back button, are one
    pledge. A pledge that is past its beginning is returned as it is. What led here last is kept; where that is
    not known, what led here before.
    """
    try:
        with transaction.atomic():
            return _begin(number, wish, member, source)
    except IntegrityError:  # the other tap was first
        with transaction.atomic():
            return _begin(number, wish, member, source)


def _begin(number: UUID, wish: Wish, member: Member, source: JoinSource) -> Pledge:
    pledge = Pledge.objects.locked().filter(number=number).first() or Pledge(number=number)
    if pledge.state != Pledge.State.PENDING:
        return pledge
    if source:
        pledge.came_by(source)
    pledge.member, pledge.tier, pledge.interval = member, wish.tier, wish.price.interval
    pledge.amount, pledge.currency = wish.money.amount, wish.money.currency
    pledge.price_amount = wish.price.amount
    pledge.save()
    return pledge
