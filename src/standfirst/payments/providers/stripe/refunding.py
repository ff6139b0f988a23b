"""Gives money back through Stripe."""

from __future__ import annotations

from typing import Any

from standfirst.kit.money import Money
from standfirst.payments.providers.interface import Credentials, ProviderError, Refunded, RefundState
from standfirst.payments.providers.stripe.amounts import from_stripe, to_stripe
from standfirst.payments.providers.stripe.client import Json, client_of, everything, plain, talking
from standfirst.payments.providers.stripe.facts import REFUNDS
from standfirst.payments.providers.stripe.notices import REFUND_KEY


def refund(account: Credentials, *, payment_id: str, amount: Money, key: str) -> Refunded:
    """Give `amount` of the payment intent or charge `payment_id` back, once for `key`. Raises ProviderError.

    Stripe forgets an idempotency key after a day; a refund that is asked for again later is found by its metadata.
    One that has failed is not tried anew by the same key: that somebody decides who knows where the money may go.
    """
    name = _name(payment_id)
    client = client_of(account)
    filters: Any = {name: payment_id, "limit": 100}
    with talking():
        for made in everything(client.v1.refunds.list(filters)):
            if (made.get("metadata") or {}).get(REFUND_KEY) == key:
                return _refunded(made)
        asked = {name: payment_id, "amount": to_stripe(amount), "metadata": {REFUND_KEY: key}}
        found = client.v1.refunds.create(asked, {"idempotency_key": f"refund:{key}"})  # type: ignore[arg-type]
    return _refunded(plain(found))


def _name(payment_id: str) -> str:
    if payment_id.startswith("pi_"):
        return "payment_intent"
    if payment_id.startswith(("ch_", "py_")):
        return "charge"
    sentence = f"{payment_id} was paid outside of Stripe; give it back by hand and record that."
    raise ProviderError(sentence, code="not_refundable")


def _refunded(made: Json) -> Refunded:
    if REFUNDS.get(made["status"]) is RefundState.FAILED:
        reason = made.get("failure_reason") or made["status"]
        raise ProviderError(f"Stripe could not give {made['id']} back: {reason}", code="refund_failed")
    return Refunded(made["id"], from_stripe(made["amount"], made["currency"]), is_final=made["status"] == "succeeded")
