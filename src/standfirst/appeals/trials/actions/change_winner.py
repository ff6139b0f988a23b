"""Show another variant of a test that is over."""

from __future__ import annotations

from django.db import transaction

from standfirst.accounts.models import User
from standfirst.appeals.models import Appeal, TrialDecision, Variant
from standfirst.appeals.trials.deciding import CannotDecide, locked, write_down


@transaction.atomic
def change_winner(*, appeal: Appeal, winner: Variant, by: User, why: str = "") -> bool:
    """Show everybody `winner` instead of what was chosen when the test ended; False when they see it already.

    What was counted stays as it is. Raises CannotDecide while no test is over.
    """
    kept = locked(appeal)
    if kept.trial_ended is None:
        raise CannotDecide("No test of this appeal is over. Choose a winner when it has run.")
    chosen = Variant.objects.get(pk=winner.pk, appeal=kept)
    if [variant.pk for variant in kept.wordings()] == [chosen.pk]:
        return False
    kept.winner = chosen
    kept.save(update_fields=["winner"])
    write_down(kept, TrialDecision.Kind.WON, by=by, why=why, variant=chosen)
    return True
