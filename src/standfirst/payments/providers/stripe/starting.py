"""Begins things at Stripe: a checkout, a page for another card, a change of a subscription."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import stripe
from stripe import StripeClient

from standfirst.payments.providers.interface import (
    Agree,
    Change,
    Credentials,
    Interval,
    NewInstrument,
    ProviderError,
    Started,
)
from standfirst.payments.providers.stripe.amounts import to_stripe
from standfirst.payments.providers.stripe.checking import NO_PORTAL
from standfirst.payments.providers.stripe.client import Json, client_of, everything, id_of, plain, talking
from standfirst.payments.providers.stripe.instruments import expect_new_card, expect_portal
from standfirst.payments.providers.stripe.notices import METADATA_KEY
from standfirst.payments.providers.stripe.terms import current_period_end, first_item, item_price, moment, paid_with

PAGE_LANGUAGES = frozenset(
    [
        "bg",
        "cs",
        "da",
        "de",
        "el",
        "en",
        "es",
        "et",
        "fi",
        "fil",
        "fr",
        "hr",
        "hu",
        "id",
        "it",
        "ja",
        "ko",
        "lt",
        "lv",
        "ms",
        "mt",
        "nb",
        "nl",
        "pl",
        "pt",
        "ro",
        "ru",
        "sk",
        "sl",
        "sv",
        "th",
        "tr",
        "vi",
        "zh",
    ]
)
"""What Stripe's pages speak; other payers see them in their browser's language, or in English."""
CARD_PAGE, PORTAL = "card_page", "portal"
"""The setting that says where members give another card: Checkout, unless it is the portal."""
logger = logging.getLogger("standfirst.payments")
LEAST_WAIT = timedelta(days=3)
"""Stripe wants the first charge two days ahead at least; three, counted from midnight, are so at any time of day."""


def agree(account: Credentials, what: Agree) -> Started:
    """Make a Checkout session for `what`. Raises ProviderError."""
    if what.amount.amount <= 0:
        raise ProviderError("Stripe has nothing to do where nothing is paid.", code="amount")
    asked = _page(what.language, what.return_url, what.cancel_url) | {
        "client_reference_id": what.key,
        "metadata": _names(what),
        "customer_email": what.email,
        "line_items": [{"price_data": _price(what), "quantity": 1}],
        # The payer pays in the currency that was agreed, not in that of their card.
        "adaptive_pricing": {"enabled": False},
    }
    asked |= _once(what) if what.interval is Interval.ONCE else _again_and_again(what)
    client = client_of(account)
    with talking():
        session = plain(_ask_once(client.v1.checkout.sessions.create, asked, f"agree:{what.key}"))
    return _started(session)


def _ask_once(ask: Callable[[Any, Any], stripe.StripeObject], asked: Json, key: str) -> stripe.StripeObject:
    """Ask Stripe with an idempotency key; with another when that was used for a request with other contents.

    What is asked may differ the second time, when the answer to the first was lost: the payer came back in another
    language, the day on which a trial can begin at the earliest is another, a change is half made. Neither does harm:
    the address of a first checkout never reached anybody, and a change sets what is wanted however often.
    """
    try:
        return ask(asked, {"idempotency_key": key})
    except stripe.IdempotencyError as error:
        if error.http_status == 409:
            raise  # the first is under way
        digest = hashlib.sha256(json.dumps(asked, sort_keys=True, default=str).encode()).hexdigest()[:32]
        return ask(asked, {"idempotency_key": f"{key}:{digest}"})


def _page(language: str, return_url: str, cancel_url: str) -> Json:
    short = language.partition("-")[0]
    locale = short if short in PAGE_LANGUAGES else "auto"
    return {"locale": locale, "success_url": return_url, "cancel_url": cancel_url}


def _names(what: Agree) -> Json:
    return {METADATA_KEY: what.key, "reference": what.reference}


def _key(verb: str, key: str) -> Any:
    return {"idempotency_key": f"{verb}:{key}"}


def _price(what: Agree) -> Json:
    price: Json = {
        "currency": what.amount.currency.lower(),
        "unit_amount": to_stripe(what.amount),
        "product_data": {"name": what.description},
    }
    if what.interval is not Interval.ONCE:
        price["recurring"] = {"interval": what.interval.value}
    return price


def _once(what: Agree) -> Json:
    return {
        "mode": "payment",
        "payment_intent_data": {"description": what.description, "metadata": _names(what)},
    }


def _again_and_again(what: Agree) -> Json:
    data: Json = {"description": what.description, "metadata": _names(what)}
    if what.first_charge_at is not None:
        # The earliest moment is that of the day, not of now: asked again with the same key, it has to be the same.
        midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        data["trial_end"] = int(max(what.first_charge_at, midnight + LEAST_WAIT).timestamp())
    return {"mode": "subscription", "subscription_data": data}


def _started(session: Json) -> Started:
    return Started(session["id"], session["url"] or "", expires_at=moment(session["expires_at"]))


def take_new_instrument(account: Credentials, what: NewInstrument) -> Started:
    """Make a page where the payer gives another card for a subscription, or confirms what its bank asks about.

    The card is put to use by the next `fetch` after the payer has given it. Raises ProviderError.
    """
    client = client_of(account)
    if url := _page_to_confirm(client, what.mandate_id):
        return Started(what.mandate_id, url)
    if account.settings.get(CARD_PAGE) == PORTAL:
        try:
            return _portal(client, what)
        except ProviderError as error:
            if error.code != "portal":
                raise
            # The member cannot mend the newsroom's settings; `check` tells the manager the same.
            logger.error("%s Until then another card is given on a Checkout page.", error)
    with talking():
        subscription = plain(client.v1.subscriptions.retrieve(what.mandate_id))
        customer = id_of(subscription["customer"])
        names = {METADATA_KEY: (subscription["metadata"] or {}).get(METADATA_KEY, ""), "subscription": what.mandate_id}
        asked = _page(what.language, what.return_url, what.return_url) | {
            "mode": "setup",
            "currency": subscription["currency"],
            "customer": customer,
            "metadata": names,
            "setup_intent_data": {"metadata": names},
        }
        session = plain(client.v1.checkout.sessions.create(asked, _key("card", what.key)))  # type: ignore[arg-type]
        expect_new_card(client, subscription, session["id"])
    return _started(session)


def _page_to_confirm(client: StripeClient, name: str) -> str:
    """The page of an invoice that the payer has to confirm (3-D Secure), "" when there is none. Raises ProviderError.

    No other card helps there: the bank may ask about that one, too, and nobody would be there to answer. The page also
    takes another card.
    """
    asked: Any = {"subscription": name, "status": "open", "limit": 100, "expand": ["data.payments"]}
    with talking():
        for invoice in everything(client.v1.invoices.list(asked)):
            for kind, intent in paid_with(invoice) if invoice.get("hosted_invoice_url") else []:
                if kind == "payment_intent" and client.v1.payment_intents.retrieve(intent).status == "requires_action":
                    return str(invoice["hosted_invoice_url"])
    return ""


def _portal(client: StripeClient, what: NewInstrument) -> Started:
    """Open the part of Stripe's customer portal where another card is given. Raises ProviderError."""
    asked: Any = {"expand": ["customer"]}
    with talking():
        subscription = plain(client.v1.subscriptions.retrieve(what.mandate_id, asked))
        after = {"type": "redirect", "redirect": {"return_url": what.return_url}}
        page: Any = {
            "customer": id_of(subscription["customer"]),
            "return_url": what.return_url,
            "flow_data": {"type": "payment_method_update", "after_completion": after},
        }
        try:
            session = plain(client.v1.billing_portal.sessions.create(page, _key("portal", what.key)))
        except stripe.InvalidRequestError as error:
            raise ProviderError(f"{NO_PORTAL} ({error.user_message or error})", code="portal") from error
        expect_portal(client, subscription)
    return Started(what.mandate_id, session["url"])


