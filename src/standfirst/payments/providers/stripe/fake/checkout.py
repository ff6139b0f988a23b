"""Checkout sessions, and what payers do on their pages (https://docs.stripe.com/payments/checkout)."""

from __future__ import annotations

from standfirst.payments.providers.stripe.fake import billing, money, objects
from standfirst.payments.providers.stripe.fake.faults import Fault, wrong
from standfirst.payments.providers.stripe.fake.objects import Json
from standfirst.payments.providers.stripe.fake.world import World

KNOWN = frozenset(
    [
        "adaptive_pricing",
        "cancel_url",
        "client_reference_id",
        "currency",
        "customer",
        "customer_email",
        "expand",
        "line_items",
        "locale",
        "metadata",
        "mode",
        "payment_intent_data",
        "setup_intent_data",
        "subscription_data",
        "success_url",
    ]
)
"""Parameters that this takes; Stripe has more, and refuses those it does not know just so."""


def create(world: World, asked: Json) -> Json:
    """Make a session. Raises Fault."""
    if unknown := set(asked) - KNOWN:
        raise wrong(f"Received unknown parameter: {min(unknown)}", param=min(unknown), code="parameter_unknown")
    mode = asked.get("mode", "")
    if mode not in {"payment", "setup", "subscription"}:
        raise wrong("mode must be payment, setup or subscription", param="mode")
    data = _price_data(asked) if mode != "setup" else {}
    if bool(data.get("recurring")) != (mode == "subscription"):
        raise wrong(f"a price of this kind does not go with mode {mode}", param="line_items")
    currency = data.get("currency") or asked.get("currency")
    if not currency:
        raise wrong("Missing required param: currency.", param="currency", code="parameter_missing")
    name = world.name("checkout.session")
    amount = int(data["unit_amount"]) if data else None
    row = objects.session(name, world.now(), asked, amount, currency, f"{world.address}/c/pay/{name}")
    world.asked[name] = asked
    if _trial_end(asked):
        if _trial_end(asked) < world.now() + 48 * 3600:
            raise wrong("The trial end must be at least 2 days in the future.", param="subscription_data[trial_end]")
        row |= {"amount_subtotal": 0, "amount_total": 0}
    return world.put(row)


def _price_data(asked: Json) -> Json:
    items = asked.get("line_items") or []
    if len(items) != 1 or "price_data" not in items[0]:
        raise wrong("Missing required param: line_items.", param="line_items", code="parameter_missing")
    found: Json = items[0]["price_data"]
    if not str(found.get("unit_amount", "")).isdecimal():
        raise wrong("Invalid non-negative integer", param="line_items[0][price_data][unit_amount]")
    return found


def _trial_end(asked: Json) -> int:
    return int(asked.get("subscription_data", {}).get("trial_end") or 0)


def new_price(world: World, data: Json) -> Json:
    """Make a price from `price_data`, with its product when that is new."""
    product = (
        data.get("product")
        or world.put(objects.product(world.name("product"), world.now(), data["product_data"]["name"]))["id"]
    )
    return world.put(objects.price(world.name("price"), world.now(), product, data))


def expire(world: World, row: Json) -> Json:
    """The time of an open session is over. Raises Fault when it is not open."""
    if row["status"] != "open":
        raise wrong('Only Checkout Sessions with a status in ["open"] can be expired.', code="resource_missing")
    row |= {"status": "expired", "url": None}
    world.emit("checkout.session.expired", row)
    return row


def submit(world: World, row: Json, behaviour: str) -> str:
    """The payer gives a card that does as `behaviour` says; return what the page says next.

    `done`, `declined` or `confirm`: the bank asks. Raises Fault when the session is over.
    """
    if row["status"] != "open":
        raise Fault(400, "This page is over; nothing was taken again.", code="session_over")
    if row["mode"] == "setup":
        return _take_card(world, row, behaviour)
    if row["mode"] == "subscription" and _trial_end(world.asked[row["id"]]):
        _complete(world, row, money.new_card(world, _customer(world, row), behaviour)["id"])
        return "done"
    intent = _open_intent(world, row)
    card = money.new_card(world, _customer(world, row), behaviour)
    return _went(world, row, money.attempt(world, intent, card["id"]), card["id"])


