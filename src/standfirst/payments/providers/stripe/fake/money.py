"""Payments, charges, refunds and disputes."""

from __future__ import annotations

from standfirst.payments.providers.stripe.fake import objects
from standfirst.payments.providers.stripe.fake.faults import Fault, wrong
from standfirst.payments.providers.stripe.fake.objects import Json
from standfirst.payments.providers.stripe.fake.world import World

BEHAVIOURS = ("pays", "declines", "needs_confirmation", "pays_later")
DEBIT_DAYS = 3
DISPUTE_FEE = 1500
_LAST = {"pays": "4242", "declines": "0341", "needs_confirmation": "3155", "pays_later": "3000"}
"""As Stripe's test cards end."""


def check_behaviour(behaviour: str) -> str:
    """Return `behaviour` when it is one. Raises Fault."""
    if behaviour not in BEHAVIOURS:
        raise wrong(f"no such behaviour: {behaviour}; there are {', '.join(BEHAVIOURS)}", param="behaviour")
    return behaviour


def new_card(world: World, customer: str | None, behaviour: str) -> Json:
    """A card that does as `behaviour` says whenever it is asked to pay. Raises Fault."""
    check_behaviour(behaviour)
    row = objects.payment_method(world.name("payment_method"), world.now(), customer, _LAST[behaviour])
    world.behaviours[row["id"]] = behaviour
    return world.put(row)


def new_intent(world: World, amount: int, currency: str, customer: str | None, data: Json) -> Json:
    """A payment to be made; `data` has its description and metadata."""
    row = objects.payment_intent(world.name("payment_intent"), world.now(), amount, currency)
    row |= {"customer": customer, "description": data.get("description"), "metadata": dict(data.get("metadata", {}))}
    world.put(row)
    world.emit("payment_intent.created", row)
    return row


def attempt(world: World, intent: Json, card: str, *, confirmed: bool = False) -> str:
    """Try to take the money; return the status of the intent afterwards."""
    intent["payment_method"] = card
    behaviour = world.behaviours[card]
    if behaviour == "needs_confirmation" and not confirmed:
        intent |= {"status": "requires_action", "last_payment_error": None}
        world.emit("payment_intent.requires_action", intent)
    elif behaviour == "declines":
        decline(world, intent, "insufficient_funds")
    elif behaviour == "pays_later":
        row = _charge(world, intent)
        intent |= {"status": "processing", "latest_charge": row["id"]}
        world.debits[intent["id"]] = world.now() + DEBIT_DAYS * 86400
        world.emit("payment_intent.processing", intent)
    else:
        succeed(world, intent, _charge(world, intent))
    return str(intent["status"])


def _charge(world: World, intent: Json) -> Json:
    card = world.rows[intent["payment_method"]]["card"]
    return world.put(objects.charge(world.name("charge"), world.now(), intent, card))


def succeed(world: World, intent: Json, row: Json) -> None:
    """The money is taken."""
    row |= {"status": "succeeded", "paid": True, "captured": True, "amount_captured": row["amount"]}
    fee = (row["amount"] * 15 + 500) // 1000 + 25
    row["balance_transaction"] = _settle(world, row, row["amount"], fee)["id"]
    intent |= {
        "status": "succeeded", "latest_charge": row["id"], "amount_received": row["amount"], "last_payment_error": None,
    }  # fmt: skip
    world.debits.pop(intent["id"], None)
    world.emit("charge.succeeded", row)
    world.emit("payment_intent.succeeded", intent)


def decline(world: World, intent: Json, code: str) -> None:
    """The bank says no."""
    row = _pending(world, intent) or _charge(world, intent)
    row |= {"status": "failed", "failure_code": "card_declined", "failure_message": "Your card was declined."}
    error = {"type": "card_error", "code": "card_declined", "decline_code": code, "charge": row["id"]}
    intent |= {"status": "requires_payment_method", "latest_charge": row["id"], "last_payment_error": error}
    world.debits.pop(intent["id"], None)
    world.emit("charge.failed", row)
    world.emit("payment_intent.payment_failed", intent)


def _pending(world: World, intent: Json) -> Json | None:
    row = world.rows.get(intent["latest_charge"] or "")
    return row if row is not None and row["status"] == "pending" else None


def finish_debit(world: World, intent: Json, *, fails: bool) -> None:
    """The money of a debit under way comes, or does not. Raises Fault."""
    row = _pending(world, intent)
    if row is None:
        raise wrong(f"{intent['id']} is no debit under way", param="payment_intent")
    if fails:
        decline(world, intent, "insufficient_funds")
    else:
        succeed(world, intent, row)


