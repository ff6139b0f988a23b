"""Begin a test."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from standfirst.accounts.models import User
from standfirst.appeals.models import Appeal, TrialDecision, Variant
from standfirst.appeals.trials.deciding import CannotDecide, locked, write_down

LEAST = 2


@transaction.atomic
def begin_trial(*, appeal: Appeal, by: User) -> Appeal:
    """Show all variants of `appeal` from now on, each to as many readers, and count anew. Raises CannotDecide.

    What earlier tests decided stays in the history; a variant that one of them stopped is shown again. Each device
    chooses anew: else those who read here before would all stay with the words that they know.
    """
    kept = locked(appeal)
    if kept.is_on_trial:
        raise CannotDecide("The test is running already.")
    variants = list(Variant.objects.filter(appeal=kept))
    if len(variants) < LEAST:
        raise CannotDecide("A test compares at least two variants: write another one first.")
    if all(variant.number != Variant.CONTROL for variant in variants):
        raise CannotDecide("Variant 1, the control, is missing: it is what the others are compared with.")
    for variant in variants:
        if variant.stopped_at is not None:
            variant.stopped_at = None
            variant.save(update_fields=["stopped_at"])
    kept.trial_begun = kept.shuffled_at = timezone.now()
    kept.trial_ended, kept.winner = None, None
    kept.save(update_fields=["trial_begun", "trial_ended", "winner", "shuffled_at"])
    write_down(kept, TrialDecision.Kind.BEGUN, by=by, why=f"{len(variants)} variants")
    return kept
