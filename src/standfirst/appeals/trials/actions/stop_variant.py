"""Stop a variant of a running test."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from standfirst.accounts.models import User
from standfirst.appeals.models import Appeal, TrialDecision, Variant
from standfirst.appeals.trials.deciding import CannotDecide, locked_on_trial, write_down


@transaction.atomic
def stop_variant(*, appeal: Appeal, variant: Variant, why: str, by: User | None = None) -> bool:
    """Show `variant` to nobody any more; False when it is stopped already. `by` is empty where the rule stops it.

    Its readers are shared out among the others. The control is never stopped. Raises CannotDecide.
    """
    kept = locked_on_trial(appeal)
    own = Variant.objects.get(pk=variant.pk, appeal=kept)
    if own.number == Variant.CONTROL:
        raise CannotDecide("The control is not stopped: the others are compared with it. Choose a winner instead.")
    if own.stopped_at is not None:
        return False
    own.stopped_at = timezone.now()
    own.save(update_fields=["stopped_at"])
    write_down(kept, TrialDecision.Kind.STOPPED, by=by, why=why, variant=own)
    return True
