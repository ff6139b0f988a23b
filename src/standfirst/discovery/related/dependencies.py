"""The dependency keys of related stories; the reference is docs/reference/delivery.md."""

from __future__ import annotations

from standfirst.delivery.tracing.declare import declare, leave_out
from standfirst.discovery.related.models import RelatedChoice, RelatedList

LEFT_OUT = ("related_storyprofile", "related_nearstories", "related_waitingstory")
"""What lists are worked out from: no page shows it."""


def connect() -> None:
    """Declare everything; called once when the app is ready."""
    declare(RelatedList, owner={"article_id": "related"})
    declare(RelatedChoice, owner={"article_id": "story"}, unseen=("reason",))
    leave_out(*LEFT_OUT)
