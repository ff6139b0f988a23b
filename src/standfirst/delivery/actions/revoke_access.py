"""End the access of somebody whose tokens are still about."""

from __future__ import annotations

from standfirst.delivery.purging.taking import ACCESS
from standfirst.delivery.tracing.changes import change


def revoke_access(*, subject: str) -> None:
    """Let no token issued for `subject` until now count any more, on every node, when the transaction commits."""
    change(f"{ACCESS}{subject}")