def answer_bank(world: World, row: Json, *, agrees: bool) -> str:
    """What the payer says to the bank's question; return what the page says next. Raises Fault."""
    intent = _open_intent(world, row)
    return _went(world, row, money.confirm(world, intent, agrees=agrees), intent["payment_method"])


def _went(world: World, row: Json, status: str, card: str) -> str:
    if status == "requires_action":
        return "confirm"
    if status == "requires_payment_method":
        return "declined"
    world.behaviours[card] = "pays" if status == "succeeded" else world.behaviours[card]
    _complete(world, row, card)
    return "done"


def _customer(world: World, row: Json) -> str | None:
    """Who pays; a subscription needs a customer, a single payment does not."""
    if row["customer"] is None and row["mode"] == "subscription":
        made = objects.customer(world.name("customer"), world.now(), row["customer_email"])
        row["customer"] = world.put(made)["id"]
        world.emit("customer.created", made)
    found: str | None = row["customer"]
    return found


def _open_intent(world: World, row: Json) -> Json:
    """The payment of the page, made when the payer first tries: of the first invoice, or by itself."""
    asked = world.asked[row["id"]]
    if row["mode"] == "subscription":
        if row["id"] not in _begun(world):
            price = new_price(world, asked["line_items"][0]["price_data"])
            made = billing.subscribe(world, str(_customer(world, row)), price, asked.get("subscription_data", {}))
            _begun(world)[row["id"]] = made["id"]
        made = world.get("subscription", _begun(world)[row["id"]])
        return billing.intent_of(world, world.get("invoice", made["latest_invoice"]))
    if row["payment_intent"] is None:
        data = asked.get("payment_intent_data", {})
        intent = money.new_intent(world, row["amount_total"], row["currency"], row["customer"], data)
        row["payment_intent"] = intent["id"]
    return world.get("payment_intent", row["payment_intent"])


def _begun(world: World) -> Json:
    """Subscriptions of sessions that are not complete: the session does not name them yet."""
    found: Json = world.asked.setdefault("begun", {})
    return found


def _complete(world: World, row: Json, card: str) -> None:
    """The payer is done; tell what became of it."""
    status = "paid"
    if row["mode"] == "subscription":
        status = _complete_subscription(world, row, card)
    elif world.get("payment_intent", row["payment_intent"])["status"] == "processing":
        status = "unpaid"
    row |= {"status": "complete", "payment_status": status, "url": None}
    world.emit("checkout.session.completed", row)


def _complete_subscription(world: World, row: Json, card: str) -> str:
    asked = world.asked[row["id"]]
    if row["id"] in _begun(world):
        made = world.get("subscription", _begun(world)[row["id"]])
    else:
        price = new_price(world, asked["line_items"][0]["price_data"])
        made = billing.subscribe(world, str(row["customer"]), price, asked.get("subscription_data", {}))
    made["default_payment_method"] = card
    row |= {"subscription": made["id"], "invoice": made["latest_invoice"]}
    invoice = world.get("invoice", made["latest_invoice"])
    if invoice["status"] == "paid":
        return "no_payment_required"
    invoice |= {"attempted": True, "attempt_count": 1}
    billing.follow(world, invoice)
    return "paid" if invoice["status"] == "paid" else "unpaid"


def _take_card(world: World, row: Json, behaviour: str) -> str:
    if behaviour == "declines":
        return "declined"
    card = money.new_card(world, row["customer"], behaviour)
    metadata = dict(world.asked[row["id"]].get("setup_intent_data", {}).get("metadata", {}))
    made = objects.setup_intent(world.name("setup_intent"), world.now(), row["customer"], card["id"], metadata)
    row |= {"setup_intent": world.put(made)["id"], "status": "complete", "url": None}
    world.emit("setup_intent.succeeded", made)
    world.emit("checkout.session.completed", row)
    return "done"


def debit_ended(world: World, row: Json, *, paid: bool) -> None:
    """The debit of a single payment came, or did not."""
    row["payment_status"] = "paid" if paid else "unpaid"
    world.emit(f"checkout.session.async_payment_{'succeeded' if paid else 'failed'}", row)
