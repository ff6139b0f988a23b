"""The settings of an account, its keys, the errors of Stripe, and where the fake must not be."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest
from tests.payments.providers.benches import StripeBench, agree
from tests.payments.providers.stripe.test_subscriptions import control, joined

from standfirst.kit.money import Money
from standfirst.payments.providers.interface import Credentials, Interval, NotReached, ProviderError
from standfirst.payments.providers.stripe import PROVIDER, client
from standfirst.payments.providers.stripe.forms import StripeForm


@pytest.mark.parametrize(
    ("key", "is_test"), [("sk_test_1", True), ("rk_test_1", True), ("sk_live_1", False), ("rk_live_1", False)]
)
def test_the_key_says_whether_it_is_test_mode(key: str, is_test: bool) -> None:
    form = StripeForm({"secret_key": f" {key} ", "webhook_secret": "whsec_1"})
    assert form.is_valid(), form.errors
    wanted = {"secret_key": key, "webhook_secret": "whsec_1", "is_test": is_test, "card_page": "checkout"}
    assert form.cleaned_data == wanted


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"secret_key": "pk_live_1"}, "secret_key"),
        ({"secret_key": "12345"}, "secret_key"),
        ({"webhook_secret": "sk_test_1"}, "webhook_secret"),
    ],
)
def test_what_is_no_key_is_refused(values: dict[str, str], field: str) -> None:
    assert list(StripeForm(values).errors) == [field]


def test_left_empty_nothing_is_said_about_the_mode() -> None:
    form = StripeForm({})
    assert form.is_valid()
    assert "is_test" not in form.cleaned_data


def test_our_version_is_the_one_that_the_library_was_made_for() -> None:
    from stripe._api_version import _ApiVersion

    assert client.API_VERSION == _ApiVersion.CURRENT


def test_an_account_without_a_key_is_not_asked_for() -> None:
    with pytest.raises(ProviderError, match="no secret key") as caught:
        PROVIDER.check(Credentials({}, {}))
    assert caught.value.code == "credentials"


@pytest.mark.parametrize(
    ("address", "is_test", "allowed"),
    [
        ("http://192.0.2.7:80", True, True),
        ("http://fake.example", True, True),
        ("http://127.0.0.1:1", False, True),
        ("http://127.0.0.1:1", True, False),
    ],
)
def test_a_fake_is_for_loopback_and_test_mode_and_the_demo(
    settings: Any, address: str, is_test: bool, allowed: bool
) -> None:
    settings.PAYMENT_FAKES = allowed
    with pytest.raises(ProviderError, match="demo only") as caught:
        PROVIDER.check(Credentials({"fake": address}, {"secret_key": "sk_test_1"}, is_test=is_test))
    assert caught.value.code == "fake"


def test_production_settings_do_not_load_the_fake() -> None:
    program = (
        "from django.conf import settings; settings.configure(PAYMENT_FAKES=False)\n"
        "import standfirst.payments.providers.stripe.fake.server"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=120)
    assert ran.returncode != 0
    assert "production settings do not load it" in ran.stderr


@pytest.mark.enable_socket
@pytest.mark.parametrize(
    ("status", "error"), [(429, NotReached), (500, NotReached), (409, NotReached), (403, ProviderError)]
)
def test_stripes_errors_say_whether_to_ask_again(stripe: StripeBench, status: int, error: type[ProviderError]) -> None:
    control(stripe, "fail", statuses=[status])
    with pytest.raises(error) as caught:
        stripe.provider.check(stripe.account)
    assert caught.value.retry is (error is NotReached)


@pytest.mark.enable_socket
def test_a_wrong_key_is_told_as_such(stripe: StripeBench) -> None:
    wrong = replace(stripe.account, secrets={**stripe.account.secrets, "secret_key": "sk_test_wrong"})
    with pytest.raises(ProviderError, match="does not accept") as caught:
        stripe.provider.check(wrong)
    assert (caught.value.code, caught.value.retry) == ("credentials", False)
    assert "sk_test_wrong" not in str(caught.value)
    half = replace(stripe.account, secrets={"secret_key": stripe.account.secrets["secret_key"]})
    with pytest.raises(ProviderError, match="signing secret"):
        stripe.provider.check(half)


@pytest.mark.enable_socket
@pytest.mark.parametrize("interval", [Interval.ONCE, Interval.MONTH])
def test_an_answer_that_was_lost_makes_no_second_checkout(stripe: StripeBench, interval: Interval) -> None:
    order = agree(interval)
    control(stripe, "fail", swallow=1)
    with pytest.raises(NotReached):
        stripe.provider.start(stripe.account, order)
    started = stripe.provider.start(stripe.account, order)
    assert [row["id"] for row in stripe.fake.world.all("checkout.session")] == [started.object_id]


@pytest.mark.enable_socket
def test_the_library_tries_again_by_itself(stripe: StripeBench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "RETRIES", 2)
    client.forget_clients()
    control(stripe, "fail", statuses=[500])
    assert stripe.provider.check(stripe.account)
    client.forget_clients()


@pytest.mark.enable_socket
def test_a_refund_is_found_again_after_stripe_forgot_its_key(stripe: StripeBench) -> None:
    payment = joined(stripe).payments[0].payment_id
    first = stripe.provider.refund(stripe.account, payment_id=payment, amount=Money(300, "GEL"), key="r1")
    stripe.fake.world.forget_keys()
    again = stripe.provider.refund(stripe.account, payment_id=payment, amount=Money(300, "GEL"), key="r1")
    assert (again, len(stripe.fake.world.all("refund"))) == (first, 1)


@pytest.mark.enable_socket
def test_more_than_was_paid_is_not_given_back(stripe: StripeBench) -> None:
    payment = joined(stripe).payments[0].payment_id
    with pytest.raises(ProviderError, match="greater than"):
        stripe.provider.refund(stripe.account, payment_id=payment, amount=Money(1201, "GEL"), key="r1")
    with pytest.raises(ProviderError, match="outside of Stripe"):
        stripe.provider.refund(stripe.account, payment_id="in_1", amount=Money(1, "GEL"), key="r2")
    assert stripe.fake.world.all("refund") == []


@pytest.mark.enable_socket
@pytest.mark.parametrize("amount", [Money(0, "GEL"), Money(12345, "KWD")])
def test_amounts_that_stripe_cannot_take_are_refused_before_it_is_asked(stripe: StripeBench, amount: Money) -> None:
    with pytest.raises(ProviderError) as caught:
        stripe.provider.start(stripe.account, agree(amount=amount))
    assert caught.value.code == "amount"
    assert stripe.fake.world.all("checkout.session") == []
