"""What others do to an account at Stripe, and what goes wrong between us: nothing is lost, doubled, or told on."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import stripe as sdk
import time_machine
from tests.money import factories
from tests.payments.providers.benches import StripeBench, agree
from tests.payments.providers.stripe.test_histories import account_at
from tests.payments.providers.stripe.test_subscriptions import control, fetched, joined, states

from standfirst.kit.money import Money
from standfirst.payments import ledger
from standfirst.payments.actions.adopt_agreement import CannotAdopt, adoptable
from standfirst.payments.actions.apply_snapshot import refresh
from standfirst.payments.actions.process_event import process
from standfirst.payments.actions.reconcile import reconcile
from standfirst.payments.actions.take_webhook import take_webhook
from standfirst.payments.models import Agreement, Difference, Payment, ProviderAccount, WebhookEvent
from standfirst.payments.providers.interface import (
    AgreementState,
    Change,
    Interval,
    NotReached,
    ProviderError,
    Snapshot,
)
from standfirst.payments.providers.stripe.client import client_of, talking
from standfirst.payments.providers.stripe.fake import api
from standfirst.payments.providers.stripe.fake.server import SECRET_KEY, WEBHOOK_SECRET

pytestmark = [pytest.mark.enable_socket, pytest.mark.django_db]


def kept(stripe: StripeBench, first: Snapshot) -> Agreement:
    """The agreement of a subscription, as it is known here."""
    return refresh(factories.agreement(account_at(stripe), object_id=first.mandate_id))


def again(agreement: Agreement) -> Agreement:
    return Agreement.objects.select_related("account").get(pk=agreement.pk)


@pytest.mark.parametrize("strange", ["two items", "every week", "by use"])
def test_terms_that_we_cannot_keep_hide_no_payment_and_are_work_for_a_person(stripe: StripeBench, strange: str) -> None:
    first = joined(stripe)
    agreement = kept(stripe, first)
    row = stripe.fake.world.get("subscription", first.mandate_id)
    items = row["items"]["data"]
    if strange == "two items":
        items.append({**items[0], "id": "si_2"})
    elif strange == "every week":
        items[0]["price"]["recurring"]["interval"] = "week"
    else:
        items[0]["price"]["unit_amount"] = None
    found = reconcile(agreement)
    assert [one.kind for one in found] == ["contradiction"]
    assert first.mandate_id in found[0].sentence
    stripe.fake.world.rows[row["id"]]["cancel_at_period_end"] = True
    charged = stripe.fake.world.get("payment_intent", first.payments[0].payment_id)["latest_charge"]
    client_of(stripe.account).v1.refunds.create({"charge": charged, "amount": 100})
    agreement = refresh(again(agreement))
    assert (agreement.amount, agreement.interval, agreement.payments.get().refunded) == (1200, "month", 100)
    assert agreement.ends_at == first.period_end
    with pytest.raises(CannotAdopt, match=first.mandate_id):
        adoptable(account_at(stripe), fetched(stripe, first))


def test_a_customer_who_was_deleted_has_ended_and_paid_what_they_paid(stripe: StripeBench) -> None:
    first = joined(stripe)
    agreement = kept(stripe, first)
    client_of(stripe.account).v1.customers.delete(first.customer_id)
    assert reconcile(agreement) == []
    agreement.refresh_from_db()
    assert agreement.state == "ended"
    assert list(agreement.payments.values_list("provider_id", "state")) == [(first.payments[0].payment_id, "settled")]
    assert fetched(stripe, first).payments == first.payments


def test_a_day_of_ending_that_was_chosen_in_the_dashboard_can_be_taken_back(stripe: StripeBench) -> None:
    first = joined(stripe)
    client: Any = client_of(stripe.account)
    day = datetime(2035, 5, 17, tzinfo=UTC)
    client.v1.subscriptions.update(first.mandate_id, {"cancel_at": int(day.timestamp())})
    assert fetched(stripe, first).ends_at == day
    stripe.provider.start(stripe.account, Change("k1", first.mandate_id, ends=False))
    assert fetched(stripe, first).ends_at is None
    for number, ends in enumerate((True, False)):
        stripe.provider.start(stripe.account, Change(f"k{number + 2}", first.mandate_id, ends=ends))
        assert fetched(stripe, first).ends_at == (first.period_end if ends else None)


def test_an_answer_that_was_lost_and_another_language_make_one_checkout_to_pay_on(stripe: StripeBench) -> None:
    order = agree()
    control(stripe, "fail", swallow=1)
    with pytest.raises(NotReached):
        stripe.provider.start(stripe.account, order)
    other = replace(order, language="en", email="ana@other.example")
    started = stripe.provider.start(stripe.account, other)
    assert stripe.provider.start(stripe.account, other) == started
    assert len(stripe.fake.world.all("checkout.session")) == 2  # nobody knows the address of the first


def test_a_first_charge_is_ordered_again_on_the_next_day(stripe: StripeBench) -> None:
    """The earliest day for it is another one then; Stripe refuses the same key with other contents."""
    now = datetime.now(UTC).replace(hour=23, minute=59)
    order = agree(first_charge_at=now)
    with time_machine.travel(now, tick=False):
        stripe.provider.start(stripe.account, order)
    with time_machine.travel(now + timedelta(minutes=2), tick=False):
        assert stripe.provider.start(stripe.account, order).url


def test_a_change_whose_answer_was_lost_is_made_by_the_second_asking(stripe: StripeBench) -> None:
    """Asked again, Stripe has the new interval already, so that what is asked for differs."""
    first = joined(stripe)
    wanted = Change("k1", first.mandate_id, amount=Money(12000, "GEL"), interval=Interval.YEAR)
    application, real = stripe.fake.application, stripe.fake.application._api

    def loses(method: str, path: str, body: str, environ: dict[str, Any]) -> Any:
        answer = real(method, path, body, environ)
        return (500, "application/json", b"{}", []) if method == "POST" else answer

    application._api = loses  # type: ignore[method-assign]
    with pytest.raises(NotReached):
        stripe.provider.start(stripe.account, wanted)
    application._api = real  # type: ignore[method-assign]
    stripe.provider.start(stripe.account, wanted)
    after = fetched(stripe, first)
    assert (after.amount, after.interval, after.period_end) == (Money(12000, "GEL"), Interval.YEAR, first.period_end)
    assert after.payments == first.payments


@pytest.mark.parametrize("status", [200, 429, 500, 502, None])
def test_half_an_answer_says_nothing_about_what_was_done(status: int | None) -> None:
    with pytest.raises(NotReached), talking():
        raise sdk.APIError("<html>Bad gateway</html>", http_status=status)


def keys(stripe: StripeBench, secret_key: str) -> ProviderAccount:
    """The account, with another key."""
    account = ProviderAccount.objects.get()
    account.keep_secrets(secret_key=secret_key, webhook_secret=WEBHOOK_SECRET)
    account.save()
    return account


def test_messages_wait_while_a_key_is_wrong(stripe: StripeBench) -> None:
    agreement = kept(stripe, joined(stripe))
    account = keys(stripe, "sk_test_rolled")
    event = stripe.fake.world.events[-1]
    headers, body = stripe.message(event)
    found = take_webhook(account=account, headers=headers, body=body, now=datetime.now(UTC))
    assert found is not None
    assert not process(found.pk)
    found.refresh_from_db()
    assert (found.state, found.next_try_at is not None) == ("received", True)
    keys(stripe, SECRET_KEY)
    assert process(found.pk)
    assert again(agreement).applied > 1


def test_a_wrong_key_is_one_difference_and_not_one_for_each_member(stripe: StripeBench) -> None:
    first = kept(stripe, joined(stripe))
    second = factories.agreement(first.account, object_id=joined(stripe).mandate_id)
    keys(stripe, "sk_test_rolled")
    assert [one.kind for one in reconcile(again(first))] == ["refused"]
    with pytest.raises(ProviderError, match="does not accept"):
        reconcile(again(second))
    assert [one.kind for one in reconcile(again(first))] == ["refused"]
    assert Difference.objects.count() == 1
    keys(stripe, SECRET_KEY)
    assert (reconcile(again(first)), reconcile(again(second))) == ([], [])
    assert not Difference.objects.filter(closed_at=None).exists()


def message(stripe: StripeBench, about: dict[str, Any], **given: Any) -> tuple[dict[str, str], bytes]:
    event = {"id": f"evt_{uuid4().hex}", "type": "invoice.paid", "livemode": False, "created": 1}
    return stripe.message({**event, "data": {"object": about}, **given})


@pytest.mark.parametrize(
    "about",
    [
        {"id": "in_of_others", "subscription": "sub_of_others"},
        {"id": "cs_of_others", "metadata": {"agreement": str(uuid4())}},
        {"id": "pi_\u0000", "metadata": {"agreement": "\u0000"}},
        {"id": "in_1", "lines": {"data": [{"period": None}]}, "parent": None, "metadata": None},
    ],
)
def test_messages_about_what_is_not_ours_are_done_without_asking(stripe: StripeBench, about: dict[str, Any]) -> None:
    """Of another program at the same account, or of another account that is connected to it."""
    agreement = kept(stripe, joined(stripe))
    asked = agreement.asked
    headers, body = message(stripe, about, account="acct_connected")
    found = take_webhook(account=agreement.account, headers=headers, body=body, now=datetime.now(UTC))
    assert found is not None
    assert process(found.pk)
    assert WebhookEvent.objects.get().state == "done"
    assert again(agreement).asked == asked


def test_a_message_older_than_what_we_know_changes_nothing(stripe: StripeBench) -> None:
    first = joined(stripe)
    old = next(event for event in stripe.fake.world.events if event["type"] == "customer.subscription.created")
    control(stripe, "advance", days=31)
    agreement = kept(stripe, first)
    before = (agreement.period_end, sorted(agreement.payments.values_list("provider_id", "state")))
    headers, body = stripe.message(old)
    assert json.loads(body)["data"]["object"]["status"] != "active"
    found = take_webhook(account=agreement.account, headers=headers, body=body, now=datetime.now(UTC))
    assert found is not None
    assert process(found.pk)
    after = again(agreement)
    assert (after.period_end, sorted(after.payments.values_list("provider_id", "state"))) == before
    assert states(fetched(stripe, first)) == ["settled", "settled"]


def test_secrets_stand_in_no_log_error_or_row(stripe: StripeBench, caplog: pytest.LogCaptureFixture) -> None:
    agreement = kept(stripe, joined(stripe))
    secret = "sk_test_verysecret51"
    account = keys(stripe, secret)
    with caplog.at_level(logging.DEBUG):
        with pytest.raises(ProviderError) as caught:
            refresh(again(agreement))
        reconcile(again(agreement))
        headers, body = message(stripe, {"id": agreement.mandate_id})
        found = take_webhook(account=account, headers=headers, body=body, now=datetime.now(UTC))
        assert found is not None
        process(found.pk)
    found.refresh_from_db()
    said = [caplog.text, str(caught.value), repr(caught.value), repr(account.credentials), repr(account), found.failure]
    said += [account.sealed, *Difference.objects.values_list("sentence", flat=True)]
    assert not [text for text in said if secret in text or WEBHOOK_SECRET in text]


def test_a_currency_without_minor_units_is_followed_to_the_yen(stripe: StripeBench) -> None:
    stripe.fake.world.settlement = ("eur", 0.006)
    started = stripe.provider.start(stripe.account, agree(Interval.MONTH, amount=Money(1500, "JPY")))
    stripe.pay(started)
    agreement = refresh(
        factories.agreement(account_at(stripe), object_id=started.object_id, currency="JPY", amount=1500)
    )
    payment = Payment.objects.get()
    assert (payment.money, agreement.state) == (Money(1500, "JPY"), AgreementState.ACTIVE)
    stripe.provider.refund(stripe.account, payment_id=payment.provider_id, amount=Money(499, "JPY"), key="r1")
    control(stripe, "dispute", payment_intent=payment.provider_id, amount=200)
    refresh(again(agreement))
    payment.refresh_from_db()
    assert (payment.refunded, payment.disputed, payment.kept) == (499, 200, Money(801, "JPY"))
    assert sum(ledger.shown(payment).values()) == 0
    assert ledger.verify() == []


def test_a_message_that_is_faster_than_stripes_search_is_tried_again(
    stripe: StripeBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It comes before our own row knows any id, and Stripe's search lags up to a minute behind."""
    agreement = factories.agreement(account_at(stripe))
    started = stripe.provider.start(stripe.account, agree(key=str(agreement.key)))
    stripe.pay(started)
    told = next(event for event in stripe.fake.world.events if event["type"] == "customer.subscription.created")
    headers, body = stripe.message(told)
    found = take_webhook(account=agreement.account, headers=headers, body=body, now=datetime.now(UTC))
    assert found is not None
    with monkeypatch.context() as patched:
        patched.setattr(api, "_search", lambda *_: {"object": "search_result", "data": [], "has_more": False})
        assert not process(found.pk)
        assert reconcile(again(agreement)) == []
    found.refresh_from_db()
    assert found.state == "received"
    assert process(found.pk)
    assert (again(agreement).state, Payment.objects.get().state) == ("active", "settled")
