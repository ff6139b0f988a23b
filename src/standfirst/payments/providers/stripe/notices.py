"""Reads Stripe's webhooks: whether they are Stripe's, and which of our agreements they are about.

Nothing else of an event is used. Its object may be of another version of the API than ours (the version is that of the
endpoint at Stripe), so ids are looked for where old and new versions have them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import stripe

from standfirst.payments.providers.interface import BadNotice, Credentials, Notice
from standfirst.payments.providers.stripe.client import id_of, is_test_key

TOLERANCE = 300
"""Seconds that the signed time may differ from ours (https://docs.stripe.com/webhooks/signature)."""
OURS = ("cs_", "sub_", "pi_", "ch_", "py_", "in_")
"""What `fetch` knows by its id."""
METADATA_KEY = "agreement"
"""Under which our own key stands in the metadata of whatever we make at Stripe."""
REFUND_KEY = "refund"
"""Under which a refund's key stands in its metadata."""


def read(account: Credentials, *, headers: Mapping[str, str], body: bytes, now: datetime) -> Notice:
    """Return what the event in `body` is about. Raises BadNotice."""
    header = headers.get("stripe-signature", "")
    _verify(account.secrets.get("webhook_secret", ""), header, body, now)
    event = _event(body)
    if bool(event.get("livemode")) == is_test_key(account.secrets.get("secret_key", "")):
        raise BadNotice("an event of the other mode, test or live, than this account's")
    about = event["data"]["object"]
    created = event.get("created")
    return Notice(
        event_id=event["id"],
        kind=event["type"],
        at=datetime.fromtimestamp(created, UTC) if isinstance(created, int) else None,
        object_ids=tuple(dict.fromkeys(_ids(about))),
        reference=_reference(about),
    )


def _verify(secret: str, header: str, body: bytes, now: datetime) -> None:
    if not header.isascii():
        raise BadNotice("the signature is wrong")  # the library would stumble over it
    try:
        # The age is compared with the caller's time below, in both directions.
        stripe.WebhookSignature.verify_header(body, header, secret, tolerance=None)
        signed_at = int(next(part for part in header.split(",") if part.startswith("t="))[2:])
    except (stripe.SignatureVerificationError, UnicodeDecodeError, ValueError, StopIteration) as error:
        raise BadNotice("the signature is wrong") from error
    if abs(now.timestamp() - signed_at) > TOLERANCE:
        raise BadNotice("the signature is too old, or of a clock that is wrong")


def _event(body: bytes) -> dict[str, Any]:
    """Return the event when it has what an event has."""
    try:
        event = json.loads(body)
    except ValueError as error:
        raise BadNotice("no JSON") from error
    wanted = isinstance(event, dict) and isinstance(event.get("data"), dict)
    if not wanted or not isinstance(event["data"].get("object"), dict):
        raise BadNotice("no event of Stripe's")
    if not all(isinstance(event.get(name), str) and event[name] for name in ("id", "type")):
        raise BadNotice("an event without an id or a type")
    found: dict[str, Any] = event
    return found


def _ids(about: dict[str, Any]) -> Iterator[str]:
    """The ids that an agreement may be known by: of the object, and of what it belongs to."""
    candidates = [about.get("id")]
    candidates += [about.get(name) for name in ("subscription", "payment_intent", "charge", "invoice")]
    candidates.append(_details(about).get("subscription"))
    if isinstance(payment := about.get("payment"), dict):  # an invoice payment
        candidates += [payment.get("payment_intent"), payment.get("charge")]
    if isinstance(metadata := about.get("metadata"), dict):  # a page for another card
        candidates.append(metadata.get("subscription"))
    for candidate in candidates:
        found = id_of(candidate) if isinstance(candidate, str | dict) else ""
        if found.startswith(OURS) and len(found) <= 255 and found.isprintable():
            yield found


def _details(about: dict[str, Any]) -> dict[str, Any]:
    """Where an invoice says which subscription it is of: since 2025-03-31.basil under `parent`."""
    parent = about.get("parent")
    found = parent.get("subscription_details") if isinstance(parent, dict) else about.get("subscription_details")
    return found if isinstance(found, dict) else {}


def _reference(about: dict[str, Any]) -> str:
    """Our own key, which we sent along when we made it."""
    found = _key(about)
    return found if found.isprintable() else ""  # PostgreSQL keeps no NUL


def _key(about: dict[str, Any]) -> str:
    for holder in (about, _details(about)):
        metadata = holder.get("metadata")
        if isinstance(metadata, dict) and isinstance(found := metadata.get(METADATA_KEY), str):
            return found
    found = about.get("client_reference_id")
    return found if isinstance(found, str) else ""
