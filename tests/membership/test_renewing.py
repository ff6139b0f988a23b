"""Collecting by our own scheduler: once for each period, by rules that nobody is surprised by."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from tests.membership.living import BEGIN, COLLECTED, DAY, again, paid_pledge
from tests.money import factories
from tests.money.plain import PlainProvider

from standfirst.membership.actions.cancel_pledge import cancel_pledge
from standfirst.membership.actions.renew_pledge import claim, collect, renew_pledge
from standfirst.membership.looking_after import MemberKeeper
from standfirst.membership.models import Pledge, PledgeNotice, Renewal
from standfirst.membership.renewing import renew_all
from standfirst.payments import ledger
from standfirst.payments.models import Payment
from standfirst.payments.providers.interface import NotReached, PaymentState, ProviderError, RunBy

pytestmark = pytest.mark.django_db
FEBRUARY = BEGIN.replace(month=2, day=28)
MARCH = BEGIN.replace(month=3, day=31)


@pytest.fixture
def ours(plain: PlainProvider) -> PlainProvider:
    """The plain provider, whose recurring payments we collect."""
    plain.abilities = type(plain.abilities)(run_by=RunBy.US)
    return plain


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(BEGIN, tick=False) as traveller:
        yield traveller


def declined(code: str = "card_declined") -> ProviderError:
    return ProviderError("The bank said no.", code=code)


def collected(plain: PlainProvider) -> int:
    return plain.calls.count(COLLECTED)


def test_periods_end_on_the_day_of_the_first_payment_where_the_month_has_it(
    ours: PlainProvider, clock: time_machine.Traveller
) -> None:
    pledge = paid_pledge(ours)
    assert (pledge.state, pledge.period_end) == ("active", FEBRUARY)
    clock.move_to(FEBRUARY)
    renew_all(FEBRUARY)
    assert again(pledge).period_end == MARCH


def test_nothing_is_collected_before_the_day(ours: PlainProvider, clock: time_machine.Traveller) -> None:
    paid_pledge(ours)
    clock.move_to(FEBRUARY - timedelta(seconds=1))
    assert renew_all(FEBRUARY - timedelta(seconds=1)) == 0
    assert collected(ours) == 0
    assert not Renewal.objects.exists()


def test_a_period_is_collected_once_however_often_it_is_tried(
    ours: PlainProvider, clock: time_machine.Traveller
) -> None:
    pledge = paid_pledge(ours)
    clock.move_to(FEBRUARY)
    attempts = [renew_pledge(pledge=pledge) for _ in range(5)]
    assert [attempt is not None for attempt in attempts] == [True, False, False, False, False]
    assert (collected(ours), Payment.objects.count()) == (1, 2)
    assert Renewal.objects.get().state == Renewal.State.SETTLED
    assert ledger.verify() == []


def test_the_key_follows_from_the_row_that_was_written_first(
    ours: PlainProvider, clock: time_machine.Traveller
) -> None:
    pledge = paid_pledge(ours)
    clock.move_to(FEBRUARY)
    renewal = claim(pledge, now=FEBRUARY)
    assert renewal is not None
    assert collected(ours) == 0
    assert renewal.key == f"{renewal.agreement.key}:2027-02-28:1"
    collect(renewal)
    assert Payment.objects.filter(key=renewal.key).count() == 1


def test_an_answer_that_was_lost_is_read_before_anything_is_asked_again(
    ours: PlainProvider, clock: time_machine.Traveller
) -> None:
    pledge = paid_pledge(ours)
    clock.move_to(FEBRUARY)
    renewal = claim(pledge, now=FEBRUARY)
    assert renewal is not None
    agreement = renewal.agreement
    from standfirst.membership.actions.renew_pledge import _order

    ours.start(agreement.account.credentials, _order(renewal, agreement))  # and the process is killed here
    clock.shift(timedelta(minutes=11))
    renew_all(FEBRUARY + timedelta(minutes=11))
    assert collected(ours) == 1
    assert (Renewal.objects.get().state, again(pledge).period_end) == ("settled", MARCH)


def test_while_the_provider_does_not_answer_no_other_attempt_is_made(
    ours: PlainProvider, clock: time_machine.Traveller
) -> None:
    pledge = paid_pledge(ours)
    clock.move_to(FEBRUARY)
    ours.fails = [NotReached("no answer"), NotReached("no answer")]
    renew_pledge(pledge=pledge)
    assert renew_pledge(pledge=pledge) is None
    assert (Renewal.objects.get().state, again(pledge).state) == ("asked", "active")
    clock.shift(timedelta(minutes=11))
    renew_all(FEBRUARY + timedelta(minutes=11))
    assert Renewal.objects.get().tries == 2
    assert (again(pledge).state, again(pledge).period_end) == ("active", MARCH)


def test_a_fault_of_our_account_is_no_failure_of_a_card(ours: PlainProvider, clock: time_machine.Traveller) -> None:
    pledge = paid_pledge(ours)
    clock.move_to(FEBRUARY)
    ours.fails = [declined("credentials")]
    renew_pledge(pledge=pledge)
    assert (Renewal.objects.get().state, again(pledge).state) == ("asked", "active")


def test_refused_attempts_are_tried_again_on_their_days_and_not_on_others(
    ours: PlainProvider, clock: time_machine.Traveller
) -> None:
    pledge = paid_pledge(ours)
    tried = []
    for day in range(30):
        now = FEBRUARY + day * DAY
        clock.move_to(now)
        ours.fails = [declined()]
        tried += [day] * renew_all(now)
        ours.fails = []
    assert tried == [0, 3, 7, 12, 18]
    assert again(pledge).state == "past_due"
    assert again(pledge).lapses_at == FEBRUARY + 21 * DAY
    assert Pledge.objects.counting().count() == 1
    assert list(Renewal.objects.values_list("attempt", flat=True)) == [1, 2, 3, 4, 5]


def test_days_of_retrying_that_were_missed_are_not_made_up_for(
    ours: PlainProvider, clock: time_machine.Traveller
) -> None:
    paid_pledge(ours)
    clock.move_to(FEBRUARY)
    ours.fails = [declined()]
    renew_all(FEBRUARY)
    clock.move_to(FEBRUARY + 9 * DAY)
    ours.fails = [declined(), declined()]
    assert renew_all(FEBRUARY + 9 * DAY) == 1
    ours.fails = []
    assert renew_all(FEBRUARY + 9 * DAY) == 0


def test_a_payment_that_comes_late_begins_its_period_at_its_own_moment(
    ours: PlainProvider, clock: time_machine.Traveller
) -> None:
    pledge = paid_pledge(ours)
    clock.move_to(FEBRUARY)
    ours.fails = [declined()]
    renew_all(FEBRUARY)
    clock.move_to(FEBRUARY + 3 * DAY)
    renew_all(FEBRUARY + 3 * DAY)
    pledge = again(pledge)
    assert (pledge.state, pledge.failed_at, pledge.lapses_at) == ("active", None, None)
    assert pledge.period_end == BEGIN.replace(month=4, day=3)


def test_after_months_of_downtime_there_is_one_charge_and_no_debt(
    ours: PlainProvider, clock: time_machine.Traveller
) -> None:
    pledge = paid_pledge(ours)
    back = BEGIN.replace(month=6, day=10)
    clock.move_to(back)
    for minute in range(10):
        renew_all(back + timedelta(minutes=minute))
    assert collected(ours) == 1
    assert again(pledge).period_end == back.replace(month=7)


def test_what_has_waited_is_spread_and_the_oldest_comes_first(
    ours: PlainProvider, clock: time_machine.Traveller
) -> None:
    account = factories.account()
    pledges = [paid_pledge(ours, at=BEGIN - day * DAY, account=account) for day in range(12)]
    oldest = [pledge.pk for pledge in sorted(pledges, key=lambda pledge: pledge.period_end or BEGIN)]
    back = FEBRUARY + 7 * DAY
    clock.move_to(back)
    assert [renew_all(back) for _ in range(3)] == [5, 5, 2]
    assert list(Renewal.objects.order_by("pk").values_list("pledge_id", flat=True)) == oldest
    assert Renewal.objects.filter(state="settled").count() == 12


@pytest.mark.parametrize("state", [PaymentState.DISPUTED, PaymentState.PENDING])
def test_nobody_is_charged_while_another_payment_is_open_or_disputed(
    ours: PlainProvider, clock: time_machine.Traveller, state: PaymentState
) -> None:
    from standfirst.payments.actions.apply_snapshot import refresh

    pledge = paid_pledge(ours)
    assert pledge.agreement is not None
    if state == PaymentState.DISPUTED:
        ours.change_payment(pledge.agreement.object_id, 0, state=state)
    else:
        first = ours.objects[pledge.agreement.object_id].payments[0]
        ours.change(pledge.agreement.object_id, payments=(first, type(first)("p2", first.amount, state, FEBRUARY)))
    refresh(pledge.agreement)
    clock.move_to(FEBRUARY)
    assert renew_all(FEBRUARY) == 0
    assert collected(ours) == 0


def test_whoever_charged_back_is_never_charged_again(ours: PlainProvider, clock: time_machine.Traveller) -> None:
    from standfirst.payments.actions.apply_snapshot import refresh

    pledge = paid_pledge(ours)
    assert pledge.agreement is not None
    ours.change_payment(pledge.agreement.object_id, 0, state=PaymentState.LOST)
    refresh(pledge.agreement)
    assert (again(pledge).state, again(pledge).ends_at) == ("cancelling", FEBRUARY)
    clock.move_to(FEBRUARY)
    MemberKeeper(now=lambda: FEBRUARY).look()
    assert again(pledge).state == "ended"
    assert collected(ours) == 0


def test_what_is_cancelled_between_the_row_and_the_request_is_not_collected(
    ours: PlainProvider, clock: time_machine.Traveller
) -> None:
    pledge = paid_pledge(ours)
    clock.move_to(FEBRUARY)
    renewal = claim(pledge, now=FEBRUARY)
    assert renewal is not None
    cancel_pledge(pledge=pledge, by=None)
    assert collect(renewal).state == Renewal.State.DROPPED
    assert (collected(ours), again(pledge).state) == (0, "ended")


def test_a_yearly_payment_waits_for_its_notice(ours: PlainProvider, clock: time_machine.Traveller) -> None:
    pledge = paid_pledge(ours, interval="year")
    end = BEGIN.replace(year=2028)
    assert pledge.period_end == end
    late = end + DAY  # we were down when the notice was due
    clock.move_to(late)
    MemberKeeper(now=lambda: late).look()
    assert collected(ours) == 0
    notice = PledgeNotice.objects.get()
    assert (notice.kind, notice.at, notice.about) == ("renewal", late, end.date())
    clock.move_to(late + 14 * DAY)
    MemberKeeper(now=lambda: late + 14 * DAY).look()
    assert collected(ours) == 1
    assert again(pledge).period_end == (late + 14 * DAY).replace(year=2029)


def test_a_silent_provider_is_left_alone_until_the_next_look(
    ours: PlainProvider, clock: time_machine.Traveller
) -> None:
    account = factories.account()
    for _ in range(8):
        paid_pledge(ours, account=account)
    clock.move_to(FEBRUARY)
    ours.fails = [NotReached("no answer")] * 100
    assert renew_all(FEBRUARY) == 5
    assert Renewal.objects.count() == 5
