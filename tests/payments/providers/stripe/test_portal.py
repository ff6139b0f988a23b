"""Another card by Stripe's customer portal, where the account is set so."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest
import requests
from tests.payments.providers.benches import StripeBench
from tests.payments.providers.stripe.test_subscriptions import control, fetched, joined, states

from standfirst.payments.providers.interface import AgreementState, NewInstrument, ProviderError, Snapshot, Started
from standfirst.payments.providers.stripe.forms import StripeForm

pytestmark = pytest.mark.enable_socket


@pytest.fixture
def portal(stripe: StripeBench) -> StripeBench:
    """An account whose members go to the portal."""
    stripe.account = replace(stripe.account, settings={**stripe.account.settings, "card_page": "portal"})
    return stripe


def begin(stripe: StripeBench, first: Snapshot) -> Started:
    order = NewInstrument("card-1", first.mandate_id, first.customer_id, "en", "https://x/back", "https://x/hook")
    return stripe.provider.start(stripe.account, order)


def own_card(stripe: StripeBench, first: Snapshot) -> str:
    return str(stripe.fake.world.get("subscription", first.mandate_id)["default_payment_method"])


def test_a_card_of_the_portal_is_used_and_pays_what_is_owed(portal: StripeBench) -> None:
    first = joined(portal)
    control(portal, "behave", subscription=first.mandate_id, behaviour="declines")
    control(portal, "advance", days=32)
    page, old = begin(portal, first), own_card(portal, first)
    assert begin(portal, first) == page
    assert page.url.startswith(f"{portal.fake.address}/p/session/")
    assert fetched(portal, first).state is AgreementState.FAILING
    assert portal.choose(page, "pays") == "https://x/back"
    # The portal has made it the customer's only.
    assert own_card(portal, first) == old
    paid = fetched(portal, first)
    assert (paid.state, states(paid)) == (AgreementState.ACTIVE, ["settled", "settled"])
    customer = portal.fake.world.get("customer", first.customer_id)
    assert own_card(portal, first) == customer["invoice_settings"]["default_payment_method"] != old
    assert "standfirst_cards_before" not in portal.fake.world.get("subscription", first.mandate_id)["metadata"]
    assert fetched(portal, first) == paid


def test_a_card_that_the_portal_gave_the_subscription_itself_stays_its_own(portal: StripeBench) -> None:
    first = joined(portal)
    begin(portal, first)
    other = joined(portal)  # somebody's card, to have another id
    row = portal.fake.world.get("subscription", first.mandate_id)
    row["default_payment_method"] = card = own_card(portal, other)
    assert fetched(portal, first).state is AgreementState.ACTIVE
    assert own_card(portal, first) == card
    assert "standfirst_cards_before" not in row["metadata"]


def test_whoever_leaves_the_portal_without_a_card_keeps_the_old(portal: StripeBench) -> None:
    first, before = joined(portal), len(portal.fake.world.all("payment_method"))
    begin(portal, first)
    assert fetched(portal, first) == first
    assert len(portal.fake.world.all("payment_method")) == before


@pytest.mark.parametrize("way", ["portal", "checkout"])
def test_a_card_for_a_membership_that_ended_meanwhile_changes_nothing(portal: StripeBench, way: str) -> None:
    portal.account = replace(portal.account, settings={**portal.account.settings, "card_page": way})
    first = joined(portal)
    page = begin(portal, first)
    assert requests.delete(
        f"{portal.fake.address}/v1/subscriptions/{first.mandate_id}",
        auth=(portal.account.secrets["secret_key"], ""),
        headers={"Stripe-Version": portal.fake.world.version},
        timeout=10,
    ).ok
    portal.choose(page, "pays")
    assert fetched(portal, first).state is AgreementState.ENDED


def test_a_portal_that_is_not_set_up_leads_to_checkout_and_says_what_to_do(
    portal: StripeBench, caplog: pytest.LogCaptureFixture
) -> None:
    first = joined(portal)
    portal.fake.world.portal = False
    with caplog.at_level(logging.ERROR, logger="standfirst.payments"):
        page = begin(portal, first)
    assert page.url.startswith(f"{portal.fake.address}/c/pay/")
    assert "open Settings, Billing, Customer portal at Stripe" in caplog.text
    with pytest.raises(ProviderError, match="open Settings, Billing, Customer portal at Stripe") as caught:
        portal.provider.check(portal.account)
    assert caught.value.code == "portal"
    portal.fake.world.portal = True
    assert "Stripe knows the account" in portal.provider.check(portal.account)


@pytest.mark.parametrize(("chosen", "kept"), [("", "checkout"), ("portal", "portal"), ("checkout", "checkout")])
def test_checkout_is_what_nobody_has_to_choose(chosen: str, kept: str) -> None:
    form = StripeForm({"card_page": chosen})
    assert form.is_valid()
    assert form.cleaned_data["card_page"] == kept
