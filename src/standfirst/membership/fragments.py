"""What stands of membership on public pages: the goal, made anew only when its number changes; the way to join."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language

from standfirst.delivery.fragments import fragment
from standfirst.membership.goal import shown_goal
from standfirst.membership.models import Price


@fragment("goal", template="theme/fragments/goal.html")
def goal(request: HttpRequest) -> dict[str, Any] | None:
    """How many members there are, of how many wanted; nothing where no goal is set, or nobody has joined."""
    found = shown_goal()
    return {"goal": found} if found and found.wanted and found.members else None


@fragment("joining", template="theme/fragments/joining.html")
def joining(request: HttpRequest) -> dict[str, Any] | None:
    """The way to join, below the pages that say why; nothing while nothing can be joined."""
    if not Price.objects.filter(is_open=True, tier__is_open=True).exists():
        return None
    return {"url": f"/join/?lang={get_language() or ''}&source=page"}
