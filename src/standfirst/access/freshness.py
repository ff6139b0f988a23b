"""What a closed story's page shows of membership, and when it is made anew.

Membership's own tables make no page stale (a payment must not); tiers, prices and terms change rarely, and the wall
has to name the price of today.
"""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_delete, post_save

from standfirst.delivery import trace
from standfirst.delivery.tracing.changes import change
from standfirst.membership.models import MembershipTerms, Price, Tier, TierText

OFFER = "access:offer"
"""The dependency key of what can be joined, and for how much."""


def depend_on_the_offer() -> None:
    """Let the page that renders now be made anew when the offer changes."""
    trace.record(OFFER)


def connect() -> None:
    """Listen to the offer's tables; called once when the app is ready."""
    for model in (Tier, TierText, Price, MembershipTerms):
        for signal in (post_save, post_delete):
            signal.connect(_changed, sender=model, dispatch_uid=f"access.offer.{model.__name__}")


def _changed(**kwargs: Any) -> None:
    change(OFFER)
