"""Payments as facts: from Stripe's payment intents, charges and disputes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from standfirst.payments.providers.interface import PaymentFact, PaymentState
from standfirst.payments.providers.stripe.amounts import converted, from_stripe, rounded_from_stripe
from standfirst.payments.providers.stripe.client import Json
from standfirst.payments.providers.stripe.notices import METADATA_KEY
from standfirst.payments.providers.stripe.terms import moment, period_of

Disputes = Callable[[str], list[Json]]
"""Returns the disputes about a charge."""

OVER = {
    "won": PaymentState.SETTLED,
    "lost": PaymentState.LOST,
    # An inquiry of the bank: no money has moved.
    "warning_needs_response": PaymentState.SETTLED,
    "warning_under_review": PaymentState.SETTLED,
    "warning_closed": PaymentState.SETTLED,
    # Given back before it became a dispute: it shows as a refund.
    "prevented": PaymentState.SETTLED,
}
"""Disputes by status (https://docs.stripe.com/api/disputes/object); in any other, the money is held."""


@dataclass(frozen=True)
class Due:
    """What a payment is for: an invoice, or, with nothing, a single payment."""

    invoice: Json | None = None

    @property
    def period(self) -> tuple[datetime | None, datetime | None]:
        """From when to when it pays."""
        return period_of(self.invoice) if self.invoice else (None, None)


def intent_fact(intent: Json, due: Due, disputes: Disputes) -> PaymentFact:
    """Return the payment that `intent` is; its latest charge and the balance transaction of that are expanded."""
    charge = intent.get("latest_charge") or {}
    state, failure = _intent_state(intent, is_invoice=due.invoice is not None)
    if state is PaymentState.SETTLED and charge:
        return charge_fact(charge, due, disputes, payment_id=intent["id"], key=_key_of(intent))
    start, end = due.period
    return PaymentFact(
        payment_id=intent["id"],
        amount=from_stripe(intent["amount"], intent["currency"]),
        state=state,
        at=_time(charge.get("created") or intent["created"]),
        period_start=start,
        period_end=end,
        failure=failure,
        key=_key_of(intent),
    )


def _time(seconds: int) -> datetime:
    found = moment(seconds)
    if found is None:
        raise ValueError("Stripe gives no time")
    return found


def _key_of(intent: Json) -> str:
    return str((intent.get("metadata") or {}).get(METADATA_KEY) or "")


def _intent_state(intent: Json, *, is_invoice: bool) -> tuple[PaymentState, str]:
    """By status, see https://docs.stripe.com/payments/paymentintents/lifecycle."""
    match intent["status"]:
        case "succeeded":
            return PaymentState.SETTLED, ""
        case "canceled":
            return PaymentState.FAILED, _failure(intent) or "canceled"
        case "requires_payment_method" if failure := _failure(intent):
            return PaymentState.FAILED, failure
        case "requires_action" if is_invoice:
            # A renewal, and nobody is there to confirm it: the payer has to come back.
            return PaymentState.FAILED, "authentication_required"
        case _:
            return PaymentState.PENDING, ""


def _failure(intent: Json) -> str:
    error = intent.get("last_payment_error") or {}
    charge = intent.get("latest_charge") or {}
    return str(error.get("decline_code") or error.get("code") or charge.get("failure_code") or "")


def charge_fact(charge: Json, due: Due, disputes: Disputes, *, payment_id: str = "", key: str = "") -> PaymentFact:
    """Return the payment that `charge` is, with what became of it: fees, refunds, disputes."""
    about = disputes(charge["id"]) if charge.get("disputed") else []
    start, end = due.period
    return PaymentFact(
        payment_id=payment_id or charge["id"],
        amount=from_stripe(charge["amount"], charge["currency"]),
        state=_charge_state(charge, about),
        at=_time(charge["created"]),
        fee=_fee(charge, about),
        refunded=from_stripe(charge.get("amount_refunded") or 0, charge["currency"]).amount,
        period_start=start,
        period_end=end,
        failure=str(charge.get("failure_code") or ""),
        key=key,
    )


def _charge_state(charge: Json, disputes: list[Json]) -> PaymentState:
    if charge["status"] == "pending":
        return PaymentState.PENDING
    if charge["status"] == "failed":
        return PaymentState.FAILED
    states = {OVER.get(dispute["status"], PaymentState.DISPUTED) for dispute in disputes}
    worst = (PaymentState.LOST, PaymentState.DISPUTED)
    return next((state for state in worst if state in states), PaymentState.SETTLED)


def _fee(charge: Json, disputes: list[Json]) -> int:
    """What Stripe kept, with its fees for disputes, in our minor units of the charge's currency."""
    settled = charge.get("balance_transaction")
    if not isinstance(settled, dict):
        return 0  # not settled yet; a later look finds it
    taken = settled["fee"] + sum(
        row["fee"] for dispute in disputes for row in dispute.get("balance_transactions") or []
    )
    return rounded_from_stripe(converted(taken, charge["amount"], settled["amount"]), charge["currency"])


def outside_fact(invoice: Json) -> PaymentFact:
    """Return the payment of an invoice that somebody marked as paid, outside of Stripe."""
    start, end = period_of(invoice)
    paid_at = (invoice.get("status_transitions") or {}).get("paid_at") or invoice["created"]
    return PaymentFact(
        payment_id=invoice["id"],
        amount=from_stripe(invoice["amount_paid"] or invoice["total"], invoice["currency"]),
        state=PaymentState.SETTLED,
        at=_time(paid_at),
        period_start=start,
        period_end=end,
    )
