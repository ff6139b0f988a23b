"""The sandbox's verbs. Models are imported inside: this module is loaded before Django's models are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from standfirst.kit.money import Money
from standfirst.payments.providers.fakes import fakes_allowed
from standfirst.payments.providers.interface import (
    Abilities,
    BadNotice,
    Credentials,
    Instruction,
    Notice,
    ProviderError,
    Refunded,
    RunBy,
    Snapshot,
    Started,
)


class SandboxProvider:
    """Our scheduler collects, as with Flitt. It sends no messages: its page orders the fetch itself."""

    name = "sandbox"
    label = "Sandbox"
    abilities = Abilities(run_by=RunBy.US, changes_amount=True, new_instrument=True, webhooks=False)

    def start(self, account: Credentials, what: Instruction) -> Started:
        """Write an order, collect a payment, or lead to the page where another card is given."""
        from standfirst.payments.providers.sandbox import world

        _refuse_where_money_is()
        return world.start(what)

    def refund(self, account: Credentials, *, payment_id: str, amount: Money, key: str) -> Refunded:
        """Give back, once for the key."""
        from standfirst.payments.providers.sandbox import world

        _refuse_where_money_is()
        return world.refund(payment_id, amount, key)

    def read_webhook(self, account: Credentials, *, headers: Mapping[str, str], body: bytes, now: datetime) -> Notice:
        """Refuse: the sandbox sends nothing."""
        raise BadNotice("the sandbox sends no messages")

    def fetch(self, account: Credentials, object_id: str) -> Snapshot:
        """What was chosen so far."""
        from standfirst.payments.providers.sandbox import world

        _refuse_where_money_is()
        return world.fetch(object_id)

    def settings_form(self) -> type[Any]:
        """Nothing to set."""
        from standfirst.payments.providers.sandbox.forms import SandboxForm

        return SandboxForm

    def check(self, account: Credentials) -> str:
        """Say that nothing is real."""
        _refuse_where_money_is()
        return _("The sandbox works. Nobody pays anything in it.")


def _refuse_where_money_is() -> None:
    if not fakes_allowed():
        raise ProviderError(
            "The sandbox is for the demo and for tests; this site is in production. Close its account.", code="sandbox"
        )