def change(account: Credentials, what: Change) -> Started:
    """Change a subscription. Amount and interval hold from the next period on; nothing is charged or given back now.

    Raises ProviderError.
    """
    client = client_of(account)
    with talking():
        if what.ends_now:
            _end(client, what)
            return Started(what.mandate_id)
        asked = _simple_changes(client, what)
        if what.amount is not None or what.interval is not None:
            asked |= _terms(plain(client.v1.subscriptions.retrieve(what.mandate_id)), what)
        if asked:
            update = partial(client.v1.subscriptions.update, what.mandate_id)
            _ask_once(update, asked, f"change:{what.key}")
    return Started(what.mandate_id)


def _simple_changes(client: StripeClient, what: Change) -> Json:
    asked: Json = {}
    if what.paused:
        # `void`: for the time of the pause nothing is owed.
        asked["pause_collection"] = {"behavior": "void"}
        if what.paused_until is not None:
            asked["pause_collection"]["resumes_at"] = int(what.paused_until.timestamp())
    elif what.paused is False:
        asked["pause_collection"] = ""
    if what.ends is False and _ends_on_a_day(client, what.mandate_id):
        asked["cancel_at"] = ""
    elif what.ends is not None:
        asked["cancel_at_period_end"] = what.ends
    return asked


def _ends_on_a_day(client: StripeClient, name: str) -> bool:
    """Whether somebody chose a day for its end in the dashboard, which the switch for the period's end leaves alone."""
    found = plain(client.v1.subscriptions.retrieve(name))
    return bool(found.get("cancel_at")) and not found.get("cancel_at_period_end")


def _terms(subscription: Json, what: Change) -> Json:
    """What changes amount or interval of `subscription` from its next period on."""
    item = first_item(subscription)
    old = item_price(item)
    currency = str(old["currency"]).upper()
    if what.amount is not None and what.amount.currency != currency:
        raise ProviderError(f"This membership is paid in {currency}; for another currency, join anew.", code="currency")
    interval = what.interval.value if what.interval is not None else old["recurring"]["interval"]
    if interval == Interval.ONCE:
        raise ProviderError("A running membership cannot become a single payment.", code="interval")
    price = {
        "currency": old["currency"],
        "product": id_of(old["product"]),
        "recurring": {"interval": interval},
        "unit_amount": to_stripe(what.amount) if what.amount is not None else old["unit_amount"],
    }
    quantity = 1 if what.amount is not None else item.get("quantity") or 1
    asked: Json = {
        "items": [{"id": item["id"], "price_data": price, "quantity": quantity}],
        "proration_behavior": "none",
    }
    if interval != old["recurring"]["interval"]:
        if subscription["status"] not in {"active", "trialing"}:
            # The trial below would make a membership good that owes a payment.
            raise ProviderError("A payment is due; month or year can be changed when it is paid.", code="due")
        # Stripe would begin another interval, and charge it, at once; a trial for what is paid already keeps it off.
        asked["trial_end"] = current_period_end(subscription)
    return asked


def _end(client: StripeClient, what: Change) -> None:
    """Cancel at once; one that is over already is well."""
    try:
        client.v1.subscriptions.cancel(what.mandate_id, {"prorate": False, "invoice_now": False})
    except stripe.InvalidRequestError:
        if plain(client.v1.subscriptions.retrieve(what.mandate_id))["status"] != "canceled":
            raise
