"""What all decisions about a test have in common: the lock on the appeal, what cannot be decided, and the history."""

from __future__ import annotations

from django.utils import timezone

from standfirst.accounts.models import User
from standfirst.appeals.models import Appeal, TrialDecision, Variant


class CannotDecide(Exception):
    """Why this cannot be decided now; a sentence for staff."""


def locked(appeal: Appeal) -> Appeal:
    """Return the appeal as it is in the database, locked until the transaction ends."""
    return Appeal.objects.select_for_update(of=("self",)).get(pk=appeal.pk)


def locked_on_trial(appeal: Appeal) -> Appeal:
    """As `locked`. Raises CannotDecide when no test is running."""
    kept = locked(appeal)
    if not kept.is_on_trial:
        raise CannotDecide("No test of this appeal is running. Begin one first.")
    return kept


def write_down(
    appeal: Appeal, kind: TrialDecision.Kind, *, by: User | None, why: str = "", variant: Variant | None = None
) -> TrialDecision:
    """Add a line to the history."""
    return TrialDecision.objects.create(
        appeal=appeal, kind=kind, by=by, why=why[:300], variant=variant, at=timezone.now()
    )
