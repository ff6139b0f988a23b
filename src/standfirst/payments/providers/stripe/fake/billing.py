"""Subscriptions and their invoices: made, renewed, retried, paused, ended (https://docs.stripe.com/billing)."""

from __future__ import annotations

import calendar
from datetime import UTC, datetime

from standfirst.payments.providers.stripe.fake import money, objects
from standfirst.payments.providers.stripe.fake.faults import declined, wrong
from standfirst.payments.providers.stripe.fake.objects import Json
from standfirst.payments.providers.stripe.fake.world import World

RETRY_DAYS = (3, 5, 7)
"""After the first attempt; when the last fails too, the subscription is canceled."""


def later(start: int, price: Json, anchor: int) -> int:
    """When a period that begins at `start` ends: on the day of the month of `anchor`, or that month's last."""
    begun, day = datetime.fromtimestamp(start, UTC), datetime.fromtimestamp(anchor, UTC).day
    count = price["recurring"]["interval_count"] * (12 if price["recurring"]["interval"] == "year" else 1)
    years, month = divmod(begun.month - 1 + count, 12)
    year, month = begun.year + years, month + 1
    last = calendar.monthrange(year, month)[1]
    return int(begun.replace(year=year, month=month, day=min(day, last)).timestamp())


def item_of(row: Json) -> Json:
    """The only item of a subscription."""
    found: Json = row["items"]["data"][0]
    return found


def subscribe(world: World, customer: str, price: Json, data: Json) -> Json:
    """Begin a subscription; `data`: card, metadata, description, trial_end. Its first invoice is made, not yet paid."""
    name, now = world.name("subscription"), world.now()
    trial = int(data.get("trial_end") or 0)
    end = trial or later(now, price, now)
    item = objects.subscription_item(world.name("subscription_item"), now, name, price, (now, end))
    row = world.put(objects.subscription(name, now, customer, item, data))
    if trial:
        row |= {"status": "trialing", "trial_end": trial, "trial_start": now, "billing_cycle_anchor": trial}
    else:
        row["status"] = "incomplete"
    make_invoice(world, row, "subscription_create", amount=0 if trial else None)
    world.emit("customer.subscription.created", row)
    return row


def make_invoice(world: World, row: Json, reason: str, *, amount: int | None = None) -> Json:
    """Make the invoice for the current period, with its payment; one about nothing is paid at once."""
    item = item_of(row)
    total = item["price"]["unit_amount"] * item["quantity"] if amount is None else amount
    made = world.put(objects.invoice(world.name("invoice"), world.now(), row, total, reason))
    row["latest_invoice"] = made["id"]
    made["hosted_invoice_url"] = f"{world.address}/i/{made['id']}"
    if total:
        data = {"description": row["description"]}
        intent = money.new_intent(world, total, row["currency"], row["customer"], data)
        world.put(objects.invoice_payment(world.name("invoice_payment"), world.now(), made, intent["id"]))
    world.emit("invoice.created", made)
    world.emit("invoice.finalized", made)
    if not total:
        _paid(world, made)
    return made


def intent_of(world: World, invoice: Json) -> Json:
    """The payment intent of an invoice. Raises Fault."""
    return world.get("payment_intent", payment_of(world, invoice)["payment"]["payment_intent"])


def payment_of(world: World, invoice: Json) -> Json:
    """The invoice payment of an invoice. Raises Fault."""
    for row in world.all("invoice_payment"):
        if row["invoice"] == invoice["id"]:
            return row
    raise wrong(f"the invoice {invoice['id']} is about nothing")


def pay(world: World, invoice: Json, card: str | None = None, *, must: bool = False) -> None:
    """Try to collect an invoice; `must`: raise Fault when the card is declined."""
    row = subscription_of(world, invoice)
    intent = intent_of(world, invoice)
    used = card or row["default_payment_method"] or _usual_card(world, row)
    invoice |= {"attempted": True, "attempt_count": invoice["attempt_count"] + 1}
    if used is None:
        intent["last_payment_error"] = {"type": "card_error", "code": "payment_method_missing"}
    else:
        money.attempt(world, intent, used)
    follow(world, invoice)
    if must and intent["status"] == "requires_payment_method":
        raise declined((intent["last_payment_error"] or {}).get("decline_code", ""))


def _usual_card(world: World, row: Json) -> str | None:
    found: str | None = world.get("customer", row["customer"])["invoice_settings"]["default_payment_method"]
    return found


def subscription_of(world: World, invoice: Json) -> Json:
    """The subscription of an invoice."""
    return world.get("subscription", invoice["parent"]["subscription_details"]["subscription"])


