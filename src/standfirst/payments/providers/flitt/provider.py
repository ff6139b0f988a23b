"""Flitt's four verbs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from standfirst.kit.money import Money
from standfirst.payments.providers.flitt import fetching, naming, starting
from standfirst.payments.providers.flitt.client import ask, merchant_of, refusal
from standfirst.payments.providers.flitt.orders import find_order
from standfirst.payments.providers.flitt.signature import is_signed
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

PROBE = "standfirst-connection-test"
"""An order id that never exists: asking for it shows whether the credentials are good."""


class FlittProvider:
    """Cards through Flitt's page; afterwards our scheduler collects with the card's token."""

    name = "flitt"
    label = "Flitt"
    abilities = Abilities(run_by=RunBy.US, changes_amount=True, new_instrument=True)

    def start(self, account: Credentials, what: Instruction) -> Started:
        """Order a page, collect a payment, or let the payer give another card."""
        return starting.start(account, what)

    def refund(self, account: Credentials, *, payment_id: str, amount: Money, key: str) -> Refunded:
        """Reverse a part of an order or all of it (https://docs.flitt.com/api/create-reversal).

        `reverse_id` makes Flitt do it once for `key`. What was asked for and is still on its way is not final.
        """
        answer = ask(
            account,
            "reverse/order_id",
            order_id=payment_id,
            amount=amount.amount,
            currency=amount.currency,
            reverse_id=key,
        )
        status = str(answer.get("reverse_status") or "")
        if status == "declined":
            raise refusal({"error_message": "the refund was declined", **answer})
        return Refunded(str(answer.get("transaction_id") or key), amount, is_final=status == "approved")

    def read_webhook(self, account: Credentials, *, headers: Mapping[str, str], body: bytes, now: datetime) -> Notice:
        """Verify a callback (https://docs.flitt.com/api/callbacks). It carries no time of sending, so none is checked.

        Flitt sends it again after 2, 60, 300, 600, 3600 and 86400 seconds until it is answered with 200; whatever says
        the same has the same signature, which therefore names the event. An old one only makes us ask Flitt.
        """
        said = _read(body)
        try:
            merchant, key = merchant_of(account)
        except ProviderError as error:
            raise BadNotice("for an account without a payment key") from error
        if not is_signed(key, said):
            raise BadNotice("the signature is wrong")
        if str(said.get("merchant_id")) != merchant:
            raise BadNotice("of another merchant")
        order = said.get("order_id")
        if not isinstance(order, str) or not order:
            raise BadNotice("about no order")
        return Notice(
            event_id=str(said["signature"]),
            kind=f"order {said.get('order_status') or said.get('reverse_status') or ''}".strip(),
            object_ids=(order[:255],),
            reference=naming.key_of(order) if naming.is_ours(order) else "",
        )

    def fetch(self, account: Credentials, object_id: str) -> Snapshot:
        """Ask for the orders of the agreement."""
        return fetching.fetch(account, object_id)

    def settings_form(self) -> type[Any]:
        """Merchant number and payment key."""
        from standfirst.payments.providers.flitt.forms import FlittForm

        return FlittForm

    def check(self, account: Credentials) -> str:
        """Ask for an order that does not exist: Flitt says so only to whom it knows."""
        try:
            find_order(account, PROBE)
        except ProviderError as error:
            if error.code == "credentials":
                raise ProviderError(
                    _("Flitt does not know this merchant number with this payment key; copy both from its portal."),
                    code="credentials",
                ) from error
            raise
        return _("Flitt accepts merchant %(merchant)s.") % {"merchant": merchant_of(account)[0]}


def _read(body: bytes) -> dict[str, Any]:
    """Return the values of a callback, which are texts, numbers or nothing. Raises BadNotice."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadNotice("no JSON") from error
    if not isinstance(said, dict) or any(isinstance(value, dict | list) for value in said.values()):
        raise BadNotice("no callback of Flitt's")
    return said
