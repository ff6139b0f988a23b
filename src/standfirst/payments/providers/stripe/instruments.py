"""Cards: what a person recognises of them, and how another one takes the place of the old.

Where a payer gives a new card (a Checkout session in setup mode), Stripe keeps it but pays nothing with it. The id of
the session is written on the subscription; whoever fetches the subscription next finds it there and finishes the work.
So it is done once the payer has given the card, whichever message about it is lost.
"""

from __future__ import annotations

import logging

import stripe
from stripe import StripeClient

from standfirst.payments.providers.stripe.client import Json, everything, id_of, plain

logger = logging.getLogger("standfirst.payments")

NEW_CARDS = "standfirst_new_cards"
"""Under which the ids of open pages stand in a subscription's metadata, with blanks between."""
MOST = 5
"""A value of metadata has 500 characters at most, an id about 70."""


def expect_new_card(client: StripeClient, subscription: Json, session_id: str) -> None:
    """Write on the subscription that `session_id` may bring a card. Raises what Stripe raises."""
    pages = _pages(subscription)
    if session_id not in pages:
        _write(client, subscription, [*pages, session_id][-MOST:])


def _pages(subscription: Json) -> list[str]:
    return str((subscription.get("metadata") or {}).get(NEW_CARDS) or "").split()


def _write(client: StripeClient, subscription: Json, pages: list[str]) -> None:
    client.v1.subscriptions.update(subscription["id"], {"metadata": {NEW_CARDS: " ".join(pages)}})


def take_new_cards(client: StripeClient, subscription: Json) -> bool:
    """Put to use what the payer gave on pages that `subscription` waits for; return whether anything was done.

    The latest card counts; what is owed is tried with it at once. Raises what Stripe raises, but not for a card that
    is declined: that shows in the payment.
    """
    pages = _pages(subscription)
    if not pages:
        return False
    left, card = [], ""
    for page in pages:
        session = plain(client.v1.checkout.sessions.retrieve(page, {"expand": ["setup_intent"]}))
        given = session.get("setup_intent") or {}
        if session["status"] == "open":
            left.append(page)
        elif session["status"] == "complete" and given.get("status") == "succeeded":
            card = id_of(given["payment_method"])
    if card:
        client.v1.subscriptions.update(subscription["id"], {"default_payment_method": card})
        _pay_what_is_owed(client, subscription, card)
    if left != pages:
        # Last: whoever is killed before does it all again, with the same outcome.
        _write(client, subscription, left)
    return bool(card)


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
