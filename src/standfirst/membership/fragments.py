"""What stands of membership on public pages: the goal in appeals, made anew only when its number changes."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from standfirst.delivery.fragments import fragment
from standfirst.membership.goal import shown_goal


@fragment("goal", template="theme/fragments/goal.html")
def goal(request: HttpRequest) -> dict[str, Any] | None:
    """How many members there are, of how many wanted; nothing where no goal is set, or nobody has joined."""
    found = shown_goal()
    return {"goal": found} if found and found.wanted and found.members else None
