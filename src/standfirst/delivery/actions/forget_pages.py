"""Have every stored page made anew, on every node and in the CDN."""

from __future__ import annotations

from standfirst.delivery.edge.rendering import EVERY_PAGE
from standfirst.delivery.tracing.changes import change


def forget_pages() -> None:
    """Make every stored page stale; readers get the old ones only while and where new ones cannot be made."""
    change(EVERY_PAGE)
