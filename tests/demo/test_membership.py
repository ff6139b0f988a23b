"""The demo's membership: something to join in every currency, made once."""

from __future__ import annotations

import pytest

from standfirst.demo.steps.membership import offer_membership
from standfirst.membership.flows.offers import choose, ways_to_pay
from standfirst.membership.models import Price, Tier
from standfirst.payments.models import ProviderAccount
from standfirst.payments.providers.bank.forms import BankSettingsForm
from standfirst.payments.providers.fakes import fake_address

pytestmark = pytest.mark.django_db


def test_one_can_join_and_pay_and_a_second_building_adds_nothing() -> None:
    offer_membership()
    offer_membership()
    assert (Tier.objects.count(), Price.objects.count(), ProviderAccount.objects.count()) == (2, 12, 4)
    choice = choose("ka")
    assert (choice.currency, [offer.text.name for offer in choice.offers]) == ("GEL", ["მკითხველი", "მხარდამჭერი"])
    assert choose("en").currency == "EUR"
    assert [account.provider for account in ways_to_pay("EUR", "month")] == ["sandbox", "stripe", "flitt", "bank"]


def test_no_account_can_reach_a_provider_and_all_say_that_they_are_for_tests() -> None:
    offer_membership()
    assert all(account.is_test for account in ProviderAccount.objects.all())
    for account in ProviderAccount.objects.filter(provider__in=["stripe", "flitt"]):
        assert fake_address(account.credentials) == "http://127.0.0.1:0"
    bank = ProviderAccount.objects.get(provider="bank")
    assert BankSettingsForm(bank.settings).is_valid()
