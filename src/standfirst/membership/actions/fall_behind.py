"""Begin and end the grace of a pledge whose payment is late."""

from __future__ import annotations

from datetime import datetime, timedelta

from standfirst.membership.models import MembershipTerms, Pledge


def fall_behind(pledge: Pledge, *, now: datetime) -> None:
    """Begin the grace in which a member keeps everything, unless it has begun. Does not save."""
    if pledge.failed_at is None:
        pledge.failed_at = now
        pledge.lapses_at = now + timedelta(days=MembershipTerms.current().grace_days)


def catch_up(pledge: Pledge) -> None:
    """Nothing is late any more. Does not save."""
    pledge.failed_at = pledge.lapses_at = None
