"""The fake's objects have no field, and no type of a field, that Stripe's own do not have.

`shapes.json` is taken from Stripe's published fixtures (github.com/stripe/openapi, MIT license, © Stripe, Inc.).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.payments.providers.benches import StripeBench, agree
from tests.payments.providers.stripe.test_subscriptions import control, joined

from standfirst.kit.money import Money
from standfirst.payments.providers.interface import Interval, NewInstrument
from standfirst.payments.providers.stripe.client import client_of

pytestmark = pytest.mark.enable_socket
SHAPES: dict[str, Any] = json.loads((Path(__file__).parent / "shapes.json").read_text())
LATER = {
    "checkout.session": {"allowed_payment_method_types"},
    "payment_method": set(),
}
"""What newer versions of the API have and the fixtures do not have yet."""
FREE = {"metadata", "evidence", "object", "last_payment_error", "parent", "payment"}
"""Fields with one of several contents, of which a fixture shows one."""


def strange(path: str, found: Any, shape: Any) -> Iterator[str]:
    """Where `found` has what `shape` has not."""
    if found is None or shape is None:
        return
    if isinstance(shape, dict) and isinstance(found, dict):
        for name, value in found.items():
            if name not in shape and name not in LATER.get(str(found.get("object")), set()):
                yield f"{path}.{name} is not Stripe's"
            elif name not in FREE and name in shape:
                yield from strange(f"{path}.{name}", value, shape[name])
    elif isinstance(shape, list) and isinstance(found, list):
        if shape:
            for value in found:
                yield from strange(f"{path}[]", value, shape[0])
    elif type(found) is not type(shape) and not isinstance(found, dict):
        yield f"{path} is {type(found).__name__}, and {type(shape).__name__} at Stripe"


def test_every_object_of_a_full_life_looks_like_stripes(stripe: StripeBench) -> None:
    first = joined(stripe)
    control(stripe, "advance", days=62)
    control(stripe, "dispute", payment_intent=first.payments[0].payment_id)
    once = joined(stripe, interval=Interval.ONCE).payments[0]
    stripe.provider.refund(stripe.account, payment_id=once.payment_id, amount=Money(100, "GEL"), key="r1")
    order = NewInstrument("card-1", first.mandate_id, first.customer_id, "en", "https://x/back", "https://x/hook")
    stripe.pay(stripe.provider.start(stripe.account, order))
    client = client_of(stripe.account)
    client.v1.billing_portal.sessions.create({"customer": first.customer_id, "return_url": "https://x/"})
    client.v1.test_helpers.test_clocks.create({"frozen_time": 1900000000})
    rows = [*stripe.fake.world.rows.values(), *stripe.fake.world.events]
    assert {row["object"] for row in rows} >= set(SHAPES) - {"line_item", "subscription_item", "account"}
    assert [fault for row in rows for fault in strange(row["object"], row, SHAPES[row["object"]])] == []


def test_the_comparison_finds_what_is_strange() -> None:
    shape = {"object": "thing", "amount": 1, "rows": [{"id": "x"}]}
    assert list(strange("thing", {"object": "thing", "amount": 2, "rows": [{"id": "y"}]}, shape)) == []
    assert list(strange("thing", {"amount": "2", "rows": [{"id": "y", "more": 1}]}, shape)) == [
        "thing.amount is str, and int at Stripe",
        "thing.rows[].more is not Stripe's",
    ]


def test_the_fake_refuses_parameters_that_stripe_refuses(stripe: StripeBench) -> None:
    import stripe as sdk

    client = client_of(stripe.account)
    with pytest.raises(sdk.InvalidRequestError, match="unknown parameter: payment_method_types"):
        client.v1.checkout.sessions.create({"mode": "setup", "payment_method_types": ["card"]})  # type: ignore[typeddict-unknown-key]
    stripe.provider.start(stripe.account, agree())
    assert len(stripe.fake.world.all("checkout.session")) == 1
