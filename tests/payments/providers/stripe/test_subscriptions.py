"""A life with Stripe: paid, renewed, failed, recovered, paused, changed, ended; the snapshot says so each time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.payments.providers.benches import StripeBench, agree

from standfirst.kit.money import Money
from standfirst.payments.providers.interface import (
    AgreementState,
    Change,
    Interval,
    NewInstrument,
    PaymentState,
    ProviderError,
    Snapshot,
)

pytestmark = pytest.mark.enable_socket
DAY = timedelta(days=1)


def joined(stripe: StripeBench, **given: Any) -> Snapshot:
    started = stripe.provider.start(stripe.account, agree(**given))
    stripe.pay(started)
    return stripe.provider.fetch(stripe.account, started.object_id)


def fetched(stripe: StripeBench, snapshot: Snapshot) -> Snapshot:
    return stripe.provider.fetch(stripe.account, snapshot.mandate_id)


def control(stripe: StripeBench, command: str, **asked: Any) -> Any:
    from standfirst.payments.providers.stripe.fake.application import CONTROLS

    with stripe.fake.world.lock:
        return CONTROLS[command](stripe.fake.application, asked)


def states(snapshot: Snapshot) -> list[str]:
    return [fact.state.value for fact in snapshot.payments]


def test_a_month_is_paid_and_the_next_one_too(stripe: StripeBench) -> None:
    first = joined(stripe)
    (fact,) = first.payments
    assert fact.fee == 43  # 1.5 % of 1200, and 25
    assert (fact.period_start, fact.period_end) == (fact.at, first.period_end)
    assert (first.instrument, first.instrument_expires) == ("Visa •••• 4242", "2030-08")
    assert (first.amount, first.interval) == (Money(1200, "GEL"), Interval.MONTH)
    control(stripe, "advance", days=31)
    second = fetched(stripe, first)
    assert states(second) == ["settled", "settled"]
    assert second.payments[0] == fact
    assert second.payments[1].period_start == fact.period_end
    assert second.payments[1].period_end == second.period_end


def test_a_card_that_fails_is_tried_again_and_then_given_up(stripe: StripeBench) -> None:
    first = joined(stripe)
    control(stripe, "behave", subscription=first.mandate_id, behaviour="declines")
    control(stripe, "advance", days=32)
    failing = fetched(stripe, first)
    assert (failing.state, states(failing)) == (AgreementState.FAILING, ["settled", "failed"])
    assert failing.payments[1].failure == "insufficient_funds"
    control(stripe, "behave", subscription=first.mandate_id, behaviour="pays")
    control(stripe, "advance", days=3)
    recovered = fetched(stripe, first)
    assert (recovered.state, states(recovered)) == (AgreementState.ACTIVE, ["settled", "settled"])
    assert recovered.payments[1].payment_id == failing.payments[1].payment_id
    control(stripe, "behave", subscription=first.mandate_id, behaviour="declines")
    control(stripe, "advance", days=60)
    assert fetched(stripe, first).state is AgreementState.ENDED


def test_a_new_card_pays_what_is_owed_whoever_looks_first(stripe: StripeBench) -> None:
    first = joined(stripe)
    control(stripe, "behave", subscription=first.mandate_id, behaviour="declines")
    control(stripe, "advance", days=32)
    order = NewInstrument("card-1", first.mandate_id, first.customer_id, "en", "https://x/back", "https://x/hook")
    page = stripe.provider.start(stripe.account, order)
    assert stripe.provider.start(stripe.account, order) == page
    assert fetched(stripe, first).state is AgreementState.FAILING
    assert stripe.choose(page, "pays") == "https://x/back"
    paid = fetched(stripe, first)
    assert (paid.state, states(paid)) == (AgreementState.ACTIVE, ["settled", "settled"])
    assert stripe.provider.fetch(stripe.account, page.object_id) == paid
    row = stripe.fake.world.get("subscription", first.mandate_id)
    assert list(row["metadata"]) == ["agreement", "reference"]
    control(stripe, "advance", days=31)
    assert states(fetched(stripe, first)) == ["settled"] * 3


def test_two_taps_at_once_make_two_pages_and_the_card_of_either_is_used(stripe: StripeBench) -> None:
    """The second read the subscription before the first had written on it."""
    first = joined(stripe)
    row = stripe.fake.world.get("subscription", first.mandate_id)
    before, pages = dict(row["metadata"]), []
    for number in range(2):
        order = NewInstrument(f"card-{number}", first.mandate_id, "", "en", "https://x/back", "https://x/hook")
        kept, row["metadata"] = row["metadata"], dict(before)
        pages.append(stripe.provider.start(stripe.account, order))
        row["metadata"] |= kept
    old = row["default_payment_method"]
    stripe.choose(pages[0], "pays")
    fetched(stripe, first)
    assert row["default_payment_method"] != old
    assert [value for name, value in row["metadata"].items() if "new_cards" in name] == [pages[1].object_id]


def test_pages_that_nobody_finishes_do_not_fill_the_metadata(stripe: StripeBench) -> None:
    first = joined(stripe)
    for number in range(13):
        order = NewInstrument(f"card-{number}", first.mandate_id, "", "en", "https://x/back", "https://x/hook")
        page = stripe.provider.start(stripe.account, order)
    metadata = stripe.fake.world.get("subscription", first.mandate_id)["metadata"]
    assert max(map(len, metadata)) <= 40
    assert [value for name, value in metadata.items() if "new_cards" in name][9:] == [page.object_id]


def test_a_new_card_that_is_declined_leaves_everything_as_it_was(stripe: StripeBench) -> None:
    first = joined(stripe)
    before = dict(stripe.fake.world.get("subscription", first.mandate_id))
    order = NewInstrument("card-1", first.mandate_id, first.customer_id, "en", "https://x/back", "https://x/hook")
    page = stripe.provider.start(stripe.account, order)
    assert stripe.choose(page, "declines") == ""
    assert fetched(stripe, first) == first
    after = stripe.fake.world.get("subscription", first.mandate_id)
    assert after["default_payment_method"] == before["default_payment_method"]


def test_a_new_amount_is_taken_from_the_next_month_on(stripe: StripeBench) -> None:
    first = joined(stripe)
    change = Change("c1", first.mandate_id, amount=Money(2000, "GEL"))
    assert stripe.provider.start(stripe.account, change).object_id == first.mandate_id
    stripe.provider.start(stripe.account, change)
    changed = fetched(stripe, first)
    assert (changed.amount, changed.payments, changed.period_end) == (
        Money(2000, "GEL"),
        first.payments,
        first.period_end,
    )
    control(stripe, "advance", days=31)
    assert [fact.amount.amount for fact in fetched(stripe, first).payments] == [1200, 2000]


def test_from_monthly_to_yearly_nothing_is_charged_before_the_month_is_over(stripe: StripeBench) -> None:
    first = joined(stripe)
    stripe.provider.start(
        stripe.account, Change("c1", first.mandate_id, amount=Money(12000, "GEL"), interval=Interval.YEAR)
    )
    changed = fetched(stripe, first)
    assert (changed.state, changed.payments, changed.period_end) == (
        AgreementState.ACTIVE, first.payments, first.period_end,
    )  # fmt: skip
    assert changed.interval is Interval.YEAR
    control(stripe, "advance", days=31)
    yearly = fetched(stripe, first)
    assert [fact.amount.amount for fact in yearly.payments] == [1200, 12000]
    assert yearly.period_end is not None
    assert yearly.payments[1].period_start == first.period_end
    assert timedelta(days=364) < yearly.period_end - (first.period_end or yearly.period_end) < timedelta(days=367)


def test_who_owes_a_payment_cannot_put_it_off_by_changing_to_a_year(stripe: StripeBench) -> None:
    first = joined(stripe)
    control(stripe, "behave", subscription=first.mandate_id, behaviour="declines")
    control(stripe, "advance", days=32)
    owing = fetched(stripe, first)
    with pytest.raises(ProviderError, match="payment is due") as caught:
        stripe.provider.start(stripe.account, Change("c1", first.mandate_id, interval=Interval.YEAR))
    assert (caught.value.code, caught.value.retry) == ("due", False)
    assert fetched(stripe, first) == owing
    stripe.provider.start(stripe.account, Change("c2", first.mandate_id, amount=Money(600, "GEL")))
    lower = fetched(stripe, first)
    assert (lower.amount, lower.state, lower.payments) == (Money(600, "GEL"), AgreementState.FAILING, owing.payments)


def test_another_currency_is_refused_before_stripe_is_asked(stripe: StripeBench) -> None:
    first = joined(stripe)
    asked = Change("c1", first.mandate_id, amount=Money(500, "EUR"))
    with pytest.raises(ProviderError, match="paid in GEL") as caught:
        stripe.provider.start(stripe.account, asked)
    assert caught.value.code == "currency"
    assert fetched(stripe, first) == first


def test_during_a_pause_nothing_is_taken_and_nothing_is_owed(stripe: StripeBench) -> None:
    first = joined(stripe)
    assert first.period_end is not None
    until = first.period_end + 45 * DAY
    stripe.provider.start(stripe.account, Change("p1", first.mandate_id, paused=True, paused_until=until))
    paused = fetched(stripe, first)
    assert (paused.state, paused.paused_until) == (AgreementState.PAUSED, until)
    control(stripe, "advance", days=40)
    during = fetched(stripe, first)
    assert (during.state, during.payments) == (AgreementState.PAUSED, first.payments)
    control(stripe, "advance", days=40)
    resumed = fetched(stripe, first)
    assert (resumed.state, resumed.paused_until) == (AgreementState.ACTIVE, None)
    control(stripe, "advance", days=31)
    assert states(fetched(stripe, first)) == ["settled", "settled"]


def test_a_status_that_nobody_knows_is_told_and_not_guessed(stripe: StripeBench) -> None:
    first = joined(stripe)
    stripe.fake.world.get("subscription", first.mandate_id)["status"] = "sleeping"
    with pytest.raises(ProviderError, match="'sleeping', which we do not know") as caught:
        fetched(stripe, first)
    assert not caught.value.retry


def test_a_pause_can_be_ended_by_hand(stripe: StripeBench) -> None:
    first = joined(stripe)
    stripe.provider.start(stripe.account, Change("p1", first.mandate_id, paused=True))
    assert fetched(stripe, first).state is AgreementState.PAUSED
    stripe.provider.start(stripe.account, Change("p2", first.mandate_id, paused=False))
    assert fetched(stripe, first) == first


def test_ending_waits_for_the_period_and_can_be_taken_back(stripe: StripeBench) -> None:
    first = joined(stripe)
    stripe.provider.start(stripe.account, Change("e1", first.mandate_id, ends=True))
    ending = fetched(stripe, first)
    assert (ending.state, ending.ends_at) == (AgreementState.ACTIVE, first.period_end)
    stripe.provider.start(stripe.account, Change("e2", first.mandate_id, ends=False))
    assert fetched(stripe, first).ends_at is None
    stripe.provider.start(stripe.account, Change("e3", first.mandate_id, ends=True))
    control(stripe, "advance", days=32)
    ended = fetched(stripe, first)
    assert (ended.state, states(ended), ended.ends_at) == (AgreementState.ENDED, ["settled"], first.period_end)


def test_ending_now_twice_is_ending_once(stripe: StripeBench) -> None:
    first = joined(stripe)
    for key in ("n1", "n2"):
        stripe.provider.start(stripe.account, Change(key, first.mandate_id, ends_now=True))
    assert fetched(stripe, first).state is AgreementState.ENDED
    with pytest.raises(ProviderError) as caught:
        stripe.provider.start(stripe.account, Change("n3", "sub_nobody", ends_now=True))
    assert caught.value.code == "unknown"


def test_an_agreement_that_replaces_another_is_charged_when_that_is_over(stripe: StripeBench) -> None:
    begins = (datetime.now(UTC) + 20 * DAY).replace(microsecond=0)
    first = joined(stripe, first_charge_at=begins)
    assert (first.state, first.payments, first.period_end) == (AgreementState.ACTIVE, (), begins)
    control(stripe, "advance", days=21)
    (fact,) = fetched(stripe, first).payments
    assert (fact.at, fact.state) == (begins, PaymentState.SETTLED)


def test_a_first_charge_that_is_too_near_for_stripe_is_put_off_and_stays_the_same_all_day(stripe: StripeBench) -> None:
    order = agree(first_charge_at=datetime.now(UTC) + timedelta(hours=1))
    started = stripe.provider.start(stripe.account, order)
    assert stripe.provider.start(stripe.account, order) == started
    stripe.pay(started)
    first = stripe.provider.fetch(stripe.account, started.object_id)
    assert first.payments == ()
    assert first.period_end is not None
    assert 2 * DAY < first.period_end - datetime.now(UTC) <= 3 * DAY


def test_the_bank_may_ask_a_question(stripe: StripeBench) -> None:
    started = stripe.provider.start(stripe.account, agree())
    stripe.choose(started, "needs_confirmation")
    assert stripe.provider.fetch(stripe.account, started.object_id).state is AgreementState.OPEN
    stripe.choose(started, "no")
    assert stripe.provider.fetch(stripe.account, started.object_id).payments == ()
    stripe.choose(started, "needs_confirmation")
    assert stripe.choose(started, "yes") == "https://news.example/join/back/1/"
    assert states(stripe.provider.fetch(stripe.account, started.object_id)) == ["settled"]


def test_a_renewal_that_the_bank_wants_confirmed_waits_for_the_payer(stripe: StripeBench) -> None:
    first = joined(stripe)
    control(stripe, "behave", subscription=first.mandate_id, behaviour="needs_confirmation")
    control(stripe, "advance", days=32)
    waiting = fetched(stripe, first)
    assert (waiting.state, waiting.payments[1].failure) == (AgreementState.FAILING, "authentication_required")


@pytest.mark.parametrize(("fails", "state"), [(False, "settled"), (True, "failed")])
def test_a_debit_is_pending_until_it_is_known(stripe: StripeBench, fails: bool, state: str) -> None:
    started = stripe.provider.start(stripe.account, agree())
    stripe.choose(started, "pays_later")
    pending = stripe.provider.fetch(stripe.account, started.object_id)
    assert (pending.state, states(pending)) == (AgreementState.ACTIVE, ["pending"])
    control(stripe, "settle", payment_intent=pending.payments[0].payment_id, fails=fails)
    after = fetched(stripe, pending)
    assert states(after) == [state]
    assert after.state is (AgreementState.FAILING if fails else AgreementState.ACTIVE)


def test_a_single_debit_that_fails_ends_the_agreement(stripe: StripeBench) -> None:
    started = stripe.provider.start(stripe.account, agree(Interval.ONCE))
    stripe.choose(started, "pays_later")
    pending = stripe.provider.fetch(stripe.account, started.object_id)
    assert (pending.state, states(pending)) == (AgreementState.ACTIVE, ["pending"])
    control(stripe, "settle", payment_intent=pending.payments[0].payment_id, fails=True)
    after = stripe.provider.fetch(stripe.account, started.object_id)
    assert (after.state, states(after)) == (AgreementState.ENDED, ["failed"])


def test_a_page_that_nobody_used_is_abandoned(stripe: StripeBench) -> None:
    started = stripe.provider.start(stripe.account, agree())
    control(stripe, "advance", days=2)
    assert stripe.provider.fetch(stripe.account, started.object_id).state is AgreementState.ABANDONED


def test_a_dispute_takes_the_money_with_its_fee_and_may_be_won_or_lost(stripe: StripeBench) -> None:
    first = joined(stripe)
    payment = first.payments[0].payment_id
    made = control(stripe, "dispute", payment_intent=payment)
    (held,) = fetched(stripe, first).payments
    assert (held.state, held.fee) == (PaymentState.DISPUTED, 43 + 1500)
    control(stripe, "dispute", dispute=made["id"], status="won")
    assert fetched(stripe, first).payments == first.payments
    made = control(stripe, "dispute", payment_intent=payment)
    control(stripe, "dispute", dispute=made["id"], status="lost")
    (lost,) = fetched(stripe, first).payments
    assert lost.state is PaymentState.LOST
    assert replace(lost, state=PaymentState.SETTLED, fee=43, disputed=0) == first.payments[0]


def test_an_inquiry_of_the_bank_holds_nothing(stripe: StripeBench) -> None:
    first = joined(stripe)
    control(stripe, "dispute", payment_intent=first.payments[0].payment_id, inquiry=True)
    assert fetched(stripe, first).payments == first.payments


def test_a_fee_in_the_accounts_currency_is_told_in_that_of_the_payment(stripe: StripeBench) -> None:
    stripe.fake.world.settlement = ("eur", 0.32)
    (fact,) = joined(stripe).payments
    assert fact.amount == Money(1200, "GEL")
    assert fact.fee == 44  # 14 cents of 384, as a share of 1200 tetri


def test_a_subscription_that_somebody_else_made_is_adopted_by_its_id(stripe: StripeBench) -> None:
    from standfirst.payments.providers.stripe.client import client_of

    client = client_of(stripe.account)
    customer = client.v1.customers.create({"email": "old@readers.example"})
    with stripe.fake.world.lock:
        from standfirst.payments.providers.stripe.fake.money import new_card

        card = new_card(stripe.fake.world, customer.id, "pays")["id"]
    client.v1.customers.update(customer.id, {"invoice_settings": {"default_payment_method": card}})
    price = {"currency": "eur", "unit_amount": "900", "product": "prod_ghost", "recurring": {"interval": "year"}}
    made = client.v1.subscriptions.create({"customer": customer.id, "items": [{"price_data": price}]})
    snapshot = stripe.provider.fetch(stripe.account, made.id)
    assert (snapshot.object_id, snapshot.mandate_id, snapshot.customer_id) == (made.id, made.id, customer.id)
    assert (snapshot.amount, snapshot.interval, snapshot.state) == (
        Money(900, "EUR"), Interval.YEAR, AgreementState.ACTIVE,
    )  # fmt: skip
    assert (states(snapshot), snapshot.instrument) == (["settled"], "Visa •••• 4242")


def test_what_was_begun_and_forgotten_is_found_by_our_own_key(stripe: StripeBench) -> None:
    for interval in (Interval.MONTH, Interval.ONCE):
        order = agree(interval)
        started = stripe.provider.start(stripe.account, order)
        stripe.pay(started)
        found = stripe.provider.fetch(stripe.account, order.key)
        assert found == stripe.provider.fetch(stripe.account, started.object_id)


def test_three_years_of_payments_come_over_several_pages_of_stripes(stripe: StripeBench) -> None:
    first = joined(stripe)
    control(stripe, "advance", days=365 * 9)
    snapshot = fetched(stripe, first)
    assert len(snapshot.payments) == 108
    assert set(states(snapshot)) == {"settled"}
    assert len({fact.payment_id for fact in snapshot.payments}) == 108
