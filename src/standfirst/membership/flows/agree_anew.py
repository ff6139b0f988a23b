"""A new agreement about a running pledge: where a provider cannot change the old one, or it is of no use any more."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from standfirst.kit.money import Money
from standfirst.membership.actions.begin_payment import order_of
from standfirst.membership.changing import CannotChange
from standfirst.membership.flows.offers import Wish, ways_to_pay
from standfirst.membership.models import Pledge, Renewal
from standfirst.payments.actions.start_agreement import make_agreement, start_agreement
from standfirst.payments.models import Agreement, ProviderAccount
from standfirst.payments.providers.interface import Agree, Interval


def agree_anew(*, pledge: Pledge, wish: Wish | None, language: str) -> str:
    """Return where the member agrees anew: to `wish`, or to what is pledged already when that is None.

    The old agreement goes on until the new one is in force; what is paid already is not paid twice, because the first
    payment is due when that time is over. Raises CannotChange and ProviderError.
    """
    money, interval = (wish.money, wish.price.interval) if wish else (pledge.money, pledge.interval)
    account = _account(pledge, money, interval)
    agreement = _agreement(pledge, account, money, interval)
    due = _first_charge_at(pledge)
    path = reverse("pledge_back", args=[pledge.number])
    description = _("Membership: {tier}").format(tier=pledge.tier.text(language).name)
    ordered = order_of(pledge.member.email, language, description, (path, path))

    def order(about: Agreement) -> Agree:
        return replace(ordered(about), first_charge_at=due)

    agreement = start_agreement(agreement=agreement, order=order)
    return agreement.url or path


def _account(pledge: Pledge, money: Money, interval: str) -> ProviderAccount:
    """The account that is paid through now if it takes new payers, else the first that does."""
    accounts = ways_to_pay(money.currency, interval)
    if not accounts:
        raise CannotChange(_("There is no way to pay this just now. Please write to us."))
    now = pledge.agreement.account_id if pledge.agreement else None
    return next((account for account in accounts if account.pk == now), accounts[0])


@transaction.atomic
def _agreement(pledge: Pledge, account: ProviderAccount, money: Money, interval: str) -> Agreement:
    """The agreement that was begun about the same already, else a new one: two taps begin one."""
    kept = Pledge.objects.locked().get(pk=pledge.pk)
    if kept.renewals.filter(state=Renewal.State.ASKED).exists():
        raise CannotChange(_("A payment is being collected just now; try again in a few minutes."))
    begun = Agreement.objects.filter(
        reference=pledge.reference,
        account=account,
        amount=money.amount,
        currency=money.currency,
        interval=interval,
        state__in={Agreement.State.NEW, Agreement.State.OPEN},
        made_at__gt=timezone.now() - timedelta(minutes=20),
    )
    found = begun.order_by("-pk").first()
    return found or make_agreement(
        account=account, reference=pledge.reference, amount=money, interval=Interval(interval)
    )


def _first_charge_at(pledge: Pledge) -> datetime | None:
    is_paid = pledge.period_end is not None and pledge.period_end > timezone.now()
    return pledge.period_end if is_paid and pledge.state in Pledge.COUNTING else None
