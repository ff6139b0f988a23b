"""Fetches what is true at Stripe, by whichever id we know it."""

from __future__ import annotations

import re
from collections.abc import Callable

from stripe import StripeClient

from standfirst.payments.providers.interface import (
    AgreementState,
    Credentials,
    Interval,
    PaymentFact,
    PaymentState,
    ProviderError,
    Snapshot,
)
from standfirst.payments.providers.stripe import instruments
from standfirst.payments.providers.stripe.amounts import from_stripe
from standfirst.payments.providers.stripe.client import Json, client_of, everything, id_of, plain, talking
from standfirst.payments.providers.stripe.facts import Due, asking, charge_fact, intent_fact
from standfirst.payments.providers.stripe.notices import METADATA_KEY
from standfirst.payments.providers.stripe.subscriptions import subscription_snapshot
from standfirst.payments.providers.stripe.terms import subscription_of

_OUR_KEY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def fetch(account: Credentials, object_id: str) -> Snapshot:
    """Return what is true now about the agreement that `object_id` belongs to. Raises ProviderError."""
    client = client_of(account)
    with talking():
        if _OUR_KEY.fullmatch(object_id):
            return _by_our_key(client, object_id)
        look = FINDERS.get(object_id.partition("_")[0])
        if look is None:
            raise ProviderError(f"{object_id!r} is no id of Stripe's that we know.", code="unknown")
        return look(client, object_id)


def _session(client: StripeClient, name: str) -> Snapshot:
    """A checkout: what came of it, or that the payer is still there."""
    session = plain(
        client.v1.checkout.sessions.retrieve(name, {"expand": ["payment_intent.latest_charge.balance_transaction"]})
    )
    if session["mode"] == "setup":
        return _subscription(client, (session.get("metadata") or {}).get("subscription", ""))
    if session["status"] == "complete":
        if subscription := id_of(session.get("subscription")):
            return subscription_snapshot(client, subscription)
        return _paid_once(client, session)
    # What was tried and declined on the page is between the payer and the bank: no payment of ours.
    state = AgreementState.ABANDONED if session["status"] == "expired" else AgreementState.OPEN
    return Snapshot(name, state)


def _paid_once(client: StripeClient, session: Json) -> Snapshot:
    intent = session.get("payment_intent")
    if not intent:  # nothing was to be paid
        return Snapshot(session["id"], AgreementState.ACTIVE, interval=Interval.ONCE)
    return _once(client, intent, object_id=session["id"])


def _once(client: StripeClient, intent: Json, *, object_id: str) -> Snapshot:
    """A single payment. One that fails after the payer has left (a debit) ends the agreement."""
    fact = intent_fact(intent, Due(), asking(client))
    charge = intent.get("latest_charge") or {}
    name, expires = instruments.shown(charge.get("payment_method_details"))
    return Snapshot(
        object_id,
        AgreementState.ENDED if fact.state is PaymentState.FAILED else AgreementState.ACTIVE,
        payments=(fact,),
        customer_id=id_of(intent.get("customer")),
        amount=from_stripe(intent["amount"], intent["currency"]),
        interval=Interval.ONCE,
        instrument=name,
        instrument_expires=expires,
    )


def _subscription(client: StripeClient, name: str) -> Snapshot:
    if not name.startswith("sub_"):
        raise ProviderError(f"{name!r} is no subscription.", code="unknown")
    return subscription_snapshot(client, name)


def _customer(client: StripeClient, name: str) -> Snapshot:
    """The one subscription of a customer that has not ended: lists of members from elsewhere name only the customer."""
    rows = everything(client.v1.subscriptions.list({"customer": name, "limit": 100}))
    found = [row["id"] for row in rows if row["status"] not in {"canceled", "incomplete_expired"}]
    if len(found) != 1:
        many = f"{len(found)} running subscriptions" if found else "no running subscription"
        raise ProviderError(f"The customer {name} has {many} at Stripe.", code="unknown")
    return _subscription(client, found[0])


def _intent(client: StripeClient, name: str) -> Snapshot:
    """A payment: of an invoice, of a checkout, or one that we did not make."""
    of = everything(
        client.v1.invoice_payments.list(
            {"payment": {"type": "payment_intent", "payment_intent": name}, "expand": ["data.invoice"]}
        )
    )
    if of and (subscription := subscription_of(of[0]["invoice"])):
        return _subscription(client, subscription)
    for session in everything(client.v1.checkout.sessions.list({"payment_intent": name})):
        return _session(client, session["id"])
    found = client.v1.payment_intents.retrieve(name, {"expand": ["latest_charge.balance_transaction"]})
    return _once(client, plain(found), object_id=name)


def _charge(client: StripeClient, name: str) -> Snapshot:
    charge = plain(client.v1.charges.retrieve(name, {"expand": ["balance_transaction"]}))
    if intent := id_of(charge.get("payment_intent")):
        return _intent(client, intent)
    fact: PaymentFact = charge_fact(charge, Due(), asking(client))
    return Snapshot(name, AgreementState.ACTIVE, payments=(fact,), amount=fact.amount, interval=Interval.ONCE)


def _invoice(client: StripeClient, name: str) -> Snapshot:
    invoice = plain(client.v1.invoices.retrieve(name))
    subscription = subscription_of(invoice)
    if not subscription:
        raise ProviderError(f"The invoice {name} belongs to no subscription.", code="unknown")
    return _subscription(client, subscription)


def _by_our_key(client: StripeClient, key: str) -> Snapshot:
    """What we began and lost the id of: Stripe finds it by the key that we wrote on it.

    Its search lags up to a minute behind (https://docs.stripe.com/search).
    """
    query = f"metadata['{METADATA_KEY}']:'{key}'"
    for row in plain(client.v1.subscriptions.search({"query": query}))["data"]:
        return _subscription(client, row["id"])
    for row in plain(client.v1.payment_intents.search({"query": query}))["data"]:
        return _intent(client, row["id"])
    raise ProviderError(f"Nothing at Stripe carries the key {key}, or not yet.", code="unknown")


FINDERS: dict[str, Callable[[StripeClient, str], Snapshot]] = {
    "cs": _session,
    "sub": _subscription,
    "cus": _customer,
    "pi": _intent,
    "ch": _charge,
    "py": _charge,
    "in": _invoice,
}
