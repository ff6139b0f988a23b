"""How many members the newsroom has, and needs: the one number that the desk, appeals and public pages show.

The desk counts it anew each time. Appeals stand on nearly every page, so the number that they show is kept in a row of
its own: it follows the true one, but not more often than every five minutes, and only a change of it makes them anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q

from standfirst.membership.models import MembershipTerms, Pledge, ShownGoal

EVERY = timedelta(minutes=5)
"""So often at most does the number on public pages change, however many join."""


@dataclass(frozen=True)
class Goal:
    """`members` who have a pledge that counts now, of the `wanted` that the newsroom set itself as a goal."""

    members: int
    wanted: int

    @property
    def missing(self) -> int:
        """How many members are missing; 0 when the goal is reached."""
        return max(self.wanted - self.members, 0)

    @property
    def share(self) -> float:
        """What part of the goal is reached, from 0 to 1; 1 when no goal is set."""
        return min(self.members / self.wanted, 1.0) if self.wanted else 1.0


def current_goal() -> Goal:
    """Count the members now: each once, however many of their pledges count."""
    counted = Pledge.objects.counting().aggregate(members=Count("member", distinct=True))
    return Goal(counted["members"], MembershipTerms.current().goal)


def shown_goal() -> Goal | None:
    """What public pages show: the number as it was at most some minutes ago; `None` before the first was kept."""
    kept = ShownGoal.objects.first()
    return Goal(kept.members, kept.wanted) if kept else None


def show_goal(now: datetime) -> bool:
    """Let public pages show the number of `now`; False when they do, or it changed less than five minutes ago.

    Another goal is shown at once. One conditional statement: of several nodes one writes.
    """
    goal = current_goal()
    kept, is_new = ShownGoal.objects.get_or_create(
        pk=1, defaults={"members": goal.members, "wanted": goal.wanted, "at": now}
    )
    is_due = Q(at__lte=now - EVERY) & ~Q(members=goal.members) | ~Q(wanted=goal.wanted)
    changed = ShownGoal.objects.filter(is_due, pk=kept.pk).update(members=goal.members, wanted=goal.wanted, at=now)
    return is_new or bool(changed)
