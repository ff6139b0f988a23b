"""Flitt: lost answers, declined collections, other cards, and what cannot be read."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import signing
from django.test import Client
from tests.payments.providers.benches import FlittBench, agree

from standfirst.kit.money import Money
from standfirst.payments.providers.flitt import client
from standfirst.payments.providers.flitt.forms import FlittForm
from standfirst.payments.providers.flitt.orders import read_order
from standfirst.payments.providers.interface import (
    AgreementState,
    BadNotice,
    Change,
    Collect,
    Credentials,
    Interval,
    NewInstrument,
    NotReached,
    PaymentState,
    ProviderError,
    Snapshot,
)

pytestmark = pytest.mark.django_db


def begin(flitt: FlittBench) -> Snapshot:
    """A monthly agreement that was paid for the first time."""
    started = flitt.provider.start(flitt.account, agree())
    flitt.pay(started)
    return flitt.provider.fetch(flitt.account, started.object_id)


def order(of: Snapshot, attempt: int = 1, **given: Any) -> Collect:
    values: dict[str, Any] = {"amount": Money(1200, "GEL"), "description": "Supporter", "token": of.token}
    return Collect(f"{of.mandate_id}:2026-12-01:{attempt}", of.mandate_id, **values | given)


def fetch(flitt: FlittBench, of: Snapshot) -> Snapshot:
    return flitt.provider.fetch(flitt.account, of.mandate_id)


def test_what_the_page_is_asked_for(flitt: FlittBench) -> None:
    what = agree(language="hy")
    started = flitt.provider.start(flitt.account, what)
    asked = flitt.world.orders[what.key].asked
    assert (asked["amount"], asked["currency"], asked["order_desc"]) == (1200, "GEL", "Supporter")
    assert (asked["required_rectoken"], asked["merchant_data"], asked["lang"]) == ("Y", "month", "en")
    assert asked["server_callback_url"] == what.webhook_url
    assert asked["response_url"].startswith("https://news.example/payments/flitt/back/?to=")
    assert started.object_id == what.key
    assert started.expires_at is not None


def test_a_payer_who_is_sent_back_with_post_arrives_by_get(flitt: FlittBench) -> None:
    what = agree()
    flitt.provider.start(flitt.account, what)
    address = flitt.world.orders[what.key].asked["response_url"]
    client = Client(enforce_csrf_checks=True)
    for answer in (client.post(address, {"order_status": "approved"}), client.get(address)):
        assert (answer.status_code, answer["Location"]) == (303, what.return_url)
        assert answer["Cache-Control"] == "private, no-store"
    for bad in ("", "?to=https://evil.example/", f"?to={signing.dumps('https://evil.example/')}"):
        assert client.get(f"/payments/flitt/back/{bad}").status_code == 404


def test_a_single_payment_asks_for_no_token(flitt: FlittBench) -> None:
    what = agree(Interval.ONCE)
    flitt.provider.start(flitt.account, what)
    assert "required_rectoken" not in flitt.world.orders[what.key].asked


def test_the_card_is_shown_as_people_know_it(flitt: FlittBench) -> None:
    snapshot = begin(flitt)
    assert (snapshot.instrument, snapshot.instrument_expires) == ("Visa •••• 6666", "2031-04")
    assert snapshot.interval is Interval.MONTH


def test_a_page_whose_address_was_lost_is_ordered_again_and_paid_once(flitt: FlittBench) -> None:
    what = agree()
    flitt.loses = ["checkout/url"]
    with pytest.raises(NotReached):
        flitt.provider.start(flitt.account, what)
    started = flitt.provider.start(flitt.account, what)
    assert started.object_id == f"{what.key}~2"
    flitt.pay(started)
    for name in (what.key, started.object_id):
        snapshot = flitt.provider.fetch(flitt.account, name)
        assert snapshot.state is AgreementState.ACTIVE
        assert [fact.payment_id for fact in snapshot.payments] == [f"{what.key}~2"]
        assert snapshot.mandate_id == what.key


def test_a_page_is_not_ordered_without_end(flitt: FlittBench) -> None:
    what = agree()
    for _ in range(5):
        flitt.provider.start(flitt.account, what)
    with pytest.raises(ProviderError, match="begun too often") as caught:
        flitt.provider.start(flitt.account, what)
    assert not caught.value.retry


def test_a_collection_whose_answer_was_lost_is_not_made_twice(flitt: FlittBench) -> None:
    begun = begin(flitt)
    flitt.loses = ["recurring"]
    with pytest.raises(NotReached):
        flitt.provider.start(flitt.account, order(begun))
    flitt.provider.start(flitt.account, order(begun))
    assert [fact.state for fact in fetch(flitt, begun).payments] == [PaymentState.SETTLED] * 2
    assert flitt.world.asked.count("recurring") == 1


def test_of_two_who_collect_at_once_with_one_key_one_does(flitt: FlittBench, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = begin(flitt)
    send, between = client.send, [order(begun)]

    def interrupted(url: str, body: dict[str, Any]) -> bytes:
        if url.endswith("/recurring") and between:
            flitt.provider.start(flitt.account, between.pop())
        return send(url, body)

    monkeypatch.setattr(client, "send", interrupted)
    started = flitt.provider.start(flitt.account, order(begun))
    assert started.object_id == f"{begun.mandate_id}:1"
    assert len(fetch(flitt, begun).payments) == 2


def test_of_two_who_collect_at_once_with_two_keys_both_do(flitt: FlittBench, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = begin(flitt)
    send, between = client.send, [order(begun, 2)]

    def interrupted(url: str, body: dict[str, Any]) -> bytes:
        if url.endswith("/recurring") and between:
            flitt.provider.start(flitt.account, between.pop())
        return send(url, body)

    monkeypatch.setattr(client, "send", interrupted)
    flitt.provider.start(flitt.account, order(begun, 1))
    keys = [fact.key.rpartition(":")[2] for fact in fetch(flitt, begun).payments[1:]]
    assert keys == ["2", "1"]


def test_a_declined_collection_is_failing_until_the_next_that_succeeds(flitt: FlittBench) -> None:
    begun = begin(flitt)
    flitt.world.spoil(begun.mandate_id)
    flitt.provider.start(flitt.account, order(begun, 1))
    failing = fetch(flitt, begun)
    assert (failing.state, failing.payments[-1].state) == (AgreementState.FAILING, PaymentState.FAILED)
    assert failing.payments[-1].failure == "1000"
    flitt.provider.start(flitt.account, order(begun, 1))
    assert fetch(flitt, begun) == failing
    flitt.world.mend(begun.mandate_id)
    flitt.provider.start(flitt.account, order(begun, 2))
    good = fetch(flitt, begun)
    assert good.state is AgreementState.ACTIVE
    assert [fact.key.rpartition(":")[2] for fact in good.payments[1:]] == ["1", "2"]


def test_a_token_that_flitt_does_not_know_makes_no_payment(flitt: FlittBench) -> None:
    begun = begin(flitt)
    with pytest.raises(ProviderError, match="rectoken") as caught:
        flitt.provider.start(flitt.account, order(begun, token="forged"))
    assert not caught.value.retry
    assert len(fetch(flitt, begun).payments) == 1
    flitt.provider.start(flitt.account, order(begun))
    assert len(fetch(flitt, begun).payments) == 2


def test_another_card_is_used_from_then_on_and_nothing_is_paid_for_it(flitt: FlittBench) -> None:
    begun = begin(flitt)
    what = NewInstrument(
        "new", begun.mandate_id, "", "ka", "https://news.example/account/", "https://news.example/hook/"
    )
    started = flitt.provider.start(flitt.account, what)
    assert fetch(flitt, begun).token == begun.token
    flitt.pay(started)
    after = fetch(flitt, begun)
    assert after.token not in {"", begun.token}
    assert after.payments == begun.payments
    assert flitt.world.orders[started.object_id].asked["verification"] == "Y"
    assert flitt.provider.start(flitt.account, replace(what, key="newer")).object_id == f"{begun.mandate_id}:card:2"
    assert fetch(flitt, begun).token == after.token


def test_a_first_payment_of_another_day_only_takes_the_card(flitt: FlittBench) -> None:
    what = agree(first_charge_at=datetime.now(UTC) + timedelta(days=20))
    started = flitt.provider.start(flitt.account, what)
    flitt.pay(started)
    snapshot = flitt.provider.fetch(flitt.account, started.object_id)
    assert (snapshot.state, snapshot.payments, snapshot.interval) == (AgreementState.ACTIVE, (), Interval.MONTH)
    flitt.provider.start(flitt.account, order(snapshot))
    assert [fact.amount for fact in fetch(flitt, snapshot).payments] == [Money(1200, "GEL")]


def test_a_payment_in_processing_is_pending_and_then_what_it_becomes(flitt: FlittBench) -> None:
    started = flitt.provider.start(flitt.account, agree())
    flitt.world.pay(started.object_id, "4444555511110017")
    pending = flitt.provider.fetch(flitt.account, started.object_id)
    assert (pending.state, pending.payments[0].state) == (AgreementState.OPEN, PaymentState.PENDING)
    flitt.world.settle(started.object_id, "approved")
    done = flitt.provider.fetch(flitt.account, started.object_id)
    assert (done.state, done.payments[0].state) == (AgreementState.ACTIVE, PaymentState.SETTLED)


@pytest.mark.parametrize("declines", [False, True])
def test_a_page_that_nobody_finished_is_abandoned(flitt: FlittBench, declines: bool) -> None:
    flitt.clock -= timedelta(hours=11)
    started = flitt.provider.start(flitt.account, agree())
    if declines:
        flitt.decline(started)
    flitt.clock += timedelta(hours=11)
    assert flitt.provider.fetch(flitt.account, started.object_id).state is AgreementState.ABANDONED


def test_a_change_asks_flitt_nothing(flitt: FlittBench) -> None:
    begun = begin(flitt)
    before = list(flitt.world.asked)
    flitt.provider.start(flitt.account, Change("k", begun.mandate_id, amount=Money(1500, "GEL"), ends=True))
    assert flitt.world.asked == before


def test_a_refund_of_everything_reverses_the_order(flitt: FlittBench) -> None:
    begun = begin(flitt)
    done = flitt.provider.refund(flitt.account, payment_id=begun.mandate_id, amount=Money(1200, "GEL"), key="r")
    assert (done.is_final, done.amount) == (True, Money(1200, "GEL"))
    after = fetch(flitt, begun)
    assert flitt.world.orders[begun.mandate_id].status == "reversed"
    assert (after.state, after.payments[0].refunded) == (AgreementState.ACTIVE, 1200)


def test_an_answer_that_is_not_signed_is_not_believed(flitt: FlittBench, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = begin(flitt)
    send = client.send

    def forged(url: str, body: dict[str, Any]) -> bytes:
        answer = json.loads(send(url, body))
        answer["response"]["order_status"] = "approved"
        answer["response"]["amount"] = "999999"
        return json.dumps(answer).encode()

    monkeypatch.setattr(client, "send", forged)
    with pytest.raises(NotReached, match="not believed"):
        fetch(flitt, begun)


@pytest.mark.parametrize("answer", [b"", b"<html>", b"[]", b'{"response": 5}', b'{"response": {}}'])
def test_what_cannot_be_read_says_nothing(flitt: FlittBench, monkeypatch: pytest.MonkeyPatch, answer: bytes) -> None:
    monkeypatch.setattr(client, "send", lambda url, body: answer)
    with pytest.raises(ProviderError) as caught:
        flitt.provider.start(flitt.account, agree())
    assert caught.value.code in {"not_reached", ""}


def test_an_order_that_lacks_what_is_documented_says_nothing() -> None:
    with pytest.raises(NotReached, match="order_time"):
        read_order({"currency": "GEL", "amount": "5", "order_id": "x", "order_status": "approved"})


def test_wrong_credentials_are_named(flitt: FlittBench) -> None:
    for account in (
        replace(flitt.account, secrets={"payment_key": "wrong"}),
        replace(flitt.account, settings={**flitt.account.settings, "merchant_id": "1"}),
        Credentials({}, {}),
    ):
        with pytest.raises(ProviderError) as caught:
            flitt.provider.check(account)
        assert (caught.value.code, caught.value.retry) == ("credentials", False)


@pytest.mark.parametrize(
    ("code", "ours", "retry"),
    [
        ("1000", "not_reached", True),
        ("1002", "not_reached", True),
        ("1004", "1004", False),
        ("1006", "configuration", False),
        ("1012", "configuration", False),
        ("1013", "duplicate", False),
        ("1014", "credentials", False),
        ("1016", "credentials", False),
        ("1018", "unknown", False),
        ("", "", False),
    ],
)
def test_what_flitts_codes_mean(code: str, ours: str, retry: bool) -> None:
    error = client.refusal({"response_status": "failure", "error_code": code, "error_message": "Why"})
    assert (error.code, error.retry, "Why" in str(error)) == (ours, retry, True)


def test_a_fake_is_only_asked_in_the_demo(flitt: FlittBench, settings: Any) -> None:
    before = list(flitt.world.asked)
    with pytest.raises(ProviderError, match="for the demo only"):
        flitt.provider.check(replace(flitt.account, is_test=False))
    elsewhere = {**flitt.account.settings, "fake": "http://10.0.0.5:80"}
    with pytest.raises(ProviderError, match="for the demo only"):
        flitt.provider.check(replace(flitt.account, settings=elsewhere))
    settings.PAYMENT_FAKES = False
    with pytest.raises(ProviderError, match="for the demo only"):
        flitt.provider.check(flitt.account)
    assert flitt.world.asked == before


def test_callbacks_of_another_merchant_are_refused(flitt: FlittBench) -> None:
    begin(flitt)
    values = {**flitt.world.callbacks[0][1], "merchant_id": 77}
    body = json.dumps(flitt.world.signed(values)).encode()
    with pytest.raises(BadNotice, match="another merchant"):
        flitt.provider.read_webhook(flitt.account, headers={}, body=body, now=datetime.now(UTC))


def test_an_order_that_is_not_ours_leads_to_no_agreement(flitt: FlittBench) -> None:
    begin(flitt)
    values = {**flitt.world.callbacks[0][1], "order_id": "shop-17"}
    body = json.dumps(flitt.world.signed(values)).encode()
    notice = flitt.provider.read_webhook(flitt.account, headers={}, body=body, now=datetime.now(UTC))
    assert (notice.object_ids, notice.reference) == (("shop-17",), "")


@pytest.mark.parametrize(
    ("number", "is_good"), [("1549901", True), (" 77 ", True), ("15A", False), ("", False), ("١٢", False)]
)
def test_the_merchant_number_has_digits(number: str, is_good: bool) -> None:
    form = FlittForm({"merchant_id": number, "payment_key": " key "})
    assert form.is_valid() is is_good
    if is_good:
        assert form.cleaned_data["payment_key"] == "key"
        assert form.cleaned_data.get("is_test", False) is (number == "1549901")
    assert "key" not in str(form["payment_key"]).replace("payment_key", "")
