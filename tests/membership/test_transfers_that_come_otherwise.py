"""A transfer that does not come, comes late, is another amount, or comes twice (docs/how-to/bank-transfers.md, 5)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from tests.payments.bank.statements import bank, bring, by_bank, row

from standfirst.membership.actions.cancel_pledge import cancel_pledge
from standfirst.membership.looking_after import MemberKeeper
from standfirst.membership.models import Pledge, SentMail
from standfirst.payments import ledger
from standfirst.payments.actions.apply_snapshot import refresh
from standfirst.payments.models import Agreement, Payment, StatementLine
from standfirst.payments.providers.bank.booking import accept

pytestmark = pytest.mark.django_db
BEGIN = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(BEGIN, tick=False) as traveller:
        yield traveller


@pytest.fixture
def agreement(clock: time_machine.Traveller) -> Agreement:
    return by_bank(bank(), "Ana")


def look(clock: time_machine.Traveller, days: int, agreement: Agreement) -> tuple[str, str]:
    """What the pledge and the agreement are after so many days, when everything was looked after."""
    clock.move_to(BEGIN + days * DAY)
    kept = refresh(agreement)
    MemberKeeper().look()
    return pledge_of(agreement).state, kept.state


def pledge_of(agreement: Agreement) -> Pledge:
    return Pledge.objects.get(pk=agreement.reference.partition(":")[2])


def transfer(agreement: Agreement, days: int, amount: str = "12,00", more: str = "") -> StatementLine:
    """Money that arrives after so many days; the statement comes on the same day."""
    day = (BEGIN + days * DAY).strftime("%d.%m.%Y")
    bring(agreement.account, row(f"{agreement.object_id} {more}", day=day, amount=amount))
    return StatementLine.objects.latest("pk")


def sent(kind: str) -> int:
    return SentMail.objects.filter(kind=kind).count()


def test_who_sends_nothing_is_reminded_once_and_given_up_after_sixty_days(
    clock: time_machine.Traveller, agreement: Agreement
) -> None:
    assert look(clock, 6, agreement) == ("pending", "open")
    assert sent("transfer_awaited") == 0
    for days in (7, 8, 20):
        assert look(clock, days, agreement) == ("pending", "open")
    assert (sent("transfer_awaited"), SentMail.objects.count()) == (1, 1)
    assert look(clock, 60, agreement) == ("pending", "abandoned")
    assert SentMail.objects.count() == 1


def test_who_has_paid_is_not_reminded(clock: time_machine.Traveller, agreement: Agreement) -> None:
    clock.move_to(BEGIN + 3 * DAY)
    transfer(agreement, 3)
    assert look(clock, 8, agreement) == ("active", "active")
    assert sent("transfer_awaited") == 0


def test_what_was_forgotten_for_a_month_is_no_reminder_any_more(
    clock: time_machine.Traveller, agreement: Agreement
) -> None:
    look(clock, 31, agreement)
    assert sent("transfer_awaited") == 0


def test_a_first_transfer_counts_however_late(clock: time_machine.Traveller, agreement: Agreement) -> None:
    assert look(clock, 70, agreement) == ("pending", "abandoned")
    transfer(agreement, 70)
    assert look(clock, 70, agreement) == ("active", "active")
    assert pledge_of(agreement).period_end == datetime(2026, 6, 11, 9, tzinfo=UTC)


def test_a_week_late_is_missed_then_grace_then_lapse_and_any_transfer_leads_back(
    clock: time_machine.Traveller, agreement: Agreement
) -> None:
    transfer(agreement, 0)  # until 2 April
    assert look(clock, 37, agreement)[0] == "active"
    assert look(clock, 39, agreement) == ("past_due", "failing")
    assert (sent("payment_failed"), sent("lapse")) == (1, 0)
    assert look(clock, 61, agreement) == ("lapsed", "failing")
    assert sent("lapse") == 1
    line = transfer(agreement, 80)
    assert line.state == StatementLine.State.APPLIED
    assert look(clock, 80, agreement) == ("active", "active")
    # From its own day: the months without a payment are not paid for.
    assert pledge_of(agreement).period_end == datetime(2026, 6, 21, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("amount", "until"),
    [
        ("36,00", datetime(2026, 6, 2, 9, tzinfo=UTC)),
        ("30,00", datetime(2026, 5, 2, 9, tzinfo=UTC)),
        ("5,00", datetime(2026, 4, 2, 9, tzinfo=UTC)),
    ],
)
def test_another_amount_waits_for_a_person_and_pays_for_whole_intervals(
    clock: time_machine.Traveller, agreement: Agreement, amount: str, until: datetime
) -> None:
    line = transfer(agreement, 0, amount)
    assert (line.state, pledge_of(agreement).state) == ("proposed", "pending")
    accept(line=line, agreement=agreement, reason="it is hers", by=None)
    pledge = pledge_of(agreement)
    assert (pledge.state, pledge.period_end, pledge.amount) == ("active", until, 1200)
    assert (sent("receipt"), ledger.verify()) == (1, [])


def test_two_transfers_in_one_month_are_two_months(clock: time_machine.Traveller, agreement: Agreement) -> None:
    transfer(agreement, 0)
    transfer(agreement, 5, more="again")
    assert look(clock, 6, agreement) == ("active", "active")
    assert (Payment.objects.count(), pledge_of(agreement).period_end) == (2, datetime(2026, 5, 2, 9, tzinfo=UTC))
    assert sent("receipt") == 2


def test_what_comes_for_a_cancelled_pledge_waits_for_a_person(
    clock: time_machine.Traveller, agreement: Agreement
) -> None:
    transfer(agreement, 0)
    cancel_pledge(pledge=pledge_of(agreement), by=None, at_once=True)
    line = transfer(agreement, 30)
    assert (line.state, line.why) == ("proposed", "The agreement with this code has ended.")
    assert (pledge_of(agreement).state, Payment.objects.count()) == ("ended", 1)
