"""Objects as Stripe's API gives them: names and types of the fields that somebody reads, and empty ones beside."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
CARD = {
    "brand": "visa",
    "display_brand": "visa",
    "exp_month": 8,
    "exp_year": 2030,
    "last4": "4242",
    "funding": "credit",
}
NO_ADDRESS = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))


def listed(rows: list[Json], url: str, *, has_more: bool = False) -> Json:
    """A list."""
    return {"object": "list", "data": rows, "has_more": has_more, "url": url}


def customer(name: str, now: int, email: str | None) -> Json:
    """A customer."""
    settings = {"custom_fields": None, "default_payment_method": None, "footer": None, "rendering_options": None}
    return {
        "id": name, "object": "customer", "balance": 0, "created": now, "currency": None, "default_source": None,
        "delinquent": False, "description": None, "email": email, "invoice_settings": settings, "livemode": False,
        "metadata": {}, "name": None, "phone": None, "preferred_locales": [], "test_clock": None,
    }  # fmt: skip


def payment_method(name: str, now: int, customer_id: str | None, last4: str) -> Json:
    """A card."""
    details = {"address": dict(NO_ADDRESS), "email": None, "name": None, "phone": None, "tax_id": None}
    return {
        "id": name, "object": "payment_method", "type": "card", "card": {**CARD, "last4": last4}, "created": now,
        "billing_details": details, "customer": customer_id, "livemode": False, "metadata": {},
    }  # fmt: skip


def product(name: str, now: int, label: str) -> Json:
    """A product."""
    return {
        "id": name, "object": "product", "active": True, "created": now, "name": label, "livemode": False,
        "metadata": {}, "description": None, "images": [],
    }  # fmt: skip


def price(name: str, now: int, product_id: str, data: Json) -> Json:
    """A price; `data` has its currency, amount and interval."""
    recurring = data.get("recurring")
    if recurring:
        recurring = {
            "interval": recurring["interval"], "interval_count": int(recurring.get("interval_count", 1)),
            "meter": None, "usage_type": "licensed", "trial_period_days": None,
        }  # fmt: skip
    return {
        "id": name, "object": "price", "active": True, "billing_scheme": "per_unit", "created": now,
        "currency": data["currency"], "livemode": False, "lookup_key": None, "metadata": {}, "nickname": None,
        "product": product_id, "recurring": recurring, "tax_behavior": "unspecified",
        "type": "recurring" if recurring else "one_time", "unit_amount": int(data["unit_amount"]),
        "unit_amount_decimal": str(data["unit_amount"]),
    }  # fmt: skip


def session(name: str, now: int, asked: Json, amount: int | None, currency: str, url: str) -> Json:
    """A Checkout session."""
    return {
        "id": name, "object": "checkout.session", "amount_subtotal": amount, "amount_total": amount,
        "adaptive_pricing": {"enabled": asked.get("adaptive_pricing", {}).get("enabled") == "true"},
        "cancel_url": asked.get("cancel_url"), "client_reference_id": asked.get("client_reference_id"),
        "created": now, "currency": currency, "customer": asked.get("customer"),
        "customer_email": asked.get("customer_email"), "expires_at": now + 24 * 3600, "invoice": None,
        "livemode": False, "locale": asked.get("locale"), "metadata": asked.get("metadata", {}),
        "mode": asked["mode"], "payment_intent": None, "payment_method_types": ["card"],
        "payment_status": "no_payment_required" if asked["mode"] == "setup" else "unpaid", "setup_intent": None,
        "status": "open", "subscription": None, "success_url": asked.get("success_url"), "url": url,
    }  # fmt: skip


def setup_intent(name: str, now: int, customer_id: str | None, method: str, metadata: Json) -> Json:
    """A card that was given for later."""
    return {
        "id": name, "object": "setup_intent", "created": now, "customer": customer_id, "livemode": False,
        "metadata": metadata, "payment_method": method, "payment_method_types": ["card"], "status": "succeeded",
        "usage": "off_session", "latest_attempt": None,
    }  # fmt: skip


def payment_intent(name: str, now: int, amount: int, currency: str) -> Json:
    """A payment that is to be made."""
    return {
        "id": name, "object": "payment_intent", "amount": amount, "amount_received": 0, "amount_capturable": 0,
        "canceled_at": None, "capture_method": "automatic", "created": now, "currency": currency, "customer": None,
        "description": None, "last_payment_error": None, "latest_charge": None, "livemode": False, "metadata": {},
        "payment_method": None, "payment_method_types": ["card"], "status": "requires_payment_method",
        "client_secret": f"{name}_secret_fake", "cancellation_reason": None,
    }  # fmt: skip


def charge(name: str, now: int, intent: Json, card: Json) -> Json:
    """An attempt to take money."""
    return {
        "id": name, "object": "charge", "amount": intent["amount"], "amount_captured": 0, "amount_refunded": 0,
        "balance_transaction": None, "captured": False, "created": now, "currency": intent["currency"],
        "customer": intent["customer"], "description": intent["description"], "disputed": False,
        "failure_code": None, "failure_message": None, "livemode": False, "metadata": dict(intent["metadata"]),
        "paid": False, "payment_intent": intent["id"], "payment_method": intent["payment_method"],
        "payment_method_details": {
            "type": "card",
            "card": {key: value for key, value in card.items() if key != "display_brand"},
        },
        "receipt_email": None, "refunded": False, "status": "pending",
    }  # fmt: skip


def balance_transaction(name: str, now: int, source: Json, settled: tuple[int, int, str, float | None]) -> Json:
    """A movement on the balance: `settled` is amount, fee, currency and exchange rate."""
    amount, fee, currency, rate = settled
    details = [{"amount": fee, "application": None, "currency": currency, "description": "Fees", "type": "stripe_fee"}]
    return {
        "id": name, "object": "balance_transaction", "amount": amount, "available_on": now + 2 * 86400,
        "created": now, "currency": currency, "description": None, "exchange_rate": rate, "fee": fee,
        "fee_details": details if fee else [], "net": amount - fee, "reporting_category": source["object"],
        "source": source["id"], "status": "pending", "type": source["object"],
    }  # fmt: skip


def refund(name: str, now: int, charge_row: Json, amount: int, metadata: Json) -> Json:
    """Money given back."""
    return {
        "id": name, "object": "refund", "amount": amount, "balance_transaction": None, "charge": charge_row["id"],
        "created": now, "currency": charge_row["currency"], "metadata": metadata,
        "payment_intent": charge_row["payment_intent"], "reason": None, "receipt_number": None, "status": "succeeded",
    }  # fmt: skip


def dispute(name: str, now: int, charge_row: Json) -> Json:
    """A payer's bank takes the money back, or asks about it."""
    details = {"due_by": now + 7 * 86400, "has_evidence": False, "past_due": False, "submission_count": 0}
    return {
        "id": name, "object": "dispute", "amount": charge_row["amount"], "balance_transactions": [],
        "charge": charge_row["id"], "created": now, "currency": charge_row["currency"], "evidence": {},
        "evidence_details": details,
        "is_charge_refundable": False, "livemode": False, "metadata": {},
        "payment_intent": charge_row["payment_intent"], "reason": "general", "status": "needs_response",
    }  # fmt: skip


