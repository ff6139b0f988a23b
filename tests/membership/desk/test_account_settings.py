"""What a provider's own settings form says, taken over into the account."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from tests.factories import staff
from tests.money import factories

from standfirst.accounts.roles import Role
from standfirst.membership.desk.account_forms import keep, settings_form
from standfirst.payments.models import ProviderAccount


@pytest.mark.parametrize(("key", "is_test"), [("rk_test_1", True), ("rk_live_1", False)])
def test_the_key_of_stripe_decides_about_test_mode_and_is_kept_sealed(key: str, is_test: bool) -> None:
    account = ProviderAccount(provider="stripe", is_test=not is_test, settings={"fake": "http://127.0.0.1:1"})
    form = settings_form(account, {"own-secret_key": key, "own-webhook_secret": "whsec_1"})
    assert form.is_valid(), form.errors
    keep(account, form)
    assert account.is_test is is_test
    # What the form does not know stays.
    assert account.settings == {"fake": "http://127.0.0.1:1", "card_page": "checkout"}
    assert account.secrets == {"secret_key": key, "webhook_secret": "whsec_1"}
    assert key not in account.sealed


def test_an_empty_form_leaves_secrets_and_mode_as_they_are() -> None:
    account = ProviderAccount(provider="stripe", is_test=True)
    account.keep_secrets(secret_key="rk_test_1", webhook_secret="whsec_1")
    form = settings_form(account, {})
    assert form.is_valid(), form.errors
    keep(account, form)
    assert (account.is_test, account.secrets["secret_key"]) == (True, "rk_test_1")


@pytest.fixture
def manager(client: Client) -> Client:
    client.force_login(staff(Role.MEMBERSHIP_MANAGER))
    return client


def posted(account: ProviderAccount, manager: Client, **values: str) -> int:
    """Send the settings of `account`; return the status."""
    given = {"label": "Cards", "taken": "GEL", "position": "0", "own-secret_key": "", "own-webhook_secret": ""}
    address = reverse("membership_desk:account", args=[account.pk])
    return manager.post(address, {**given, **values}).status_code


@pytest.mark.django_db
def test_an_account_that_members_pay_through_stays_in_its_mode(manager: Client) -> None:
    account = factories.account("stripe", is_test=True, currencies=["GEL"])
    account.keep_secrets(secret_key="rk_test_1", webhook_secret="whsec_1")
    account.save()
    live = {"own-secret_key": "rk_live_1"}
    factories.agreement(account)
    for values in (live, {"is_test": ""}):
        assert posted(account, manager, **values) == 422
        kept = ProviderAccount.objects.get()
        assert (kept.is_test, kept.secrets["secret_key"]) == (True, "rk_test_1")
    assert posted(account, manager, **{"own-secret_key": "rk_test_2"}) == 302
    assert ProviderAccount.objects.get().secrets["secret_key"] == "rk_test_2"
    account.agreements.all().delete()
    assert posted(account, manager, **live) == 302
    assert ProviderAccount.objects.get().is_test is False
