"""The verbs of Stripe. What each does stands in a module of its own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from standfirst.kit.money import Money
from standfirst.payments.providers.interface import (
    Abilities,
    Agree,
    Change,
    Collect,
    Credentials,
    Instruction,
    NewInstrument,
    Notice,
    ProviderError,
    Refunded,
    RunBy,
    Snapshot,
    Started,
)
from standfirst.payments.providers.stripe import checking, notices, reading, refunding, starting

if TYPE_CHECKING:
    from standfirst.payments.providers.stripe.forms import StripeForm


class StripeProvider:
    """Stripe, through its official library."""

    name = "stripe"
    label = "Stripe"
    abilities = Abilities(run_by=RunBy.PROVIDER, pauses=True, changes_amount=True, new_instrument=True)

    def start(self, account: Credentials, what: Instruction) -> Started:
        """Begin what `what` says; the same key twice has no second effect. Raises ProviderError."""
        match what:
            case Agree():
                return starting.agree(account, what)
            case NewInstrument():
                return starting.take_new_instrument(account, what)
            case Change():
                return starting.change(account, what)
            case Collect():
                raise ProviderError("Stripe collects its subscriptions itself.", code="not_ours")

    def refund(self, account: Credentials, *, payment_id: str, amount: Money, key: str) -> Refunded:
        """Give `amount` of a payment back, once for `key`. Raises ProviderError."""
        return refunding.refund(account, payment_id=payment_id, amount=amount, key=key)

    def read_webhook(self, account: Credentials, *, headers: Mapping[str, str], body: bytes, now: datetime) -> Notice:
        """Verify the signature over the raw `body`, and say what it is about. Raises BadNotice."""
        return notices.read(account, headers=headers, body=body, now=now)

    def fetch(self, account: Credentials, object_id: str) -> Snapshot:
        """Return what is true at Stripe now: by the id of a checkout session, subscription, payment intent, charge or
        invoice, or by the key of our own agreement. Raises ProviderError."""
        return reading.fetch(account, object_id)

    def settings_form(self) -> type[StripeForm]:
        """The form of the account's settings."""
        from standfirst.payments.providers.stripe.forms import StripeForm

        return StripeForm

    def check(self, account: Credentials) -> str:
        """Ask Stripe whose key it is. Raises ProviderError."""
        return checking.check(account)