def subscription(name: str, now: int, customer_id: str, item: Json, data: Json) -> Json:
    """A subscription with one item; `data` has its metadata, description and card."""
    return {
        "id": name, "object": "subscription", "billing_cycle_anchor": now, "cancel_at": None,
        "cancel_at_period_end": False, "canceled_at": None, "collection_method": "charge_automatically",
        "created": now, "currency": item["price"]["currency"], "customer": customer_id, "days_until_due": None,
        "default_payment_method": data.get("card"), "default_source": None, "description": data.get("description"),
        "ended_at": None, "items": listed([item], f"/v1/subscription_items?subscription={name}"),
        "latest_invoice": None, "livemode": False, "metadata": data.get("metadata", {}), "pause_collection": None,
        "schedule": None, "start_date": now, "status": "active", "test_clock": None, "trial_end": None,
        "trial_start": None,
    }  # fmt: skip


def subscription_item(name: str, now: int, subscription_id: str, price_row: Json, period: tuple[int, int]) -> Json:
    """What a subscription is about."""
    return {
        "id": name, "object": "subscription_item", "created": now, "current_period_start": period[0],
        "current_period_end": period[1], "metadata": {}, "price": price_row, "quantity": 1,
        "subscription": subscription_id, "tax_rates": [],
    }  # fmt: skip


