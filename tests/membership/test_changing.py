"""Changing, pausing, resuming, cancelling: when it takes effect, and that providers are told until they know."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from django.utils.translation import override
from tests.membership.living import BEGIN, DAY, again, paid_pledge
from tests.money import factories
from tests.money.plain import PlainProvider

from standfirst.membership.actions.cancel_pledge import cancel_pledge
from standfirst.membership.actions.change_pledge import change_pledge
from standfirst.membership.actions.pause_pledge import pause_pledge
from standfirst.membership.actions.renew_pledge import claim
from standfirst.membership.actions.resume_pledge import resume_pledge
from standfirst.membership.actions.uncancel_pledge import uncancel_pledge
from standfirst.membership.changing import CannotChange, When
from standfirst.membership.flows.account import own_pledge
from standfirst.membership.looking_after import MemberKeeper
from standfirst.membership.models import ChangeOrder, Pledge, SentMail
from standfirst.payments.models import Payment
from standfirst.payments.providers.interface import AgreementState, NotReached, ProviderError, RunBy

pytestmark = pytest.mark.django_db
FEBRUARY = BEGIN.replace(month=2, day=28)
MARCH = BEGIN.replace(month=3, day=31)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(BEGIN, tick=False) as traveller:
        yield traveller


def run_by(plain: PlainProvider, who: RunBy, **abilities: bool) -> PlainProvider:
    plain.abilities = type(plain.abilities)(run_by=who, **{"pauses": True, "changes_amount": True} | abilities)
    return plain


def look(clock: time_machine.Traveller, at: object) -> None:
    clock.move_to(at)  # type: ignore[arg-type]
    MemberKeeper().look()


def snapshot(plain: PlainProvider, pledge: Pledge) -> object:
    assert pledge.agreement is not None
    return plain.objects[pledge.agreement.object_id]


def test_another_amount_and_tier_hold_from_the_next_period(plain: PlainProvider, clock: time_machine.Traveller) -> None:
    pledge = paid_pledge(run_by(plain, RunBy.US))
    better = factories.tier(rank=2)
    effect = change_pledge(pledge=pledge, tier=better, amount=2400, interval="month", by=pledge.member.user)
    assert (effect.when, effect.at) == (When.NEXT_PERIOD, FEBRUARY)
    assert (again(pledge).amount, again(pledge).tier) == (1200, pledge.tier)
    look(clock, FEBRUARY)
    found = again(pledge)
    assert (found.amount, found.tier, found.next_amount, found.next_tier) == (2400, better, None, None)
    assert list(Payment.objects.order_by("at").values_list("amount", flat=True)) == [1200, 2400]
    event = pledge.events.filter(by=pledge.member.user).get()
    assert "24" in event.why


def test_month_to_year_pays_a_year_from_the_next_period(plain: PlainProvider, clock: time_machine.Traveller) -> None:
    pledge = paid_pledge(run_by(plain, RunBy.US))
    factories.price(pledge.tier, interval="year", amount=12000)
    change_pledge(pledge=pledge, tier=pledge.tier, amount=12000, interval="year", by=None)
    look(clock, FEBRUARY - 14 * DAY)  # yearly payments are announced
    look(clock, FEBRUARY)
    found = again(pledge)
    assert (found.amount, found.interval, found.price_amount) == (12000, "year", 12000)
    assert found.period_end == FEBRUARY.replace(year=2028, day=29)  # the 31st, where the month has it


def test_what_is_below_the_least_is_refused_and_nothing_changes(
    plain: PlainProvider, clock: time_machine.Traveller
) -> None:
    pledge = paid_pledge(run_by(plain, RunBy.US))
    pledge.tier.prices.update(minimum=500)
    with pytest.raises(CannotChange, match="At least GEL\u00a05 are needed"):
        change_pledge(pledge=pledge, tier=pledge.tier, amount=499, interval="month", by=None)
    with override("ru"), pytest.raises(CannotChange, match="нужно не меньше 5\u00a0GEL"):
        change_pledge(pledge=pledge, tier=pledge.tier, amount=499, interval="month", by=None)
    assert again(pledge).next_amount is None
    assert pledge.events.count() == 1


def test_while_a_payment_is_being_collected_its_amount_cannot_change(
    plain: PlainProvider, clock: time_machine.Traveller
) -> None:
    pledge = paid_pledge(run_by(plain, RunBy.US))
    clock.move_to(FEBRUARY)
    claim(pledge, now=FEBRUARY)
    with pytest.raises(CannotChange, match="being collected"):
        change_pledge(pledge=pledge, tier=pledge.tier, amount=2400, interval="month", by=None)


@pytest.mark.parametrize("who", [RunBy.US, RunBy.PROVIDER])
def test_who_cannot_pay_any_more_stays_a_member_for_nothing(
    plain: PlainProvider, clock: time_machine.Traveller, who: RunBy
) -> None:
    from standfirst.payments.actions.apply_snapshot import refresh

    pledge = paid_pledge(run_by(plain, who))
    agreement = pledge.agreement
    assert agreement is not None
    change_pledge(pledge=pledge, tier=pledge.tier, amount=0, interval="month", by=None)
    assert again(pledge).agreement is not None
    if who is RunBy.PROVIDER:
        plain.change(agreement.object_id, state=AgreementState.ENDED)
        clock.move_to(FEBRUARY)
        refresh(agreement)
    look(clock, FEBRUARY)
    found = again(pledge)
    assert (found.state, found.amount, found.agreement, found.period_end) == ("active", 0, None, None)
    assert "start Collect" not in plain.calls


def test_a_provider_that_can_is_told_of_the_amount_and_one_that_cannot_is_not(
    plain: PlainProvider, clock: time_machine.Traveller
) -> None:
    pledge = paid_pledge(run_by(plain, RunBy.PROVIDER, changes_amount=False))
    effect = change_pledge(pledge=pledge, tier=pledge.tier, amount=2400, interval="month", by=None)
    assert (effect.when, ChangeOrder.objects.count(), again(pledge).next_amount) == (When.NEW_AGREEMENT, 0, None)
    run_by(plain, RunBy.PROVIDER)
    change_pledge(pledge=pledge, tier=pledge.tier, amount=2400, interval="month", by=None)
    assert plain.calls.count("start Change") == 1
    assert (again(pledge).amount, again(pledge).next_amount) == (2400, None)


@pytest.mark.parametrize("who", [RunBy.US, RunBy.PROVIDER])
def test_the_member_reads_what_is_paid_now_and_what_from_then_on(
    plain: PlainProvider, clock: time_machine.Traveller, who: RunBy
) -> None:
    pledge = paid_pledge(run_by(plain, who))
    own = own_pledge(pledge, "en")
    assert (own.amount, own.next_amount) == ("GEL\xa012", "")
    change_pledge(pledge=pledge, tier=pledge.tier, amount=2400, interval="month", by=None)
    own = own_pledge(again(pledge), "en")
    assert (own.amount, own.next_amount) == ("GEL\xa012", "GEL\xa024")


def test_a_provider_that_is_not_reached_is_told_until_it_knows(
    plain: PlainProvider, clock: time_machine.Traveller
) -> None:
    from standfirst.payments.actions.apply_snapshot import refresh

    pledge = paid_pledge(run_by(plain, RunBy.PROVIDER))
    assert pledge.agreement is not None
    plain.fails = [NotReached("no answer")]
    assert cancel_pledge(pledge=pledge, by=None, reason="too dear").state == "cancelling"
    refresh(pledge.agreement)  # it does not know yet: that must not bring the pledge back
    assert again(pledge).state == "cancelling"
    look(clock, BEGIN + DAY)
    assert plain.objects[pledge.agreement.object_id].ends_at is not None
    assert ChangeOrder.objects.get().state == "done"
    assert again(pledge).state == "cancelling"
    assert pledge.events.filter(why="cancelled: too dear").count() == 1


def test_a_change_that_is_refused_for_good_is_on_the_timeline(
    plain: PlainProvider, clock: time_machine.Traveller
) -> None:
    pledge = paid_pledge(run_by(plain, RunBy.PROVIDER))
    plain.fails = [ProviderError("There is no such subscription.", code="unknown")]
    change_pledge(pledge=pledge, tier=pledge.tier, amount=2400, interval="month", by=None)
    assert ChangeOrder.objects.get().state == "refused"
    assert pledge.events.filter(why__contains="no such subscription").exists()


@pytest.mark.parametrize("who", list(RunBy))
def test_cancelled_pledges_count_to_the_end_of_what_is_paid(
    plain: PlainProvider, clock: time_machine.Traveller, who: RunBy
) -> None:
    pledge = paid_pledge(run_by(plain, who))
    for _ in range(3):
        cancel_pledge(pledge=again(pledge), by=None)
    found = again(pledge)
    assert (found.state, found.ends_at) == ("cancelling", found.period_end)
    assert Pledge.objects.counting().count() == 1
    assert SentMail.objects.filter(kind="cancelled").count() == 1
    assert found.period_end is not None
    look(clock, found.period_end)
    assert again(pledge).state == "ended"
    assert "start Collect" not in plain.calls


@pytest.mark.parametrize("who", list(RunBy))
def test_a_cancellation_can_be_taken_back(plain: PlainProvider, clock: time_machine.Traveller, who: RunBy) -> None:
    pledge = paid_pledge(run_by(plain, who))
    cancel_pledge(pledge=pledge, by=None)
    found = uncancel_pledge(pledge=again(pledge), by=None)
    assert (found.state, found.ends_at) == ("active", None)


def test_an_ended_pledge_does_not_come_back(plain: PlainProvider, clock: time_machine.Traveller) -> None:
    pledge = paid_pledge(run_by(plain, RunBy.US))
    cancel_pledge(pledge=pledge, by=None, at_once=True)
    with pytest.raises(CannotChange, match="join anew"):
        uncancel_pledge(pledge=again(pledge), by=None)
    assert again(pledge).state == "ended"


def test_a_pause_keeps_what_was_paid_and_goes_on_by_itself(plain: PlainProvider, clock: time_machine.Traveller) -> None:
    pledge = paid_pledge(run_by(plain, RunBy.US))
    clock.move_to(FEBRUARY - 10 * DAY)
    until = FEBRUARY + 50 * DAY
    pause_pledge(pledge=pledge, until=until, by=None)
    assert (again(pledge).state, Pledge.objects.counting().count()) == ("paused", 0)
    look(clock, FEBRUARY + 5 * DAY)
    assert "start Collect" not in plain.calls
    look(clock, until)
    found = again(pledge)
    assert (found.state, found.period_end, found.paused_until) == ("active", until + 10 * DAY, None)
    look(clock, until + 10 * DAY)
    assert plain.calls.count("start Collect") == 1


def test_a_pause_can_be_ended_sooner_and_moved(plain: PlainProvider, clock: time_machine.Traveller) -> None:
    pledge = paid_pledge(run_by(plain, RunBy.US))
    pause_pledge(pledge=pledge, until=BEGIN + 20 * DAY, by=None)
    pause_pledge(pledge=again(pledge), until=BEGIN + 40 * DAY, by=None)
    clock.move_to(BEGIN + 30 * DAY)
    assert resume_pledge(pledge=again(pledge)).period_end == FEBRUARY + 30 * DAY
    assert resume_pledge(pledge=again(pledge)).period_end == FEBRUARY + 30 * DAY


def test_a_provider_that_cannot_pause_is_not_asked_to(plain: PlainProvider, clock: time_machine.Traveller) -> None:
    pledge = paid_pledge(run_by(plain, RunBy.PROVIDER, pauses=False))
    with pytest.raises(CannotChange, match="knows no pause"):
        pause_pledge(pledge=pledge, until=BEGIN + DAY, by=None)
    assert (again(pledge).state, ChangeOrder.objects.count()) == ("active", 0)


def test_a_provider_pauses_and_goes_on_by_itself(plain: PlainProvider, clock: time_machine.Traveller) -> None:
    pledge = paid_pledge(run_by(plain, RunBy.PROVIDER))
    pause_pledge(pledge=pledge, until=BEGIN + 20 * DAY, by=None)
    assert (again(pledge).state, again(pledge).paused_until) == ("paused", BEGIN + 20 * DAY)
    resume_pledge(pledge=again(pledge))
    assert again(pledge).state == "active"


def test_gifts_and_single_payments_end_with_their_time(plain: PlainProvider, clock: time_machine.Traveller) -> None:
    given = factories.pledge(amount=0, period_end=FEBRUARY)
    free = factories.pledge(amount=0)
    once = paid_pledge(run_by(plain, RunBy.US), interval="once")
    assert once.period_end == BEGIN.replace(year=2028)
    look(clock, FEBRUARY)
    assert [again(pledge).state for pledge in (given, free, once)] == ["ended", "active", "active"]
    look(clock, BEGIN.replace(year=2028))
    assert [again(pledge).state for pledge in (free, once)] == ["active", "ended"]