def follow(world: World, invoice: Json) -> None:
    """Bring invoice and subscription up to the payment."""
    row, intent = subscription_of(world, invoice), intent_of(world, invoice)
    match intent["status"]:
        case "succeeded":
            _paid(world, invoice)
        case "processing":
            _become(world, row, "active")
        case "requires_action":
            world.emit("invoice.payment_action_required", invoice)
            _failed(world, invoice, row)
        case _:
            _failed(world, invoice, row)


def confirm(world: World, invoice: Json, *, agrees: bool) -> None:
    """The payer answers the bank's question about an invoice on its page. Raises Fault."""
    money.confirm(world, intent_of(world, invoice), agrees=agrees)
    follow(world, invoice)


def pay_outside(world: World, invoice: Json) -> None:
    """Somebody says that an invoice was paid elsewhere: its payment is given up."""
    _give_up(world, intent_of(world, invoice), "abandoned")
    payment_of(world, invoice)["status"] = "canceled"
    _paid(world, invoice)


def _give_up(world: World, intent: Json, reason: str) -> None:
    intent |= {"status": "canceled", "canceled_at": world.now(), "cancellation_reason": reason}


def _paid(world: World, invoice: Json) -> None:
    row = subscription_of(world, invoice)
    invoice |= {"status": "paid", "amount_paid": invoice["total"], "amount_remaining": 0, "next_payment_attempt": None}
    invoice["status_transitions"]["paid_at"] = world.now()
    if invoice["total"] and (paid := payment_of(world, invoice))["status"] == "open":
        paid |= {"status": "paid", "amount_paid": invoice["total"]}
        world.emit("invoice_payment.paid", paid)
    world.emit("invoice.paid", invoice)
    world.emit("invoice.payment_succeeded", invoice)
    if row["status"] in {"incomplete", "past_due", "unpaid"} and not _owes(world, row):
        _become(world, row, "active")


def _owes(world: World, row: Json) -> bool:
    return any(
        invoice["status"] == "open" and subscription_of(world, invoice) is row and invoice["attempted"]
        for invoice in world.all("invoice")
    )


def _failed(world: World, invoice: Json, row: Json) -> None:
    world.emit("invoice.payment_failed", invoice)
    if row["status"] == "incomplete":
        return
    tried = invoice["attempt_count"]
    if tried > len(RETRY_DAYS):
        invoice["next_payment_attempt"] = None
        end(world, row)
        return
    invoice["next_payment_attempt"] = world.now() + RETRY_DAYS[tried - 1] * 86400
    _become(world, row, "past_due")


def _become(world: World, row: Json, status: str) -> None:
    if row["status"] not in {status, "canceled"}:
        row["status"] = status
        world.emit("customer.subscription.updated", row)


def renew(world: World, row: Json) -> None:
    """The period is over: end the subscription, or begin the next and collect it."""
    item, now = item_of(row), world.now()
    if row["cancel_at_period_end"]:
        end(world, row)
        return
    if row["status"] == "trialing":
        row |= {"status": "active", "billing_cycle_anchor": now}
    anchor = row["billing_cycle_anchor"]
    item |= {"current_period_start": now, "current_period_end": later(now, item["price"], anchor)}
    invoice = make_invoice(world, row, "subscription_cycle")
    world.emit("customer.subscription.updated", row)
    if invoice["status"] == "paid":
        return
    if row["pause_collection"]:
        _void(world, invoice)
    else:
        pay(world, invoice)


def _void(world: World, invoice: Json) -> None:
    _give_up(world, intent_of(world, invoice), "void_invoice")
    invoice |= {"status": "void", "next_payment_attempt": None}
    invoice["status_transitions"]["voided_at"] = world.now()
    world.emit("invoice.voided", invoice)


def end(world: World, row: Json) -> None:
    """Cancel now; what is open is not tried again. Raises Fault when it is canceled already."""
    if row["status"] == "canceled":
        raise wrong(f"No such subscription: '{row['id']}'", code="resource_missing", param="id")
    row |= {"status": "canceled", "ended_at": world.now(), "canceled_at": row["canceled_at"] or world.now()}
    for invoice in world.all("invoice"):
        if subscription_of(world, invoice) is row:
            invoice["next_payment_attempt"] = None
    world.emit("customer.subscription.deleted", row)


def resume(world: World, row: Json) -> None:
    """The pause is over."""
    row["pause_collection"] = None
    world.emit("customer.subscription.updated", row)
