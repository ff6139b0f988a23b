"""Lead a payer to the provider."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from standfirst.kit.money import Money
from standfirst.membership.models import Gift, Pledge
from standfirst.payments.actions.start_agreement import make_agreement, start_agreement
from standfirst.payments.models import Agreement, ProviderAccount
from standfirst.payments.providers.interface import Agree, Interval

TIME_TO_PAY = timedelta(minutes=2)
"""Less than this before a provider's page closes, nobody is sent there any more."""


def begin_payment(*, pledge: Pledge, account: ProviderAccount, language: str) -> Agreement:
    """Return the agreement by which `pledge` is to be paid through `account`, begun at the provider.

    One that is begun already on the same terms is returned again. Raises ProviderError; the same call may be repeated.
    """
    agreement = _agreement_of(pledge, account)
    description = _("Membership: {tier}").format(tier=pledge.tier.text(language).name)
    paths = (reverse("join_back", args=[pledge.number]), f"{reverse('join_back', args=[pledge.number])}?left=1")
    return start_agreement(agreement=agreement, order=order_of(pledge.member.email, language, description, paths))


def begin_gift_payment(*, gift: Gift, account: ProviderAccount, language: str) -> Agreement:
    """Return the agreement by which `gift` is to be paid through `account`, begun at the provider."""
    agreement = _agreement_of_gift(gift, account)
    description = _("A gift: {tier}").format(tier=gift.tier.text(language).name)
    path = reverse("gift_back", args=[agreement.key])
    return start_agreement(
        agreement=agreement, order=order_of(gift.giver_email, language, description, (path, f"{path}?left=1"))
    )


def order_of(email: str, language: str, description: str, paths: tuple[str, str]) -> Callable[[Agreement], Agree]:
    """Return what makes the order that a provider gets; `paths` are ours to return to after paying, or without."""
    base = settings.WAGTAILADMIN_BASE_URL

    def order(agreement: Agreement) -> Agree:
        return Agree(
            key=str(agreement.key),
            reference=agreement.reference,
            amount=agreement.money,
            interval=Interval(agreement.interval),
            description=description,
            email=email,
            language=language,
            return_url=f"{base}{paths[0]}",
            cancel_url=f"{base}{paths[1]}",
            webhook_url=f"{base}{reverse('payments:webhook', args=[agreement.account_id])}",
        )

    return order


@transaction.atomic
def _agreement_of(pledge: Pledge, account: ProviderAccount) -> Agreement:
    kept = Pledge.objects.locked().get(pk=pledge.pk)
    found = kept.agreement
    if found is not None and _goes_on(found, account, kept.money, kept.interval):
        return found
    kept.agreement = make_agreement(
        account=account, reference=kept.reference, amount=kept.money, interval=Interval(kept.interval)
    )
    kept.save(update_fields=["agreement"])
    return kept.agreement


@transaction.atomic
def _agreement_of_gift(gift: Gift, account: ProviderAccount) -> Agreement:
    kept = Gift.objects.select_for_update(of=("self",)).get(pk=gift.pk)
    found = kept.agreement
    if found is not None and _goes_on(found, account, kept.money, Interval.ONCE):
        return found
    kept.agreement = make_agreement(
        account=account, reference=kept.reference, amount=kept.money, interval=Interval.ONCE
    )
    kept.save(update_fields=["agreement"])
    return kept.agreement


def _goes_on(agreement: Agreement, account: ProviderAccount, money: Money, interval: str) -> bool:
    """Whether a payer can still be sent to it, for what is wanted now."""
    if agreement.state not in {Agreement.State.NEW, Agreement.State.OPEN}:
        return False
    if agreement.expires_at is not None and agreement.expires_at - timezone.now() < TIME_TO_PAY:
        return False
    return (agreement.account_id, agreement.money, agreement.interval) == (account.pk, money, interval)
