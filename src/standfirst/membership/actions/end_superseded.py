"""End at its provider what another agreement of the same pledge has replaced, so that nobody pays twice."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import transaction
from django.db.models import Count

from standfirst.membership.changing import tell_provider
from standfirst.membership.models import ChangeOrder, Pledge
from standfirst.membership.renewing import accounts_run_by
from standfirst.payments.models import Agreement
from standfirst.payments.providers.interface import RunBy

GOING_ON = (Agreement.State.ACTIVE, Agreement.State.FAILING, Agreement.State.PAUSED)


def superseded() -> Iterator[Agreement]:
    """Agreements that providers collect by and whose pledges are paid by another that is in force."""
    theirs = set(accounts_run_by(RunBy.PROVIDER))
    going_on = Agreement.objects.filter(state__in=GOING_ON, reference__startswith="pledge:")
    several = going_on.values("reference").annotate(count=Count("pk")).filter(count__gt=1).values("reference")
    for agreement in going_on.filter(reference__in=several, account__in=theirs):
        if _replaced_in(agreement) is not None:
            yield agreement


def _replaced_in(agreement: Agreement) -> Pledge | None:
    """The pledge that is paid by another agreement now and whose provider was not told yet; None when there is none."""
    pledge = Pledge.objects.filter(pk=agreement.reference.partition(":")[2]).select_related("agreement").first()
    if pledge is None or pledge.agreement is None or pledge.agreement_id == agreement.pk:
        return None
    is_told = ChangeOrder.objects.filter(agreement=agreement, ends_now=True).exists()
    return None if is_told or pledge.agreement.state not in GOING_ON else pledge


def end_superseded(agreement: Agreement) -> bool:
    """Order the end of `agreement` at its provider, once; return whether the provider knows."""
    with transaction.atomic():
        kept = Agreement.objects.locked().get(pk=agreement.pk)
        pledge = _replaced_in(kept)
        if kept.state not in GOING_ON or pledge is None:
            return False
        pledge.note(f"agreement {kept.pk} is ended: another has replaced it")
        order = ChangeOrder.objects.create(pledge=pledge, agreement=kept, ends_now=True)
    return tell_provider(order)
