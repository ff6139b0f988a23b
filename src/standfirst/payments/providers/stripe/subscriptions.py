"""A subscription as a snapshot, with every payment that was ever made or tried for it."""

from __future__ import annotations

from typing import Any

import stripe
from stripe import StripeClient

from standfirst.kit.money import Money
from standfirst.payments.providers.interface import (
    AgreementState,
    Interval,
    PaymentFact,
    PaymentState,
    ProviderError,
    Snapshot,
)
from standfirst.payments.providers.stripe import instruments
from standfirst.payments.providers.stripe.client import Json, everything, id_of, plain
from standfirst.payments.providers.stripe.facts import Due, asking, charge_fact, intent_fact, outside_fact
from standfirst.payments.providers.stripe.terms import current_period_end, moment, paid_with, price_of

STATES = {
    "incomplete": AgreementState.OPEN,
    "incomplete_expired": AgreementState.ABANDONED,
    "trialing": AgreementState.ACTIVE,
    "active": AgreementState.ACTIVE,
    "past_due": AgreementState.FAILING,
    "unpaid": AgreementState.FAILING,
    "paused": AgreementState.PAUSED,
    "canceled": AgreementState.ENDED,
}
"""See https://docs.stripe.com/billing/subscriptions/overview#subscription-statuses."""
CAME = frozenset({PaymentState.PENDING, PaymentState.SETTLED, PaymentState.DISPUTED, PaymentState.LOST})
EXPANDED = ["default_payment_method", "customer.invoice_settings.default_payment_method"]


def subscription_snapshot(client: StripeClient, name: str) -> Snapshot:
    """Return the subscription `name`, whichever id led to it. Raises what Stripe raises."""
    subscription = _retrieve(client, name)
    if instruments.take_new_cards(client, subscription):
        subscription = _retrieve(client, name)
    amount, interval, remark = _price(subscription)
    instrument, expires = instruments.shown(_method(subscription))
    pause = subscription.get("pause_collection") or {}
    return Snapshot(
        name,
        _state(subscription),
        payments=tuple(_payments(client, subscription)),
        mandate_id=name,
        customer_id=id_of(subscription["customer"]),
        amount=amount,
        interval=interval,
        period_end=moment(current_period_end(subscription)),
        ends_at=moment(_ends_at(subscription)),
        paused_until=moment(pause.get("resumes_at")),
        instrument=instrument,
        instrument_expires=expires,
        remark=remark,
    )


def _price(subscription: Json) -> tuple[Money | None, Interval | None, str]:
    """Amount and interval; or neither, and why: whatever somebody made of it in the dashboard, its payments count."""
    try:
        return *price_of(subscription), ""
    except ProviderError as error:
        return None, None, str(error)


def _retrieve(client: StripeClient, name: str) -> Json:
    return plain(client.v1.subscriptions.retrieve(name, {"expand": list(EXPANDED)}))


def _state(subscription: Json) -> AgreementState:
    state = STATES.get(status := subscription["status"])
    if state is None:
        raise ProviderError(f"Stripe calls the subscription {subscription['id']} {status!r}, which we do not know.")
    if state is AgreementState.ACTIVE and subscription.get("pause_collection"):
        return AgreementState.PAUSED
    return state


def _ends_at(subscription: Json) -> int | None:
    if subscription["status"] == "canceled":
        found = subscription.get("ended_at")
    elif subscription.get("cancel_at_period_end"):
        found = subscription.get("cancel_at") or current_period_end(subscription)
    else:
        found = subscription.get("cancel_at")
    return int(found) if found else None


def _method(subscription: Json) -> Json | None:
    """What the next payment is taken from: the subscription's own, or else the customer's."""
    customer = subscription["customer"] if isinstance(subscription["customer"], dict) else {}
    own = subscription.get("default_payment_method")
    usual = (customer.get("invoice_settings") or {}).get("default_payment_method")
    found = own or usual
    return found if isinstance(found, dict) else None


def _payments(client: StripeClient, subscription: Json) -> list[PaymentFact]:
    asked = {"subscription": subscription["id"], "limit": 100, "expand": ["data.payments"]}
    invoices = everything(client.v1.invoices.list(asked))  # type: ignore[arg-type]
    facts = _Facts(client, id_of(subscription["customer"]))
    found = [fact for invoice in reversed(invoices) for fact in facts.of(invoice)]
    return sorted({fact.payment_id: fact for fact in found}.values(), key=lambda fact: fact.at)


class _Facts:
    """The payments of a customer's invoices: all payment intents in one go, where one after the other were slow."""

    def __init__(self, client: StripeClient, customer: str) -> None:
        self.client = client
        self.customer = customer
        self.intents: dict[str, Json] | None = None
        self.ask = asking(client)

    def of(self, invoice: Json) -> list[PaymentFact]:
        """The payments of one invoice; none of one about nothing, or that nobody has tried to collect.

        During a pause invoices are made and void at once: that is no failed payment.
        """
        is_tried = invoice["status"] == "paid" or invoice.get("attempted", True)
        if invoice["status"] == "draft" or not invoice["total"] or not is_tried:
            return []
        found = [self._fact(kind, name, Due(invoice)) for kind, name in paid_with(invoice)]
        if invoice["status"] == "paid" and invoice["amount_paid"] and not any(fact.state in CAME for fact in found):
            found.append(outside_fact(invoice))
        return found

    def _fact(self, kind: str, name: str, due: Due) -> PaymentFact:
        if kind == "payment_intent":
            return intent_fact(self._intent(name), due, self.ask)
        charge = self.client.v1.charges.retrieve(name, {"expand": ["balance_transaction"]})
        return charge_fact(plain(charge), due, self.ask)

    def _intent(self, name: str) -> Json:
        if self.intents is None:
            self.intents = self._intents()
        if name not in self.intents:
            found = self.client.v1.payment_intents.retrieve(name, {"expand": ["latest_charge.balance_transaction"]})
            self.intents[name] = plain(found)
        return self.intents[name]

    def _intents(self) -> dict[str, Json]:
        """All of the customer's by their ids; none of one who was deleted, of whom Stripe gives no lists."""
        asked: Any = {"customer": self.customer, "limit": 100, "expand": ["data.latest_charge.balance_transaction"]}
        try:
            return {row["id"]: row for row in everything(self.client.v1.payment_intents.list(asked))}
        except stripe.InvalidRequestError as error:
            if error.code != "resource_missing":
                raise
            return {}
