"""The dependency keys of appeals; the reference is docs/reference/delivery.md."""

from __future__ import annotations

from standfirst.appeals.models import Appeal, Campaign, QuietDay, TrialDecision, Variant
from standfirst.delivery.tracing.declare import declare, leave_out


def connect() -> None:
    """Declare everything; called once when the app is ready."""
    declare(Campaign, row="campaign")
    declare(Appeal, row="appeal", owner={"edition_id": "appeals"})
    declare(Variant, owner={"appeal_id": "appeal"})
    declare(QuietDay, row="quiet_day")
    leave_out(TrialDecision._meta.db_table)
    for part in (Appeal.sections, Appeal.threads, Appeal.topics):
        declare(part.through, owner={"appeal_id": "appeal"})
