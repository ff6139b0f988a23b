"""Webhooks: whose they are, and what they are about, in events of new and old versions of the API."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from standfirst.payments.providers.interface import BadNotice, Credentials, Notice
from standfirst.payments.providers.stripe import PROVIDER
from standfirst.payments.providers.stripe.fake.webhooks import signature

SECRET = "whsec_test"
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ACCOUNT = Credentials({}, {"secret_key": "sk_test_1", "webhook_secret": SECRET}, is_test=True)
KEY = "6a0f0a52-5a5e-4d0c-9f0e-2c6f7b1f8f10"
OURS = {"agreement": KEY}


def event(about: dict[str, Any], kind: str = "invoice.paid", **given: Any) -> bytes:
    values = {"id": "evt_1", "object": "event", "type": kind, "created": 1764000000, "livemode": False}
    return json.dumps({**values, "data": {"object": about}, **given}).encode()


def read(body: bytes, *, secret: str = SECRET, age: int = 0, account: Credentials = ACCOUNT) -> Notice:
    headers = {"stripe-signature": signature(secret, body, int(NOW.timestamp()) - age)}
    return PROVIDER.read_webhook(account, headers=headers, body=body, now=NOW)


@pytest.mark.parametrize(
    ("about", "ids", "reference"),
    [
        (
            {"id": "in_1", "parent": {"subscription_details": {"subscription": "sub_1", "metadata": OURS}}},
            ("in_1", "sub_1"),
            KEY,
        ),
        (
            {
                "id": "in_1",
                "subscription": "sub_1",
                "payment_intent": "pi_1",
                "charge": "ch_1",
                "metadata": {},
                "subscription_details": {"metadata": OURS},
            },
            ("in_1", "sub_1", "pi_1", "ch_1"),
            KEY,
        ),
        ({"id": "cs_1", "client_reference_id": KEY, "subscription": None}, ("cs_1",), KEY),
        ({"id": "cs_2", "metadata": {"agreement": KEY, "subscription": "sub_1"}}, ("cs_2", "sub_1"), KEY),
        ({"id": "dp_1", "charge": "ch_1", "payment_intent": "pi_1"}, ("pi_1", "ch_1"), ""),
        ({"id": "re_1", "charge": {"id": "ch_1"}, "payment_intent": "pi_1", "metadata": {}}, ("pi_1", "ch_1"), ""),
        ({"id": "inpay_1", "invoice": "in_1", "payment": {"type": "payment_intent", "payment_intent": "pi_1"}},
         ("in_1", "pi_1"), ""),
        ({"id": "prod_1", "metadata": None}, (), ""),
        ({"id": "sub_1", "metadata": {"agreement": 7}, "parent": "x", "payment": "y"}, ("sub_1",), ""),
        ({"id": "in_" + "x" * 300}, (), ""),
        ({"id": "in_\u0000", "subscription": "sub_1\n", "metadata": {"agreement": "\u0000"}}, (), ""),
    ],
)  # fmt: skip
def test_an_event_names_what_it_is_about(about: dict[str, Any], ids: tuple[str, ...], reference: str) -> None:
    notice = read(event(about))
    assert (notice.object_ids, notice.reference, notice.event_id, notice.kind) == (
        ids,
        reference,
        "evt_1",
        "invoice.paid",
    )
    assert notice.at == datetime.fromtimestamp(1764000000, UTC)


@pytest.mark.parametrize("age", [300, -300])
def test_five_minutes_are_young_enough(age: int) -> None:
    assert read(event({"id": "sub_1"}), age=age).event_id == "evt_1"


@pytest.mark.parametrize("age", [301, -301, 10**9])
def test_more_than_five_minutes_are_not(age: int) -> None:
    with pytest.raises(BadNotice, match="old"):
        read(event({"id": "sub_1"}), age=age)


@pytest.mark.parametrize(
    "header", ["", "t=1", "v1=abc", "t=x,v1=abc", "nonsense", "t=1,v0=abc", "t=,v1=", "=,=,=", "t=1,v1=é"]
)
def test_a_header_that_is_no_signature_is_refused(header: str) -> None:
    with pytest.raises(BadNotice):
        PROVIDER.read_webhook(ACCOUNT, headers={"stripe-signature": header}, body=event({"id": "sub_1"}), now=NOW)


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"[]", b"null", b"7", b"\xff", b"{", b'{"id":"evt_1","type":"x"}', b'{"id":"e","type":"x","data":{}}',
     event({"id": "sub_1"}, id=""), event({"id": "sub_1"}, type=None)],
)  # fmt: skip
def test_signed_bytes_that_are_no_event_are_refused(body: bytes) -> None:
    with pytest.raises(BadNotice):
        read(body)


def test_real_events_are_not_taken_for_those_of_test_mode() -> None:
    with pytest.raises(BadNotice, match="mode"):
        read(event({"id": "sub_1"}, livemode=True))
    live = Credentials({}, {"secret_key": "rk_live_1", "webhook_secret": SECRET})
    assert read(event({"id": "sub_1"}, livemode=True), account=live).object_ids == ("sub_1",)
    with pytest.raises(BadNotice, match="mode"):
        read(event({"id": "sub_1"}), account=live)


def test_the_signature_is_over_the_bytes_as_they_came() -> None:
    body = event({"id": "sub_1"})
    headers = {"stripe-signature": signature(SECRET, body, int(NOW.timestamp()))}
    same_meaning = json.dumps(json.loads(body), indent=1).encode()
    with pytest.raises(BadNotice, match="wrong"):
        PROVIDER.read_webhook(ACCOUNT, headers=headers, body=same_meaning, now=NOW)
    with pytest.raises(BadNotice, match="old"):
        PROVIDER.read_webhook(ACCOUNT, headers=headers, body=body, now=NOW + timedelta(minutes=6))
