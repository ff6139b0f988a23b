"""Pledges that live at the plain provider, for tests of how they go on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.money import factories
from tests.money.plain import PlainProvider

from standfirst.membership.models import Pledge
from standfirst.payments.actions.apply_snapshot import refresh
from standfirst.payments.actions.start_agreement import start_agreement
from standfirst.payments.models import Agreement, ProviderAccount
from standfirst.payments.providers.interface import Agree, Interval

BEGIN = datetime(2027, 1, 31, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
COLLECTED = "start Collect"


def order(agreement: Agreement) -> Agree:
    return Agree(
        str(agreement.key), agreement.reference, agreement.money, Interval(agreement.interval), "Supporter",
        "ana@readers.example", "en", "https://x/back", "https://x/cancel", "https://x/hook",
    )  # fmt: skip


def paid_pledge(
    provider: PlainProvider, *, at: datetime = BEGIN, account: ProviderAccount | None = None, **given: Any
) -> Pledge:
    """A pledge whose first payment came at `at`; the provider says nothing of periods unless it collects itself."""
    pledge = factories.pledge(state=Pledge.State.PENDING, **given)
    paid_by = account or ProviderAccount.objects.filter(provider="plain").first() or factories.account()
    return pay_anew(provider, pledge, paid_by, at=at)


def pay_anew(provider: PlainProvider, pledge: Pledge, account: ProviderAccount, *, at: datetime) -> Pledge:
    """Let the member of `pledge` agree and pay."""
    agreement = factories.agreement(
        account, reference=pledge.reference, amount=pledge.amount, currency=pledge.currency, interval=pledge.interval
    )
    agreement = start_agreement(agreement=agreement, order=order)
    provider.pay(agreement.object_id, at=at)
    if provider.abilities.run_by == "us":
        provider.change(agreement.object_id, period_end=None)
    refresh(agreement)
    return Pledge.objects.select_related("member", "agreement").get(pk=pledge.pk)


def again(pledge: Pledge) -> Pledge:
    """The pledge as it is in the database now."""
    return Pledge.objects.select_related("member", "agreement").get(pk=pledge.pk)
