"""Lists of members from elsewhere name Stripe's customers; their one running subscription is found."""

from __future__ import annotations

from typing import Any

import pytest
from tests.payments.providers.benches import StripeBench

from standfirst.payments.providers.interface import AgreementState, ProviderError
from standfirst.payments.providers.stripe.client import client_of

pytestmark = pytest.mark.enable_socket
PRICE = {"currency": "eur", "unit_amount": "900", "product": "prod_ghost", "recurring": {"interval": "year"}}


def customer_with_card(stripe: StripeBench) -> str:
    from standfirst.payments.providers.stripe.fake.money import new_card

    client: Any = client_of(stripe.account)
    customer = client.v1.customers.create({"email": "old@readers.example"})
    with stripe.fake.world.lock:
        card = new_card(stripe.fake.world, customer.id, "pays")["id"]
    client.v1.customers.update(customer.id, {"invoice_settings": {"default_payment_method": card}})
    return str(customer.id)


def test_the_running_subscription_of_a_customer_is_found(stripe: StripeBench) -> None:
    client: Any = client_of(stripe.account)
    name = customer_with_card(stripe)
    ended = client.v1.subscriptions.create({"customer": name, "items": [{"price_data": PRICE}]})
    client.v1.subscriptions.cancel(ended.id)
    made = client.v1.subscriptions.create({"customer": name, "items": [{"price_data": PRICE}]})
    snapshot = stripe.provider.fetch(stripe.account, name)
    assert snapshot == stripe.provider.fetch(stripe.account, made.id)
    assert (snapshot.state, snapshot.object_id, snapshot.customer_id) == (AgreementState.ACTIVE, made.id, name)


def test_a_customer_with_none_or_several_is_refused(stripe: StripeBench) -> None:
    client: Any = client_of(stripe.account)
    name = customer_with_card(stripe)
    with pytest.raises(ProviderError, match="no running subscription") as refused:
        stripe.provider.fetch(stripe.account, name)
    assert (refused.value.code, refused.value.retry) == ("unknown", False)
    for _twice in range(2):
        client.v1.subscriptions.create({"customer": name, "items": [{"price_data": PRICE}]})
    with pytest.raises(ProviderError, match="2 running subscriptions"):
        stripe.provider.fetch(stripe.account, name)
