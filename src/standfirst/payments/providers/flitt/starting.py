"""Begins payments at Flitt: on its page with a card, or with the token of a card that was given before."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from standfirst.payments.providers.flitt import naming
from standfirst.payments.providers.flitt.client import ask
from standfirst.payments.providers.flitt.orders import MOST_ORDERS, find_order
from standfirst.payments.providers.flitt.returning import way_back
from standfirst.payments.providers.interface import (
    Agree,
    Change,
    Collect,
    Credentials,
    Instruction,
    Interval,
    NewInstrument,
    ProviderError,
    Started,
)

LIFETIME = timedelta(hours=10)
"""How long the payer may take on Flitt's page; its own default."""
LANGUAGES = frozenset({"en", "ka", "ru"})
"""Of our editions' languages those that Flitt's page has; English for the others."""
CARD_CHECK = 100
"""Minor units that are held on a card to see whether it is good, and let go at once."""
LATER = " later"
"""Ends `merchant_data` of an order that only takes the card: the first payment comes another day."""


def start(account: Credentials, what: Instruction) -> Started:
    """Do what `what` says, once for its key. Raises ProviderError."""
    match what:
        case Agree():
            return _agree(account, what)
        case Collect():
            return _collect(account, what)
        case NewInstrument():
            return _new_card(account, what)
        case Change():
            # Nothing runs at Flitt: amount, pause and end are followed when the next payment is collected.
            return Started(what.mandate_id)


def _agree(account: Credentials, what: Agree) -> Started:
    """Order the page; when an order was made and its page's address never reached us, order another like it.

    Only one address is ever shown to the payer: that which the caller keeps for the agreement.
    """
    values = _page(what.language, what.return_url, what.webhook_url)
    values |= {"order_desc": what.description, "sender_email": what.email, "currency": what.amount.currency}
    if what.first_charge_at is None:
        values |= {"amount": what.amount.amount, "merchant_data": what.interval.value}
    else:
        values |= {"amount": CARD_CHECK, "verification": "Y", "merchant_data": what.interval.value + LATER}
    if what.interval is not Interval.ONCE:
        values["required_rectoken"] = "Y"
    for name in naming.copies(what.key):
        if started := _order_page(account, name, values):
            return started
    raise ProviderError("This payment was begun too often without an end; begin a new one.", code="duplicate")


def _page(language: str, return_url: str, webhook_url: str) -> dict[str, Any]:
    return {
        "lang": language if language in LANGUAGES else "en",
        "response_url": way_back(return_url),
        "server_callback_url": webhook_url,
        "lifetime": int(LIFETIME.total_seconds()),
    }


def _order_page(account: Credentials, name: str, values: dict[str, Any]) -> Started | None:
    """Order the page of one order; None when Flitt has that order already."""
    try:
        answer = ask(account, "checkout/url", signed_answer=False, order_id=name, **values)
    except ProviderError as error:
        if error.code == "duplicate":
            return None
        raise
    url = str(answer.get("checkout_url") or "")
    if not url.startswith(("https://", "http://")):
        raise ProviderError("Flitt answered without the address of its page.", code="no_page", retry=True)
    return Started(name, url, expires_at=timezone.now() + LIFETIME)


def _collect(account: Credentials, what: Collect) -> Started:
    """Collect with the card's token, under the first number that is free, unless an order of this key exists."""
    beginning = naming.payments(what.mandate_id)
    values: dict[str, Any] = {
        "order_desc": what.description,
        "currency": what.amount.currency,
        "amount": what.amount.amount,
        "rectoken": what.token,
        "merchant_data": what.key,
    }
    for number in range(1, MOST_ORDERS + 1):
        name = f"{beginning}{number}"
        order = find_order(account, name)
        if order is None:
            try:
                ask(account, "recurring", order_id=name, **values)
                return Started(name)
            except ProviderError as error:
                if error.code != "duplicate":
                    raise
                # Somebody was faster: with the same key, or with another.
                order = find_order(account, name)
        if order is not None and order.data == what.key:
            return Started(name)
    raise ProviderError("This agreement has more payments than there can be.", code="too_many")


def _new_card(account: Credentials, what: NewInstrument) -> Started:
    """Let the payer give another card: a small amount is held on it and let go."""
    first = find_order(account, what.mandate_id)
    if first is None:
        raise ProviderError("Flitt knows no such agreement.", code="unknown")
    values = _page(what.language, what.return_url, what.webhook_url)
    values |= {"amount": CARD_CHECK, "currency": first.amount.currency, "order_desc": "New card", "verification": "Y"}
    values |= {"required_rectoken": "Y", "merchant_data": what.key}
    for number in range(1, MOST_ORDERS + 1):
        if started := _order_page(account, f"{naming.cards(what.mandate_id)}{number}", values):
            return started
    raise ProviderError("Too many cards were given for this agreement.", code="too_many")
