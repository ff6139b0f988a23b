"""Take on an agreement that a payer made at a provider before the newsroom came here."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction

from standfirst.payments.actions.apply_snapshot import apply_snapshot
from standfirst.payments.models import Agreement, ProviderAccount
from standfirst.payments.providers.interface import AgreementState, Interval, Snapshot

RUNNING = frozenset({AgreementState.ACTIVE, AgreementState.FAILING, AgreementState.PAUSED})


class CannotAdopt(Exception):
    """Why something at a provider cannot be taken on; a sentence for staff."""


def adoptable(account: ProviderAccount, snapshot: Snapshot) -> Agreement | None:
    """Return the agreement that is this one already, None when it can be taken on. Raises CannotAdopt."""
    for name in filter(None, (snapshot.mandate_id, snapshot.object_id)):
        known = Agreement.objects.known_as(account, name).first()
        if known is not None:
            return known
    if snapshot.state not in RUNNING:
        raise CannotAdopt(f"{snapshot.object_id} is {snapshot.state.value} at the provider; there is nothing to go on.")
    if snapshot.remark:
        raise CannotAdopt(snapshot.remark)
    if snapshot.amount is None or snapshot.interval is None or snapshot.interval is Interval.ONCE:
        raise CannotAdopt(f"{snapshot.object_id} is nothing that is paid again and again.")
    return None


@transaction.atomic
def adopt_agreement(
    *, account: ProviderAccount, reference: str, snapshot: Snapshot, take: Callable[[Agreement], None]
) -> Agreement:
    """Write down what `adoptable` let through, for `reference`, with all payments of it; nobody types a card again.

    `take` is called before the first news of it are told, so that whoever asked knows it by then.
    """
    if snapshot.amount is None or snapshot.interval is None:
        raise CannotAdopt(f"{snapshot.object_id} has no amount.")
    agreement = Agreement.objects.create(
        account=account,
        reference=reference,
        amount=snapshot.amount.amount,
        currency=snapshot.amount.currency,
        interval=snapshot.interval.value,
        object_id=snapshot.object_id,
        mandate_id=snapshot.mandate_id,
        customer_id=snapshot.customer_id,
        asked=1,
    )
    take(agreement)
    return apply_snapshot(agreement=agreement, snapshot=snapshot, number=1)
