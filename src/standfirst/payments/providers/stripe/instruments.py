"""Cards: what a person recognises of them, and how another one takes the place of the old.

Where a payer gives a new card (a Checkout session in setup mode), Stripe keeps it but pays nothing with it. The id of
the session is written on the subscription; whoever fetches the subscription next finds it there and finishes the work.
So it is done once the payer has given the card, whichever message about it is lost.

In Stripe's customer portal a new card becomes the customer's, and the subscription goes on with its own. There, what
both had before is written on the subscription, and a fetch that finds another card puts it to use.
"""

from __future__ import annotations

import logging

import stripe
from stripe import StripeClient

from standfirst.payments.providers.stripe.client import Json, everything, id_of, plain

logger = logging.getLogger("standfirst.payments")

NEW_CARDS = "standfirst_new_cards"
"""What the names begin with under which the ids of open pages stand in a subscription's metadata. Each has its own,
so that of two pages that are opened at once neither is forgotten: Stripe merges metadata by its names."""
BEFORE_PORTAL = "standfirst_cards_before"
"""Under which stand, with a blank between, the cards of subscription and customer when the portal was opened."""
NO_CARD = "none"
OVER = frozenset({"canceled", "incomplete_expired"})
"""Subscriptions that take no other card any more: Stripe refuses the change."""
MOST = 10
"""Stripe keeps 50 names at most, of 40 characters each."""


def expect_new_card(client: StripeClient, subscription: Json, session_id: str) -> None:
    """Write on the subscription that `session_id` may bring a card. Raises what Stripe raises."""
    forgotten = list(_pages(subscription))[: -MOST + 1]
    name = f"{NEW_CARDS}_{session_id[-19:]}"
    _write(client, subscription, {**dict.fromkeys(forgotten, ""), name: session_id})


def _pages(subscription: Json) -> dict[str, str]:
    """Names in the metadata, and the ids of pages under them."""
    metadata = subscription.get("metadata") or {}
    return {name: str(value) for name, value in metadata.items() if name.startswith(NEW_CARDS) and value}


def _write(client: StripeClient, subscription: Json, metadata: dict[str, str]) -> None:
    client.v1.subscriptions.update(subscription["id"], {"metadata": metadata})


def take_new_cards(client: StripeClient, subscription: Json) -> bool:
    """Put to use what the payer gave on pages that `subscription` waits for; return whether anything was done.

    The latest card counts; what is owed is tried with it at once. Raises what Stripe raises, but not for a card that
    is declined: that shows in the payment.
    """
    if subscription["status"] in OVER:
        return False
    card = _card_of_portal(subscription)
    if card:
        _use(client, subscription, card)
        _write(client, subscription, {BEFORE_PORTAL: ""})
    return _take_from_pages(client, subscription) or bool(card)


def _take_from_pages(client: StripeClient, subscription: Json) -> bool:
    over, given = [], []
    for name, page in _pages(subscription).items():
        session = plain(client.v1.checkout.sessions.retrieve(page, {"expand": ["setup_intent"]}))
        if session["status"] == "open":
            continue
        over.append(name)
        setup = session.get("setup_intent") or {}
        if session["status"] == "complete" and setup.get("status") == "succeeded":
            given.append((setup["created"], id_of(setup["payment_method"])))
    if given:
        _use(client, subscription, max(given)[1])
    if over:
        # Last: whoever is killed before does it all again, with the same outcome.
        _write(client, subscription, dict.fromkeys(over, ""))
    return bool(over)


def _use(client: StripeClient, subscription: Json, card: str) -> None:
    client.v1.subscriptions.update(subscription["id"], {"default_payment_method": card})
    _pay_what_is_owed(client, subscription, card)


def expect_portal(client: StripeClient, subscription: Json) -> None:
    """Write on the subscription, with its customer expanded, which cards it had. Raises what Stripe raises."""
    _write(client, subscription, {BEFORE_PORTAL: " ".join(card or NO_CARD for card in _cards(subscription))})


def _cards(subscription: Json) -> tuple[str, str]:
    """The subscription's own card, and the customer's."""
    customer = subscription["customer"] if isinstance(subscription["customer"], dict) else {}
    usual = (customer.get("invoice_settings") or {}).get("default_payment_method")
    return id_of(subscription.get("default_payment_method")), id_of(usual)


def _card_of_portal(subscription: Json) -> str:
    """The card that a payer gave in the portal, "" for none."""
    before = str((subscription.get("metadata") or {}).get(BEFORE_PORTAL) or "").split()
    pairs = zip(_cards(subscription), before, strict=False)
    return next((now for now, then in pairs if now and now != then), "")


def _pay_what_is_owed(client: StripeClient, subscription: Json, card: str) -> None:
    if subscription["status"] not in {"past_due", "unpaid", "incomplete"}:
        return
    for invoice in everything(client.v1.invoices.list({"subscription": subscription["id"], "status": "open"})):
        try:
            client.v1.invoices.pay(
                invoice["id"], {"payment_method": card}, {"idempotency_key": f"pay:{invoice['id']}:{card}"}
            )
        except (stripe.CardError, stripe.InvalidRequestError) as error:
            # Declined, or paid meanwhile: the invoice itself says which.
            logger.info("invoice %s was not paid with the new card: %s", invoice["id"], error.code)


def shown(method: Json | None) -> tuple[str, str]:
    """What a person recognises of a payment method (`Visa •••• 4242`), and until when it is good (`2027-04`)."""
    if not method:
        return "", ""
    kind = str(method.get("type") or "card")
    details = method.get(kind) or method
    label = str(details.get("display_brand") or details.get("brand") or kind).replace("_", " ")
    name = f"{label[:1].upper()}{label[1:]}"
    if last := details.get("last4"):
        name = f"{name} •••• {last}"
    year, month = details.get("exp_year"), details.get("exp_month")
    return name, f"{year:04d}-{month:02d}" if year and month else ""
