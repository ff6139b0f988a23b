"""Let a payer agree to pay."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.utils import timezone

from standfirst.kit.money import Money
from standfirst.payments.models import Agreement, ProviderAccount
from standfirst.payments.providers.interface import Agree, Interval, Started


def make_agreement(*, account: ProviderAccount, reference: str, amount: Money, interval: Interval) -> Agreement:
    """Write the agreement down, before the provider hears of it."""
    return Agreement.objects.create(
        account=account, reference=reference, amount=amount.amount, currency=amount.currency, interval=interval.value
    )


def start_agreement(*, agreement: Agreement, order: Callable[[Agreement], Agree]) -> Agreement:
    """Begin `agreement` at its provider with what `order` makes of it, and keep where the payer goes on.

    The provider is asked outside of any transaction, with the agreement's own key: whoever is killed or asks twice at
    the same time gets the same agreement there. Raises ProviderError; then nothing has changed but perhaps at the
    provider, where the same key will find it.
    """
    if agreement.state != Agreement.State.NEW:
        return agreement
    started = agreement.account.verbs.start(agreement.account.credentials, order(agreement))
    return _keep(agreement, started)


@transaction.atomic
def _keep(agreement: Agreement, started: Started) -> Agreement:
    kept = Agreement.objects.locked().get(pk=agreement.pk)
    if kept.state == Agreement.State.NEW:
        kept.move_to(Agreement.State.OPEN)
        kept.object_id = started.object_id
        kept.url = started.url
        kept.lines = [list(line) for line in started.lines]
        kept.expires_at = started.expires_at
        kept.checked_at = timezone.now()
        kept.save()
    return kept
