"""The demo's membership: something to join in every currency, made once."""

from __future__ import annotations

import pytest

from standfirst.demo.steps.membership import offer_membership
from standfirst.membership.flows.offers import choose, ways_to_pay
from standfirst.membership.models import Price, Tier
from standfirst.payments.models import ProviderAccount

pytestmark = pytest.mark.django_db


def test_one_can_join_and_pay_and_a_second_building_adds_nothing() -> None:
    offer_membership()
    offer_membership()
    assert (Tier.objects.count(), Price.objects.count(), ProviderAccount.objects.count()) == (2, 8, 1)
    choice = choose("ka")
    assert (choice.currency, [offer.text.name for offer in choice.offers]) == ("GEL", ["მკითხველი", "მხარდამჭერი"])
    assert choose("en").currency == "EUR"
    assert [account.provider for account in ways_to_pay("EUR", "month")] == ["sandbox"]
