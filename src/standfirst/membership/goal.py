"""How many members the newsroom has, and needs: the one number that the desk, appeals and public pages show."""

from __future__ import annotations

from dataclasses import dataclass

from standfirst.membership.models import Member, MembershipTerms


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
    """Count the members now."""
    return Goal(Member.objects.paying().count(), MembershipTerms.current().goal)
