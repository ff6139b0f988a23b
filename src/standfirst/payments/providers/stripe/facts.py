"""Payments as facts: from Stripe's payment intents, charges and disputes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from stripe import StripeClient

from standfirst.payments.providers.interface import PaymentFact, PaymentState, RefundFact, RefundState
from standfirst.payments.providers.stripe.amounts import converted, from_stripe, rounded_from_stripe
from standfirst.payments.providers.stripe.client import Json, everything
from standfirst.payments.providers.stripe.notices import METADATA_KEY, REFUND_KEY
from standfirst.payments.providers.stripe.terms import moment, period_of


@dataclass(frozen=True)
class Asking:
    """How to ask for what is not with a charge itself: its disputes and its refunds, by the charge's id."""

    disputes: Callable[[str], list[Json]]
    refunds: Callable[[str], list[Json]]


def asking(client: StripeClient) -> Asking:
    """Ask Stripe. What is returned raises what Stripe raises."""
    return Asking(
        lambda charge: everything(client.v1.disputes.list({"charge": charge, "limit": 100})),
        lambda charge: everything(client.v1.refunds.list({"charge": charge, "limit": 100})),
    )


REFUNDS = {
    "pending": RefundState.PENDING,
    "requires_action": RefundState.PENDING,
    "succeeded": RefundState.DONE,
    "failed": RefundState.FAILED,
    "canceled": RefundState.FAILED,
}
"""By status (https://docs.stripe.com/api/refunds/object)."""

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


def intent_fact(intent: Json, due: Due, ask: Asking) -> PaymentFact:
    """Return the payment that `intent` is; its latest charge and the balance transaction of that are expanded."""
    charge = intent.get("latest_charge") or {}
    state, failure = _intent_state(intent, is_invoice=due.invoice is not None)
    if state is PaymentState.SETTLED and charge:
        return charge_fact(charge, due, ask, payment_id=intent["id"], key=_key_of(intent))
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


def charge_fact(charge: Json, due: Due, ask: Asking, *, payment_id: str = "", key: str = "") -> PaymentFact:
    """Return the payment that `charge` is, with what became of it: fees, refunds, disputes."""
    about = ask.disputes(charge["id"]) if charge.get("disputed") else []
    # Not by the charge's own sum alone: it need not say that a refund has failed.
    refunds = tuple(map(_refund, ask.refunds(charge["id"]))) if charge.get("amount_refunded") else ()
    refunded = sum(one.amount.amount for one in refunds if one.state is not RefundState.FAILED)
    amount = from_stripe(charge["amount"], charge["currency"])
    start, end = due.period
    return PaymentFact(
        payment_id=payment_id or charge["id"],
        amount=amount,
        state=_charge_state(charge, about),
        at=_time(charge["created"]),
        fee=_fee(charge, about),
        refunded=refunded,
        refunds=refunds,
        disputed=min(_held(about), amount.amount - refunded),
        period_start=start,
        period_end=end,
        failure=str(charge.get("failure_code") or ""),
        key=key,
    )


def _refund(row: Json) -> RefundFact:
    state = REFUNDS.get(row.get("status") or "succeeded", RefundState.PENDING)
    key, failure = str((row.get("metadata") or {}).get(REFUND_KEY) or ""), str(row.get("failure_reason") or "")
    return RefundFact(row["id"], from_stripe(row["amount"], row["currency"]), state, key=key, failure=failure)


def _held(disputes: list[Json]) -> int:
    """What open disputes hold and lost ones took, in our minor units: often less than the whole payment.

    It may also be more, by the exchange rate of the payer's bank, or when a part was given back already; what goes
    beyond the payment is between Stripe and the account, and not in the payment's books.
    """
    held = [row for row in disputes if OVER.get(row["status"]) is not PaymentState.SETTLED]
    return sum(from_stripe(row["amount"], row["currency"]).amount for row in held)


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
