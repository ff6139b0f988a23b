"""Changes of a running subscription (https://docs.stripe.com/api/subscriptions/update)."""

from __future__ import annotations

from standfirst.payments.providers.stripe.fake import billing, checkout
from standfirst.payments.providers.stripe.fake.faults import wrong
from standfirst.payments.providers.stripe.fake.objects import Json
from standfirst.payments.providers.stripe.fake.parameters import is_true
from standfirst.payments.providers.stripe.fake.world import World

KNOWN = frozenset(
    [
        "cancel_at",
        "cancel_at_period_end",
        "default_payment_method",
        "expand",
        "items",
        "metadata",
        "pause_collection",
        "proration_behavior",
        "trial_end",
    ]
)


def update(world: World, row: Json, asked: Json) -> Json:
    """Change what `asked` names. Raises Fault."""
    if unknown := set(asked) - KNOWN:
        raise wrong(f"Received unknown parameter: {min(unknown)}", param=min(unknown), code="parameter_unknown")
    if row["status"] == "canceled" and set(asked) - {"metadata"}:
        raise wrong("A canceled subscription can only update its cancellation_details and metadata.")
    if "items" in asked:
        _change_price(world, row, asked)
    if "cancel_at_period_end" in asked:
        _end_later(world, row, is_true(asked["cancel_at_period_end"]))
    if "cancel_at" in asked:
        row["cancel_at"] = int(asked["cancel_at"]) if asked["cancel_at"] else None
    if "pause_collection" in asked:
        pause = asked["pause_collection"]
        until = pause and pause.get("resumes_at")
        row["pause_collection"] = (
            {"behavior": pause["behavior"], "resumes_at": int(until) if until else None} if pause else None
        )
    if card := asked.get("default_payment_method"):
        row["default_payment_method"] = world.get("payment_method", card)["id"]
    for name, value in asked.get("metadata", {}).items():
        row["metadata"].pop(name, None)
        if value:
            row["metadata"][name] = value
    world.emit("customer.subscription.updated", row)
    return row


def _change_price(world: World, row: Json, asked: Json) -> None:
    """Another price: of the same interval from the next period on, of another one at once, unless a trial is set."""
    if asked.get("proration_behavior") != "none":
        raise wrong("the fake knows proration_behavior none only", param="proration_behavior")
    item, wanted = billing.item_of(row), asked["items"][0]
    if wanted.get("id") != item["id"]:
        raise wrong(f"No such subscription item: '{wanted.get('id')}'", param="items[0][id]", code="resource_missing")
    old, price = item["price"], checkout.new_price(world, wanted["price_data"])
    if price["currency"] != row["currency"]:
        raise wrong("You cannot combine currencies on a single subscription.", param="items[0][price_data][currency]")
    item |= {"price": price, "quantity": int(wanted.get("quantity", 1))}
    same = (old["recurring"]["interval"], old["recurring"]["interval_count"]) == (
        price["recurring"]["interval"], price["recurring"]["interval_count"],
    )  # fmt: skip
    if trial := int(asked.get("trial_end") or 0):
        item["current_period_end"] = trial
        row |= {"status": "trialing", "trial_start": world.now(), "trial_end": trial, "billing_cycle_anchor": trial}
        billing.make_invoice(world, row, "subscription_update", amount=0)
    elif not same:
        row["billing_cycle_anchor"] = world.now()
        billing.renew(world, row)


def _end_later(world: World, row: Json, ends: bool) -> None:
    if row["cancel_at_period_end"] or ends:  # a day that somebody chose is another matter
        row["cancel_at"] = billing.item_of(row)["current_period_end"] if ends else None
    row["cancel_at_period_end"] = ends
    row["canceled_at"] = world.now() if ends else None
