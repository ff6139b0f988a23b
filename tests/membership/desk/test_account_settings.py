"""What a provider's own settings form says, taken over into the account."""

from __future__ import annotations

import pytest

from standfirst.membership.desk.account_forms import keep, settings_form
from standfirst.payments.models import ProviderAccount


@pytest.mark.parametrize(("key", "is_test"), [("rk_test_1", True), ("rk_live_1", False)])
def test_the_key_of_stripe_decides_about_test_mode_and_is_kept_sealed(key: str, is_test: bool) -> None:
    account = ProviderAccount(provider="stripe", is_test=not is_test, settings={"fake": "http://127.0.0.1:1"})
    form = settings_form(account, {"own-secret_key": key, "own-webhook_secret": "whsec_1"})
    assert form.is_valid(), form.errors
    keep(account, form)
    assert account.is_test is is_test
    assert account.settings == {"fake": "http://127.0.0.1:1"}  # what the form does not know stays
    assert account.secrets == {"secret_key": key, "webhook_secret": "whsec_1"}
    assert key not in account.sealed


def test_an_empty_form_leaves_secrets_and_mode_as_they_are() -> None:
    account = ProviderAccount(provider="stripe", is_test=True)
    account.keep_secrets(secret_key="rk_test_1", webhook_secret="whsec_1")
    form = settings_form(account, {})
    assert form.is_valid(), form.errors
    keep(account, form)
    assert (account.is_test, account.secrets["secret_key"]) == (True, "rk_test_1")
