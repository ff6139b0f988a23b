"""End a test, with a winner or without."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from standfirst.accounts.models import User
from standfirst.appeals.models import Appeal, TrialDecision, Variant
from standfirst.appeals.trials.deciding import locked_on_trial, write_down


@transaction.atomic
def end_trial(*, appeal: Appeal, by: User, winner: Variant | None = None, why: str = "") -> Appeal:
    """Show everybody the `winner` from now on, or the control when there is none. Raises CannotDecide."""
    kept = locked_on_trial(appeal)
    chosen = Variant.objects.get(pk=winner.pk, appeal=kept) if winner else None
    kept.trial_ended, kept.winner = timezone.now(), chosen
    kept.save(update_fields=["trial_ended", "winner"])
    kind = TrialDecision.Kind.WON if chosen else TrialDecision.Kind.ENDED
    write_down(kept, kind, by=by, why=why, variant=chosen)
    return kept
