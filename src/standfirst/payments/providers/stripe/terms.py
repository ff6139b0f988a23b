"""Reads the terms of subscriptions and invoices, where the versions of Stripe's API have them.

Since 2025-03-31.basil the period of a subscription stands with its items, and an invoice names its subscription under
`parent` and what paid it in `payments` (https://docs.stripe.com/changelog/basil).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from standfirst.kit.money import Money
from standfirst.payments.providers.interface import Interval, ProviderError
from standfirst.payments.providers.stripe.amounts import from_stripe
from standfirst.payments.providers.stripe.client import Json, id_of


def moment(seconds: Any) -> datetime | None:
    """Return the time of a Unix timestamp of Stripe's, None for nothing."""
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


def first_item(subscription: Json) -> Json:
    """Return what the subscription is about; we make them with one item. Raises ProviderError."""
    items = (subscription.get("items") or {}).get("data") or []
    if len(items) != 1:
        sentence = f"The subscription {subscription['id']} has {len(items)} items; Standfirst keeps those with one."
        raise ProviderError(sentence, code="items")
    found: Json = items[0]
    return found


def current_period_end(subscription: Json) -> int | None:
    """When the running period ends (Unix seconds): that of the item that is paid longest."""
    items = (subscription.get("items") or {}).get("data") or []
    ends = [item["current_period_end"] for item in items if item.get("current_period_end")]
    found = max(ends, default=None) or subscription.get("current_period_end")
    return int(found) if found else None


def item_price(item: Json) -> Json:
    """The price of a subscription's item; of one that was made with a plan, before there were prices, its likeness."""
    if price := item.get("price"):
        found: Json = price
        return found
    plan = item["plan"]
    recurring = {"interval": plan["interval"], "interval_count": plan.get("interval_count") or 1}
    return {
        "currency": plan["currency"],
        "product": plan["product"],
        "recurring": recurring,
        "unit_amount": plan["amount"],
    }


def price_of(subscription: Json) -> tuple[Money, Interval]:
    """How much is paid each time, and how often. Raises ProviderError for what a pledge cannot be."""
    item = first_item(subscription)
    price = item_price(item)
    recurring = price.get("recurring") or {}
    interval, count = recurring.get("interval"), recurring.get("interval_count") or 1
    if (interval, count) == ("month", 12):
        interval, count = "year", 1
    if count != 1 or interval not in {"month", "year"} or price.get("unit_amount") is None:
        sentence = f"The subscription {subscription['id']} is not a fixed amount by month or year."
        raise ProviderError(sentence, code="interval")
    return from_stripe(price["unit_amount"] * (item.get("quantity") or 1), price["currency"]), Interval(interval)


def subscription_of(invoice: Json) -> str:
    """The id of the invoice's subscription, "" when it has none."""
    details = (invoice.get("parent") or {}).get("subscription_details") or {}
    return id_of(details.get("subscription")) or id_of(invoice.get("subscription"))


def paid_with(invoice: Json) -> list[tuple[str, str]]:
    """What the invoice was paid with, or is to be: `payment_intent` or `charge`, and its id."""
    found = []
    for row in (invoice.get("payments") or {}).get("data") or []:
        payment = row.get("payment") or {}
        if name := id_of(payment.get(kind := str(payment.get("type")))):
            found.append((kind, name))
    if found:
        return found
    return [(kind, name) for kind in ("payment_intent", "charge") if (name := id_of(invoice.get(kind)))][:1]


def period_of(invoice: Json) -> tuple[datetime | None, datetime | None]:
    """From when to when the invoice pays: of its latest line; its own dates are those of the period before."""
    periods = [line["period"] for line in (invoice.get("lines") or {}).get("data") or [] if line.get("period")]
    if not periods:
        return None, None
    latest = max(periods, key=lambda period: period["end"])
    return moment(latest["start"]), moment(latest["end"])