def _settle(world: World, source: Json, amount: int, fee: int) -> Json:
    currency, rate = world.settlement or (source["currency"], 1.0)
    values = (round(amount * rate), round(fee * rate), currency, rate if world.settlement else None)
    return world.put(objects.balance_transaction(world.name("balance_transaction"), world.now(), source, values))


def refund(world: World, asked: Json) -> Json:
    """Give money back. Raises Fault."""
    row = _charge_named(world, asked)
    left = row["amount"] - row["amount_refunded"]
    amount = int(asked.get("amount", left))
    if row["status"] != "succeeded" or row["disputed"]:
        raise wrong(
            f"Charge {row['id']} cannot be refunded.", code="charge_disputed" if row["disputed"] else "charge_not_paid"
        )
    if not 0 < amount <= left:
        message = f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})"
        raise wrong(message, param="amount", code="charge_already_refunded" if not left else "amount_too_large")
    made = world.put(objects.refund(world.name("refund"), world.now(), row, amount, dict(asked.get("metadata", {}))))
    made["status"] = "pending" if world.refunds_wait else "succeeded"
    made["balance_transaction"] = _settle(world, made, -amount, 0)["id"]
    row["amount_refunded"] += amount
    row["refunded"] = row["amount_refunded"] == row["amount"]
    world.emit("refund.created", made)
    world.emit("charge.refunded", row)
    return made


def fail_refund(world: World, made: Json, reason: str) -> None:
    """The payer's bank sends a refund back. Raises Fault."""
    if made["status"] not in {"pending", "succeeded"}:
        raise wrong(f"{made['id']} is {made['status']} already", param="refund")
    row = world.get("charge", made["charge"])
    made |= {"status": "failed", "failure_reason": reason}
    made["failure_balance_transaction"] = _settle(world, made, made["amount"], 0)["id"]
    row["amount_refunded"] -= made["amount"]
    row["refunded"] = False
    world.emit("refund.updated", made)
    world.emit("refund.failed", made)


def finish_refund(world: World, made: Json) -> None:
    """A refund on its way arrives. Raises Fault."""
    if made["status"] != "pending":
        raise wrong(f"{made['id']} is {made['status']} already", param="refund")
    made["status"] = "succeeded"
    world.emit("refund.updated", made)


def _charge_named(world: World, asked: Json) -> Json:
    if name := asked.get("charge"):
        return world.get("charge", name)
    intent = world.get("payment_intent", asked.get("payment_intent", ""))
    if not intent["latest_charge"]:
        raise wrong(
            f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.", code="charge_not_paid"
        )
    return world.get("charge", intent["latest_charge"])


def dispute(world: World, asked: Json) -> Json:
    """The payer's bank takes the money back, or an `amount` of it, or only asks (`inquiry`). Raises Fault."""
    row = _charge_named(world, asked)
    made = world.put(objects.dispute(world.name("dispute"), world.now(), row))
    made["amount"] = int(asked.get("amount") or row["amount"])
    if asked.get("inquiry"):
        made["status"] = "warning_needs_response"
    else:
        made["balance_transactions"] = [_settle(world, made, -made["amount"], DISPUTE_FEE)]
    row["disputed"] = True
    world.emit("charge.dispute.created", made)
    return made


def decide(world: World, made: Json, status: str) -> None:
    """Close a dispute as `won`, `lost` or `warning_closed`. Raises Fault."""
    if status not in {"won", "lost", "warning_closed"}:
        raise wrong(f"a dispute is not closed as {status}", param="status")
    made["status"] = status
    if status == "won":
        made["balance_transactions"].append(_settle(world, made, made["amount"], -DISPUTE_FEE))
        world.emit("charge.dispute.funds_reinstated", made)
    world.emit("charge.dispute.closed", made)


def confirm(world: World, intent: Json, *, agrees: bool) -> str:
    """What the payer says to the bank's question (3-D Secure). Raises Fault."""
    if intent["status"] != "requires_action":
        raise Fault(400, f"{intent['id']} asks nothing.", code="payment_intent_unexpected_state")
    if agrees:
        return attempt(world, intent, intent["payment_method"], confirmed=True)
    error = {"type": "card_error", "code": "payment_intent_authentication_failure", "message": "Not confirmed."}
    intent |= {"status": "requires_payment_method", "last_payment_error": error}
    world.emit("payment_intent.payment_failed", intent)
    return str(intent["status"])
