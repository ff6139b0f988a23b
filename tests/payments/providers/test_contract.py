"""What the layers above rely on, of every provider with its fake."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tests.payments.providers.benches import Bench, agree, changed, without_signature

from standfirst.kit.money import Money
from standfirst.payments.providers.interface import (
    AgreementState,
    BadNotice,
    Collect,
    Interval,
    NotReached,
    PaymentState,
    ProviderError,
    RunBy,
    Snapshot,
    Started,
)

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)


def is_sent(bench: Bench) -> bool:
    """Whether the payer sends the money, and nobody collects it."""
    return bench.provider.abilities.run_by is RunBy.PAYER


def fetched(bench: Bench, started: Started) -> Snapshot:
    return bench.provider.fetch(bench.account, started.object_id)


def test_who_has_not_paid_yet_is_with_the_provider(bench: Bench) -> None:
    started = bench.provider.start(bench.account, agree())
    # Who sends the money is sent nowhere, and told instead; cash is handed over without a word of ours.
    assert started.url == "" if is_sent(bench) else started.url.startswith("http")
    assert bool(started.lines) is (bench.provider.name == "bank")
    assert started.object_id
    snapshot = fetched(bench, started)
    assert (snapshot.state, snapshot.payments, snapshot.token) == (AgreementState.OPEN, (), "")


@pytest.mark.parametrize("interval", list(Interval))
def test_a_payment_makes_the_agreement_active(bench: Bench, interval: Interval) -> None:
    what = agree(interval)
    started = bench.provider.start(bench.account, what)
    bench.pay(started)
    snapshot = fetched(bench, started)
    assert snapshot.state is AgreementState.ACTIVE
    (fact,) = snapshot.payments
    assert (fact.amount, fact.state, fact.refunded) == (Money(1200, "GEL"), PaymentState.SETTLED, 0)
    # A bank says the day and not the hour.
    assert abs(fact.at - datetime.now(UTC)) < (timedelta(days=1) if is_sent(bench) else timedelta(minutes=5))
    if bench.provider.abilities.run_by is RunBy.US:
        assert fact.key == what.key
        assert bool(snapshot.token) is bool(snapshot.mandate_id) is (interval is not Interval.ONCE)


def test_a_declined_card_pays_nothing_and_may_be_followed_by_a_good_one(bench: Bench) -> None:
    if is_sent(bench):
        pytest.skip("nobody asks a card")
    started = bench.provider.start(bench.account, agree())
    bench.decline(started)
    snapshot = fetched(bench, started)
    assert snapshot.state in {AgreementState.OPEN, AgreementState.FAILING}
    assert all(fact.state is PaymentState.FAILED and fact.failure for fact in snapshot.payments)
    bench.pay(started)
    snapshot = fetched(bench, started)
    assert snapshot.state is AgreementState.ACTIVE
    assert [fact.state for fact in snapshot.payments if fact.state is not PaymentState.FAILED] == [PaymentState.SETTLED]


def test_starting_twice_with_one_key_lets_the_payer_pay_once(bench: Bench) -> None:
    what = agree()
    bench.provider.start(bench.account, what)
    again = bench.provider.start(bench.account, what)
    bench.pay(again)
    paid = [fact for fact in fetched(bench, again).payments if fact.state is PaymentState.SETTLED]
    assert [fact.amount for fact in paid] == [Money(1200, "GEL")]


def test_every_id_that_was_named_leads_to_the_same_agreement(bench: Bench) -> None:
    started = bench.provider.start(bench.account, agree())
    bench.pay(started)
    snapshot = fetched(bench, started)
    names = {snapshot.object_id, snapshot.mandate_id, *(fact.payment_id for fact in snapshot.payments)} - {""}
    assert {bench.provider.fetch(bench.account, name) for name in names} == {snapshot}


def test_who_cannot_give_back_says_so(bench: Bench) -> None:
    if bench.provider.abilities.refunds:
        pytest.skip("it can, see below")
    started = bench.provider.start(bench.account, agree())
    bench.pay(started)
    (fact,) = fetched(bench, started).payments
    with pytest.raises(ProviderError) as caught:
        bench.provider.refund(bench.account, payment_id=fact.payment_id, amount=Money(500, "GEL"), key="k")
    assert caught.value.retry is False
    assert fetched(bench, started).payments == (fact,)


def test_a_refund_is_made_once_for_its_key(bench: Bench) -> None:
    if not bench.provider.abilities.refunds:
        pytest.skip("it cannot give back")
    started = bench.provider.start(bench.account, agree())
    bench.pay(started)
    (fact,) = fetched(bench, started).payments

    def refund(key: str) -> Money:
        done = bench.provider.refund(bench.account, payment_id=fact.payment_id, amount=Money(500, "GEL"), key=key)
        assert done.refund_id
        return done.amount

    assert refund("9b0d7e1c-0000-4000-8000-000000000001") == Money(500, "GEL")
    assert refund("9b0d7e1c-0000-4000-8000-000000000001") == Money(500, "GEL")
    (after,) = fetched(bench, started).payments
    assert (after.refunded, after.state) == (500, PaymentState.SETTLED)
    refund("9b0d7e1c-0000-4000-8000-000000000002")
    (after,) = fetched(bench, started).payments
    assert after.refunded == 1000
    with pytest.raises(ProviderError):
        refund("9b0d7e1c-0000-4000-8000-000000000003")
    (after,) = fetched(bench, started).payments
    assert after.refunded == 1000


def test_what_we_collect_is_collected_once_for_its_key(bench: Bench) -> None:
    if bench.provider.abilities.run_by is not RunBy.US:
        pytest.skip("this provider collects by itself, or nobody does")
    what = agree()
    started = bench.provider.start(bench.account, what)
    bench.pay(started)
    first = fetched(bench, started)
    order = Collect(f"{what.key}:2026-12-01:1", first.mandate_id, Money(1500, "GEL"), "Supporter", first.token)
    collected = bench.provider.start(bench.account, order)
    assert bench.provider.start(bench.account, order).object_id == collected.object_id
    snapshot = bench.provider.fetch(bench.account, first.mandate_id)
    assert [(fact.amount.amount, fact.key) for fact in snapshot.payments] == [(1200, what.key), (1500, order.key)]
    assert bench.provider.fetch(bench.account, collected.object_id) == snapshot
    bench.provider.start(bench.account, replace(order, key=f"{what.key}:2027-01-01:1"))
    assert len(bench.provider.fetch(bench.account, first.mandate_id).payments) == 3


def test_messages_name_the_agreement_and_are_the_same_when_repeated(bench: Bench) -> None:
    if not bench.provider.abilities.webhooks:
        pytest.skip("this provider sends nothing")
    what = agree()
    started = bench.provider.start(bench.account, what)
    bench.pay(started)
    messages = list(bench.messages())
    assert messages
    notices = [
        bench.provider.read_webhook(bench.account, headers=headers, body=body, now=datetime.now(UTC))
        for headers, body in messages
    ]
    assert {notice.reference for notice in notices} == {what.key}
    assert any(started.object_id in notice.object_ids for notice in notices)
    assert len({notice.event_id for notice in notices}) == len(notices)
    headers, body = messages[0]
    assert bench.provider.read_webhook(bench.account, headers=headers, body=body, now=NOW) == notices[0]


def test_who_sends_no_messages_takes_none(bench: Bench) -> None:
    if bench.provider.abilities.webhooks:
        pytest.skip("this provider sends some")
    with pytest.raises(BadNotice):
        bench.provider.read_webhook(bench.account, headers={}, body=b"{}", now=NOW)


def test_forged_and_unreadable_messages_are_refused(bench: Bench) -> None:
    if not bench.provider.abilities.webhooks:
        pytest.skip("this provider sends nothing")
    started = bench.provider.start(bench.account, agree())
    bench.pay(started)
    message = next(iter(bench.messages()))
    headers, body = message
    strange = replace(bench.account, secrets={name: f"{value}x" for name, value in bench.account.secrets.items()})
    bodies = [b"", b"\xff\xfe", b"null", b"[]", b"{}", b'"x"', b"[" * 100_000, body[:-1], body.replace(b"1", b"2")]
    for bad in bodies:
        with pytest.raises(BadNotice):
            bench.provider.read_webhook(bench.account, headers=headers, body=bad, now=NOW)
    with pytest.raises(BadNotice):
        bench.provider.read_webhook(strange, headers=headers, body=body, now=NOW)
    with pytest.raises(BadNotice):
        bench.provider.read_webhook(replace(bench.account, secrets={}), headers=headers, body=body, now=NOW)
    unsigned = changed((without_signature(headers), body), signature="")
    with pytest.raises(BadNotice):
        bench.provider.read_webhook(bench.account, headers=unsigned[0], body=unsigned[1], now=NOW)


def test_a_message_that_was_signed_long_ago_is_refused(bench: Bench) -> None:
    if not bench.has_stale:
        pytest.skip("its messages do not say when they were signed; they only make us fetch")
    bench.pay(bench.provider.start(bench.account, agree()))
    headers, body = next(iter(bench.messages()))
    with pytest.raises(BadNotice, match="old"):
        bench.provider.read_webhook(bench.account, headers=headers, body=body, now=NOW + timedelta(hours=1))


def test_what_the_provider_does_not_know_is_unknown(bench: Bench) -> None:
    for name in ("nothing", "", "0d9c9f1e-0000-4000-8000-00000000dead", "x" * 255):
        with pytest.raises(ProviderError) as caught:
            bench.provider.fetch(bench.account, name)
        assert (caught.value.code, caught.value.retry) == ("unknown", False)


def test_a_provider_that_does_not_answer_is_asked_again(bench: Bench) -> None:
    if not bench.is_elsewhere:
        pytest.skip("it is a part of the site and always answers")
    started = bench.provider.start(bench.account, agree())
    bench.pay(started)
    (fact,) = fetched(bench, started).payments
    bench.go_away()
    with pytest.raises(NotReached):
        bench.provider.fetch(bench.account, started.object_id)
    with pytest.raises(NotReached):
        bench.provider.start(bench.account, agree())
    with pytest.raises(NotReached):
        bench.provider.refund(bench.account, payment_id=fact.payment_id, amount=Money(1, "GEL"), key="k")
    with pytest.raises(NotReached):
        bench.provider.check(bench.account)


def test_the_connection_can_be_tested(bench: Bench) -> None:
    assert bench.provider.check(bench.account).endswith(".")


def test_secrets_are_never_written_into_what_is_shown(bench: Bench) -> None:
    started = bench.provider.start(bench.account, agree())
    bench.pay(started)
    snapshot = fetched(bench, started)
    shown = repr(bench.account) + repr(snapshot) + repr(started)
    assert not [secret for secret in bench.account.secrets.values() if len(secret) > 4 and secret in shown]
    assert not snapshot.token or snapshot.token not in shown


def test_the_settings_form_knows_its_secrets(bench: Bench) -> None:
    form = bench.provider.settings_form()
    assert set(form.secret_fields) <= set(form.base_fields)
    assert set(bench.account.secrets) <= set(form.secret_fields)
