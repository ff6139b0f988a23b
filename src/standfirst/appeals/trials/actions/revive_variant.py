"""Show a stopped variant again."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from standfirst.accounts.models import User
from standfirst.appeals.models import Appeal, TrialDecision, Variant
from standfirst.appeals.trials.deciding import locked_on_trial, write_down


@transaction.atomic
def revive_variant(*, appeal: Appeal, variant: Variant, why: str, by: User) -> bool:
    """Show `variant` again; False when it is shown. The rule does not stop it a second time. Raises CannotDecide.

    Each device chooses anew: else only new readers would see it, and they join less often than those who come back.
    """
    kept = locked_on_trial(appeal)
    own = Variant.objects.get(pk=variant.pk, appeal=kept)
    if own.stopped_at is None:
        return False
    own.stopped_at = None
    own.save(update_fields=["stopped_at"])
    kept.shuffled_at = timezone.now()
    kept.save(update_fields=["shuffled_at"])
    write_down(kept, TrialDecision.Kind.REVIVED, by=by, why=why, variant=own)
    return True


def revived(appeal: Appeal) -> set[int]:
    """Return the variants that staff showed again in the test that is running, or ran last."""
    lines = TrialDecision.objects.filter(appeal=appeal, kind=TrialDecision.Kind.REVIVED, at__gte=appeal.trial_begun)
    return {pk for pk in lines.values_list("variant_id", flat=True) if pk is not None}
