"""The sandbox: everything that may happen to a payment, on a page; and nothing of it in production."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from django.core.checks import run_checks
from django.test import Client
from pytest_django.fixtures import Settings
from tests.money import factories
from tests.payments.providers.benches import SandboxBench, agree

from standfirst.kit.money import Money
from standfirst.payments import ledger
from standfirst.payments.actions.apply_snapshot import refresh
from standfirst.payments.actions.start_agreement import start_agreement
from standfirst.payments.models import Agreement, Payment
from standfirst.payments.providers.interface import (
    AgreementState,
    Collect,
    NewInstrument,
    PaymentState,
    ProviderError,
    Started,
)
from standfirst.payments.providers.sandbox import views
from standfirst.payments.providers.sandbox.models import SandboxOrder, SandboxPayment

pytestmark = pytest.mark.django_db


@pytest.fixture
def agreement() -> Agreement:
    account = factories.account("sandbox", is_test=True)
    made = factories.agreement(account, reference="pledge:0")
    return start_agreement(
        agreement=made,
        order=lambda one: agree(key=str(one.key), return_url="http://testserver/join/back/1/", language="en"),
    )


def choose(client: Client, agreement: Agreement, choice: str) -> str:
    """Press a button of the page; return where it leads."""
    answer = client.post(agreement.url.removeprefix("http://testserver"), {"choice": choice})
    assert answer.status_code == 302
    return str(answer["Location"])


def test_the_page_says_that_it_is_not_real_and_is_kept_by_nobody(agreement: Agreement, client: Client) -> None:
    answer = client.get(agreement.url)
    assert answer.status_code == 200
    assert "No payment is real" in answer.text
    assert "12" in answer.text
    assert answer["Cache-Control"] == "private, no-store"
    for choice in ("pays", "asks", "later", "disputes", "declines", "leaves"):
        assert f'value="{choice}"' in answer.text


@pytest.mark.parametrize(
    ("choice", "state", "payment", "books"),
    [
        ("pays", "active", "settled", {"provider": 1164, "income": -1200, "fees": 36}),
        ("confirms", "active", "settled", {"provider": 1164, "income": -1200, "fees": 36}),
        ("later", "open", "pending", {}),
        ("declines", "open", "failed", {}),
        ("disputes", "active", "disputed", {"provider": -36, "income": -1200, "fees": 36, "disputes": 1200}),
    ],
)
def test_each_choice_is_true_afterwards(
    agreement: Agreement, client: Client, choice: str, state: str, payment: str, books: dict[str, int]
) -> None:
    choose(client, agreement, choice)
    agreement = refresh(agreement)
    made = Payment.objects.get()
    assert (agreement.state, made.state, made.key) == (state, payment, str(agreement.key))
    assert dict(ledger.shown(made)) == books
    assert ledger.verify() == []


def test_the_bank_may_ask_first(agreement: Agreement, client: Client) -> None:
    answer = client.post(agreement.url, {"choice": "asks"})
    assert 'value="confirms"' in answer.text
    assert SandboxPayment.objects.count() == 0


def test_who_pays_goes_back_and_who_leaves_goes_elsewhere(agreement: Agreement, client: Client) -> None:
    assert choose(client, agreement, "leaves") == "https://news.example/join/"
    assert refresh(agreement).state == "abandoned"
    assert choose(client, agreement, "pays") == "http://testserver/join/back/1/"
    assert SandboxPayment.objects.count() == 0


def test_two_taps_pay_once(agreement: Agreement, client: Client) -> None:
    for _ in range(3):
        choose(client, agreement, "pays")
    refresh(agreement)
    assert Payment.objects.count() == 1


def test_money_that_was_on_its_way_arrives_and_can_be_disputed(agreement: Agreement, client: Client) -> None:
    choose(client, agreement, "later")
    refresh(agreement)
    there = f"{agreement.url}payments/{SandboxPayment.objects.get().number}/"
    seen = []
    for choice in ("arrives", "fails", "disputes", "wins"):
        client.post(there, {"choice": choice})
        refresh(agreement)
        seen.append(Payment.objects.get().state)
    assert seen == ["settled", "settled", "disputed", "lost"]
    assert Agreement.objects.get().state == "active"
    assert ledger.verify() == []


def test_what_happens_orders_a_fetch_as_a_message_would(
    agreement: Agreement, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    ordered: list[int] = []
    monkeypatch.setattr(views, "refresh_agreement", SimpleNamespace(enqueue=ordered.append))
    choose(client, agreement, "pays")
    assert ordered == [agreement.pk]


def test_a_card_that_is_declined_can_be_replaced(agreement: Agreement, client: Client, sandbox: SandboxBench) -> None:
    choose(client, agreement, "pays")
    agreement = refresh(agreement)

    def collect(attempt: int) -> None:
        key = f"{agreement.key}:2026-12-01:{attempt}"
        sandbox.provider.start(
            sandbox.account, Collect(key, agreement.mandate_id, Money(1200, "GEL"), "Supporter", agreement.token)
        )

    started = sandbox.provider.start(
        sandbox.account,
        NewInstrument("n", agreement.mandate_id, "", "en", "http://testserver/account/", "https://news.example/"),
    )
    assert client.post(started.url, {"choice": "bad"})["Location"] == "http://testserver/account/"
    agreement = refresh(agreement)
    assert agreement.instrument == "Sandbox •••• 0002"
    collect(1)
    assert sandbox.provider.fetch(sandbox.account, agreement.object_id).state is AgreementState.FAILING
    client.post(started.url, {"choice": "good"})
    with pytest.raises(ProviderError, match="does not know this card"):
        collect(2)
    agreement = refresh(agreement)
    collect(2)
    snapshot = sandbox.provider.fetch(sandbox.account, agreement.object_id)
    assert snapshot.state is AgreementState.ACTIVE
    assert [fact.state for fact in snapshot.payments] == [
        PaymentState.SETTLED,
        PaymentState.FAILED,
        PaymentState.SETTLED,
    ]


def test_a_first_payment_of_another_day_only_takes_the_card(sandbox: SandboxBench) -> None:
    what = agree()
    started = sandbox.provider.start(sandbox.account, replace(what, first_charge_at=SandboxOrder().made_at))
    sandbox.pay(started)
    snapshot = sandbox.provider.fetch(sandbox.account, started.object_id)
    assert (snapshot.state, snapshot.payments) == (AgreementState.ACTIVE, ())
    assert snapshot.token


def test_an_order_that_nobody_touched_is_over_after_a_day(sandbox: SandboxBench) -> None:
    started = sandbox.provider.start(sandbox.account, agree())
    order = SandboxOrder.objects.get(number=UUID(started.object_id))
    SandboxOrder.objects.update(expires_at=order.made_at)
    assert sandbox.provider.fetch(sandbox.account, started.object_id).state is AgreementState.ABANDONED


def test_production_refuses_the_sandbox_in_every_way(
    agreement: Agreement, client: Client, sandbox: SandboxBench, settings: Settings
) -> None:
    settings.PAYMENT_FAKES = False
    started = Started(agreement.object_id)
    with pytest.raises(ProviderError, match="production"):
        sandbox.provider.start(sandbox.account, agree())
    with pytest.raises(ProviderError, match="production"):
        sandbox.provider.fetch(sandbox.account, started.object_id)
    with pytest.raises(ProviderError, match="production"):
        sandbox.provider.check(sandbox.account)
    with pytest.raises(ProviderError, match="production"):
        sandbox.provider.refund(sandbox.account, payment_id=str(uuid4()), amount=Money(1, "GEL"), key="k")
    for path in (agreement.url, f"{agreement.url}card/", f"{agreement.url}payments/{uuid4()}/"):
        assert client.post(path, {"choice": "pays"}).status_code == 404
    assert client.get(agreement.url).status_code == 404
    assert SandboxPayment.objects.count() == 0
    (error,) = [one for one in run_checks(databases=["default"]) if one.id == "payments.E010"]
    assert "'Sandbox' is a sandbox" in error.msg
    agreement.account.is_open = False
    agreement.account.save()
    assert "payments.E010" not in {one.id for one in run_checks(databases=["default"])}


def test_the_check_is_silent_in_the_demo(agreement: Agreement) -> None:
    assert "payments.E010" not in {one.id for one in run_checks(databases=["default"])}