def invoice(name: str, now: int, of: Json, amount: int, reason: str) -> Json:
    """An invoice of the subscription `of`, for its current period."""
    item = of["items"]["data"][0]
    period = {"start": item["current_period_start"], "end": item["current_period_end"]}
    details = {"invoice_item": None, "proration": False, "subscription": of["id"], "subscription_item": item["id"]}
    line = {
        "id": f"il_{name[3:]}", "object": "line_item", "amount": amount, "currency": of["currency"],
        "description": "Membership", "invoice": name, "livemode": False, "metadata": dict(of["metadata"]),
        "period": period, "quantity": 1,
        "parent": {"type": "subscription_item_details", "subscription_item_details": details},
    }  # fmt: skip
    parent = {"metadata": dict(of["metadata"]), "subscription": of["id"]}
    moments = {"finalized_at": now, "marked_uncollectible_at": None, "paid_at": None, "voided_at": None}
    return {
        "id": name, "object": "invoice", "amount_due": amount, "amount_paid": 0, "amount_remaining": amount,
        "attempt_count": 0, "attempted": False, "auto_advance": True, "billing_reason": reason,
        "collection_method": "charge_automatically", "created": now, "currency": of["currency"],
        "customer": of["customer"], "hosted_invoice_url": None, "lines": listed([line], f"/v1/invoices/{name}/lines"),
        "livemode": False, "metadata": {}, "next_payment_attempt": None, "number": None,
        "parent": {"type": "subscription_details", "subscription_details": parent},
        "period_end": now, "period_start": now, "status": "open",
        "status_transitions": moments,
        "subtotal": amount, "total": amount, "test_clock": None,
    }  # fmt: skip


def invoice_payment(name: str, now: int, of: Json, intent: str) -> Json:
    """What an invoice is paid with."""
    return {
        "id": name, "object": "invoice_payment", "amount_paid": None, "amount_requested": of["amount_due"],
        "created": now, "currency": of["currency"], "invoice": of["id"], "is_default": True, "livemode": False,
        "payment": {"type": "payment_intent", "payment_intent": intent}, "status": "open",
        "status_transitions": {"canceled_at": None, "paid_at": None},
    }  # fmt: skip


def portal_session(name: str, now: int, customer_id: str, return_url: str, url: str) -> Json:
    """A page where a customer looks after their subscriptions."""
    return {
        "id": name, "object": "billing_portal.session", "configuration": "bpc_fake", "created": now,
        "customer": customer_id, "livemode": False, "locale": None, "on_behalf_of": None, "return_url": return_url,
        "url": url,
    }  # fmt: skip


def portal_configuration(now: int) -> Json:
    """How the customer portal is set up."""
    return {
        "id": "bpc_fake", "object": "billing_portal.configuration", "active": True, "created": now,
        "features": {"payment_method_update": {"enabled": True}}, "is_default": True, "livemode": False, "updated": now,
    }  # fmt: skip


def account(now: int) -> Json:
    """The newsroom's account."""
    return {
        "id": "acct_fake", "object": "account", "business_type": None, "charges_enabled": True, "country": "DE",
        "created": now, "default_currency": "eur", "details_submitted": True, "email": "newsroom@example.org",
        "metadata": {}, "payouts_enabled": True, "type": "standard",
        "settings": {"dashboard": {"display_name": "Ridgeline (fake)", "timezone": "Etc/UTC"}},
    }  # fmt: skip


def event(name: str, now: int, kind: str, about: Json, version: str) -> Json:
    """A message about something that happened."""
    return {
        "id": name, "object": "event", "api_version": version, "created": now, "data": {"object": about},
        "livemode": False, "pending_webhooks": 1, "request": {"id": None, "idempotency_key": None}, "type": kind,
    }  # fmt: skip
