"""The dependency keys of appeals; the reference is docs/reference/delivery.md."""

from __future__ import annotations

from standfirst.appeals.models import Appeal, Campaign, QuietDay, Variant
from standfirst.delivery.tracing.declare import declare


def connect() -> None:
    """Declare everything; called once when the app is ready."""
    declare(Campaign, row="campaign")
    declare(Appeal, row="appeal", owner={"edition_id": "appeals"})
    declare(Variant, owner={"appeal_id": "appeal"})
    declare(QuietDay, row="quiet_day")
    for part in (Appeal.sections, Appeal.threads, Appeal.topics):
        declare(part.through, owner={"appeal_id": "appeal"})
