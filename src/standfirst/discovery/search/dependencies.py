"""The dependency keys of the search; the reference is docs/reference/delivery.md."""

from __future__ import annotations

from standfirst.delivery.tracing.declare import declare, leave_out
from standfirst.discovery.search.models import PublicDocument

LEFT_OUT = ("story_search_staffdocument", "story_search_vocabularyword", "story_search_waiting")
"""What staff find, what typing errors are compared with, and what has to be done: no page shows it."""


def connect() -> None:
    """Declare everything; called once when the app is ready."""
    declare(PublicDocument, row="found", columns={"edition_id": "searched"})
    leave_out(*LEFT_OUT)
