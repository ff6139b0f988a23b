"""Give somebody a membership that nobody pays for."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from standfirst.accounts.models import User
from standfirst.membership.models import Member, MemberNote, MembershipTerms, Pledge, Price, Tier
from standfirst.membership.periods import months_after

MOST_MONTHS = 60


class CannotGive(Exception):
    """Why this cannot be given; a sentence for staff."""


@transaction.atomic
def give_membership(*, member: Member, tier: Tier, months: int, reason: str, by: User) -> Pledge:
    """Give `member` `months` of `tier` from today; it ends by itself. Raises CannotGive."""
    if not reason.strip():
        raise CannotGive("Say why it is given.")
    if not 1 <= months <= MOST_MONTHS:
        raise CannotGive(f"Give 1 to {MOST_MONTHS} months, not {months}.")
    if member.erased_at is not None or member.user is None:
        raise CannotGive("This member was erased.")
    now = timezone.now()
    until = months_after(now, months, now.day)
    pledge = Pledge.objects.create(
        member=member,
        tier=tier,
        amount=0,
        currency=MembershipTerms.current().home_currency,
        interval=Price.Interval.ONCE,
        period_end=until,
        ends_at=until,
        source="staff",
    )
    pledge.move_to(Pledge.State.ACTIVE, why=f"given by the newsroom: {reason.strip()}", by=by, at=now)
    MemberNote.objects.create(member=member, by=by, text=f"Gave {months} months of {tier}: {reason.strip()}")
    return pledge
