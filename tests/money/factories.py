"""Rows that tests of money start from. Amounts are minor units."""

from __future__ import annotations

import itertools
from typing import Any

from django.utils import timezone

from standfirst.accounts.models import User
from standfirst.membership.models import Member, Pledge, Price, Tier
from standfirst.payments.models import Agreement, Payment, ProviderAccount

_numbers = itertools.count(1)


def account(provider: str = "plain", **given: Any) -> ProviderAccount:
    """An account at a provider, whose webhooks are signed with `secret`."""
    found = ProviderAccount(**{"provider": provider, "label": provider.title(), "currencies": ["GEL", "EUR"]} | given)
    found.keep_secrets(signing="secret")
    found.save()
    return found


def agreement(at: ProviderAccount | None = None, **given: Any) -> Agreement:
    """An agreement about 12 GEL a month."""
    values = {"reference": "pledge:0", "amount": 1200, "currency": "GEL", "interval": Agreement.Interval.MONTH}
    return Agreement.objects.create(account=at or account(), **values | given)


def payment(of: Agreement | None = None, **given: Any) -> Payment:
    """A settled payment of an agreement; its books are written."""
    from standfirst.payments import ledger

    of = of or agreement()
    values = {
        "provider_id": f"payment-{next(_numbers)}",
        "amount": of.amount,
        "currency": of.currency,
        "at": timezone.now(),
        "state": Payment.State.SETTLED,
    } | given
    if values["state"] in Payment.DISPUTABLE:
        values.setdefault("disputed", values["amount"] - values.get("refunded", 0))
    found = Payment.objects.create(account=of.account, agreement=of, **values)
    ledger.write(found, kind=found.state, at=found.at)
    return found


def tier(**given: Any) -> Tier:
    """A tier with a price of 12 GEL a month, at least 0."""
    number = next(_numbers)
    found = Tier.objects.create(**{"slug": f"tier-{number}", "name": f"Tier {number}"} | given)
    price(found)
    return found


def price(of: Tier, **given: Any) -> Price:
    """A price."""
    values = {
        "currency": "GEL",
        "interval": Price.Interval.MONTH,
        "amount": 1200,
        "minimum": 0,
        "suggested": [600, 1200, 2400],
    }
    return Price.objects.create(tier=of, **values | given)


def member(email: str = "", **given: Any) -> Member:
    """A member with an identity of their own."""
    user = User.objects.create_user(email or f"member-{next(_numbers)}@readers.example")
    return Member.objects.create(user=user, **given)


def pledge(of: Member | None = None, **given: Any) -> Pledge:
    """An active pledge of 12 GEL a month."""
    values = {"amount": 1200, "currency": "GEL", "interval": Price.Interval.MONTH, "price_amount": 1200}
    values["state"] = Pledge.State.ACTIVE
    return Pledge.objects.create(member=of or member(), **{"tier": given.pop("tier", None) or tier()} | values | given)
