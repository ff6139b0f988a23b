"""What a member is told while a payment is late, what is kept meanwhile, and how it ends."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django_tasks import default_task_backend
from tests.membership.living import BEGIN, DAY, again, paid_pledge, pay_anew
from tests.money import factories
from tests.money.plain import PlainProvider

from standfirst.membership import fix_links
from standfirst.membership.entitlements import variant_of
from standfirst.membership.looking_after import MemberKeeper
from standfirst.membership.models import ChangeOrder, Pledge, PledgeNotice, SentMail
from standfirst.membership.tasks import collect_at_once
from standfirst.payments.actions.apply_snapshot import refresh
from standfirst.payments.models import Agreement
from standfirst.payments.providers.interface import AgreementState, ProviderError, RunBy

pytestmark = pytest.mark.django_db
FEBRUARY = BEGIN.replace(month=2, day=28)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(BEGIN, tick=False) as traveller:
        yield traveller


def run_by(plain: PlainProvider, who: RunBy) -> PlainProvider:
    plain.abilities = type(plain.abilities)(run_by=who, pauses=True, changes_amount=True)
    return plain


def look(clock: time_machine.Traveller, at: object) -> None:
    clock.move_to(at)  # type: ignore[arg-type]
    MemberKeeper().look()


def sent(kind: str) -> int:
    return SentMail.objects.filter(kind=kind).count()


def live_through_failure(plain: PlainProvider, clock: time_machine.Traveller, days: int) -> list[tuple[int, str]]:
    """Let every attempt be refused for `days`; return the mails, each with its day."""
    told = []
    for day in range(days):
        before = set(SentMail.objects.values_list("pk", flat=True))
        plain.fails = [ProviderError("no", code="card_declined")] if plain.abilities.run_by is RunBy.US else []
        look(clock, FEBRUARY + day * DAY)
        plain.fails = []
        told += [(day, mail.kind) for mail in SentMail.objects.exclude(pk__in=before)]
    return told


def test_one_mail_for_the_failure_and_each_try_then_the_lapse(
    plain: PlainProvider, clock: time_machine.Traveller
) -> None:
    pledge = paid_pledge(run_by(plain, RunBy.US))
    told = [mail for mail in live_through_failure(plain, clock, 30) if mail[1] in {"payment_failed", "lapse"}]
    assert told == [*((day, "payment_failed") for day in (0, 3, 7, 12, 18)), (21, "lapse")]
    assert again(pledge).state == "lapsed"
    assert plain.calls.count("start Collect") == 5


def test_in_grace_everything_is_kept_and_afterwards_not(plain: PlainProvider, clock: time_machine.Traveller) -> None:
    pledge = paid_pledge(run_by(plain, RunBy.US))
    live_through_failure(plain, clock, 21)
    assert (again(pledge).state, variant_of(pledge.member)) == ("past_due", "tier-1")
    look(clock, FEBRUARY + 21 * DAY)
    assert (again(pledge).state, variant_of(pledge.member)) == ("lapsed", "registered")


def test_mails_that_were_missed_are_not_all_sent_at_once(plain: PlainProvider, clock: time_machine.Traveller) -> None:
    pledge = paid_pledge(run_by(plain, RunBy.PROVIDER))
    assert pledge.agreement is not None
    plain.change(pledge.agreement.object_id, state=AgreementState.FAILING)
    refresh(pledge.agreement)
    for _ in range(3):
        look(clock, BEGIN + 13 * DAY)
    assert PledgeNotice.objects.get().step == 3
    assert sent("payment_failed") == 1


def test_a_provider_that_collects_is_told_when_the_grace_is_over(
    plain: PlainProvider, clock: time_machine.Traveller
) -> None:
    pledge = paid_pledge(run_by(plain, RunBy.PROVIDER))
    assert pledge.agreement is not None
    plain.change(pledge.agreement.object_id, state=AgreementState.FAILING)
    refresh(pledge.agreement)
    look(clock, BEGIN + 21 * DAY)
    assert again(pledge).state == "lapsed"
    assert plain.objects[pledge.agreement.object_id].state == AgreementState.ENDED
    assert ChangeOrder.objects.get().state == "done"
    assert sent("lapse") == 1


def test_who_paid_in_time_does_not_lapse(plain: PlainProvider, clock: time_machine.Traveller) -> None:
    pledge = paid_pledge(run_by(plain, RunBy.PROVIDER))
    assert pledge.agreement is not None
    plain.change(pledge.agreement.object_id, state=AgreementState.FAILING)
    refresh(pledge.agreement)
    clock.move_to(BEGIN + 20 * DAY)
    plain.pay(pledge.agreement.object_id)
    refresh(pledge.agreement)
    look(clock, BEGIN + 30 * DAY)
    assert (again(pledge).state, again(pledge).failed_at, sent("lapse")) == ("active", None, 0)


def gives_card(plain: PlainProvider, pledge: Pledge, token: str) -> int:
    """The payer gives a card; return how often that orders a collection at once."""
    assert pledge.agreement is not None
    plain.change(pledge.agreement.object_id, token=token)
    before = ordered()
    refresh(pledge.agreement)
    return ordered() - before


def ordered() -> int:
    return sum(result.task == collect_at_once for result in default_task_backend.results)


def test_another_card_for_a_late_payment_is_collected_from_at_once_and_once(
    plain: PlainProvider, clock: time_machine.Traveller
) -> None:
    pledge = paid_pledge(run_by(plain, RunBy.US))
    assert gives_card(plain, pledge, "first") == 0
    live_through_failure(plain, clock, 2)
    assert again(pledge).state == "past_due"
    assert gives_card(plain, pledge, "first") == 0
    assert gives_card(plain, pledge, "second") == 1
    calls = plain.calls.count("start Collect")
    collect_at_once.func(pledge.pk)
    collect_at_once.func(pledge.pk)
    assert again(pledge).state == "active"
    assert plain.calls.count("start Collect") == calls + 1
    assert gives_card(plain, pledge, "third") == 0


def test_who_comes_back_from_a_mail_with_a_card_is_thanked_without_signing_in(
    plain: PlainProvider, clock: time_machine.Traveller, client: Client
) -> None:
    pledge = paid_pledge(run_by(plain, RunBy.US))
    path = f"/account/pledge/{pledge.number}/back/"
    assert client.get(path).headers["Location"] == f"/join/thanks/{pledge.number}/"
    client.force_login(factories.member("another@readers.example").user)
    assert client.get(path).headers["Location"] == f"/join/thanks/{pledge.number}/"
    client.force_login(pledge.member.user)
    assert client.get(path).headers["Location"] == "/account/"


def test_a_lapsed_member_comes_back_by_paying_and_the_old_agreement_is_ended(
    plain: PlainProvider, clock: time_machine.Traveller
) -> None:
    account = factories.account()
    pledge = paid_pledge(run_by(plain, RunBy.PROVIDER), account=account)
    old = pledge.agreement
    assert old is not None
    plain.change(old.object_id, state=AgreementState.FAILING)
    refresh(old)
    clock.move_to(BEGIN + 2 * DAY)
    pledge = pay_anew(plain, pledge, account, at=BEGIN + 2 * DAY)
    assert (pledge.state, pledge.agreement != old) == ("active", True)
    look(clock, BEGIN + 3 * DAY)
    look(clock, BEGIN + 4 * DAY)
    assert plain.objects[old.object_id].state == AgreementState.ENDED
    assert ChangeOrder.objects.count() == 1
    assert (again(pledge).state, Agreement.objects.get(pk=old.pk).state) == ("active", "ended")


def test_payers_who_send_the_money_are_reminded_and_nothing_is_collected(
    plain: PlainProvider, clock: time_machine.Traveller
) -> None:
    pledge = paid_pledge(run_by(plain, RunBy.PAYER))
    end, agreement = pledge.period_end, pledge.agreement
    assert end is not None
    assert agreement is not None
    look(clock, end - 7 * DAY)
    look(clock, end - 6 * DAY)
    assert (sent("transfer_notice"), sent("renewal_notice"), again(pledge).state) == (1, 0, "active")
    plain.change(agreement.object_id, state=AgreementState.FAILING)
    clock.move_to(end + 7 * DAY)
    refresh(agreement)
    look(clock, end + 7 * DAY)
    assert (again(pledge).state, sent("payment_failed")) == ("past_due", 1)
    look(clock, end + 28 * DAY)
    assert (again(pledge).state, sent("lapse")) == ("lapsed", 1)
    assert "start Collect" not in plain.calls
    assert ChangeOrder.objects.count() == 0


def test_money_that_a_lapsed_payer_sends_brings_them_back(plain: PlainProvider, clock: time_machine.Traveller) -> None:
    pledge = paid_pledge(run_by(plain, RunBy.PAYER))
    assert pledge.agreement is not None
    plain.change(pledge.agreement.object_id, state=AgreementState.FAILING)
    refresh(pledge.agreement)
    look(clock, BEGIN + 21 * DAY)
    assert again(pledge).state == "lapsed"
    plain.pay(pledge.agreement.object_id)
    refresh(pledge.agreement)
    assert (again(pledge).state, again(pledge).ended_at, again(pledge).lapses_at) == ("active", None, None)


@pytest.mark.parametrize("who", [RunBy.US, RunBy.PROVIDER])
def test_notice_of_a_yearly_payment_is_given_once_and_of_a_monthly_one_never(
    plain: PlainProvider, clock: time_machine.Traveller, who: RunBy
) -> None:
    run_by(plain, who)
    yearly = paid_pledge(plain, interval="year")
    if who is RunBy.PROVIDER:
        assert yearly.agreement is not None
        plain.change(yearly.agreement.object_id, period_end=BEGIN.replace(year=2028))
        refresh(yearly.agreement)
    paid_pledge(plain, at=BEGIN.replace(year=2028) - 20 * DAY)
    look(clock, BEGIN.replace(year=2028) - 15 * DAY)
    assert sent("renewal_notice") == 0
    look(clock, BEGIN.replace(year=2028) - 14 * DAY)
    look(clock, BEGIN.replace(year=2028) - 13 * DAY)
    assert list(SentMail.objects.filter(kind="renewal_notice").values_list("member", flat=True)) == [yearly.member_id]


def test_a_fix_link_is_good_for_its_pledge_while_something_is_to_be_fixed(clock: time_machine.Traveller) -> None:
    pledge = factories.pledge(state=Pledge.State.PAST_DUE)
    found = fix_links.token(pledge)
    assert fix_links.read(found) == pledge
    assert fix_links.read(found + "x") is None
    clock.shift(timedelta(days=30, seconds=1))
    assert fix_links.read(found) is None
    fresh = fix_links.token(pledge)
    Pledge.objects.filter(pk=pledge.pk).update(state="active")
    assert fix_links.read(fresh) is None


def test_a_token_for_something_else_is_no_fix_link() -> None:
    from django.core import signing

    pledge = factories.pledge(state=Pledge.State.PAST_DUE)
    assert fix_links.read(signing.dumps(pledge.number.hex, salt="another")) is None
