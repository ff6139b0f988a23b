"""A line that was booked to the wrong member is moved to the right one, once, or not at all."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import Sum
from django.utils import timezone
from tests.payments.bank.statements import bank, bring, by_bank, row

from standfirst.membership.models import Pledge, SentMail
from standfirst.payments import ledger, news
from standfirst.payments.actions.apply_snapshot import refresh
from standfirst.payments.models import Agreement, LedgerEntry, Payment, ProviderAccount, StatementLine, StatementMove
from standfirst.payments.providers.bank.booking import CannotDecide, accept
from standfirst.payments.providers.bank.moving import move

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def account() -> ProviderAccount:
    return bank()


def day(ago: int) -> str:
    return (TODAY - timedelta(days=ago)).strftime("%d.%m.%Y")


def pledge_of(agreement: Agreement) -> Pledge:
    return Pledge.objects.get(pk=agreement.reference.partition(":")[2])


def books(agreement: Agreement) -> dict[str, int]:
    """What the books show of all payments of an agreement, without books that come to nothing."""
    sums = LedgerEntry.objects.filter(transaction__payment__agreement=agreement).values_list("book")
    return {book: total for book, total in sums.annotate(total=Sum("amount")) if total}


def booked_to(agreement: Agreement, ago: int = 3) -> StatementLine:
    bring(agreement.account, row("for you", day=day(ago), payer="Ana"))
    line = StatementLine.objects.latest("pk")
    accept(line=line, agreement=agreement, reason="the name is alike", by=None)
    return line


def test_the_money_its_books_and_both_pledges_follow(account: ProviderAccount) -> None:
    wrong, right = by_bank(account), by_bank(account)
    line = booked_to(wrong)
    assert (pledge_of(wrong).state, pledge_of(right).state) == ("active", "pending")
    assert move(line=line, agreement=right, reason="another Ana", by=None) == wrong
    assert (books(wrong), books(right)) == ({}, {"provider": 1200, "income": -1200})
    assert list(Payment.objects.order_by("pk").values_list("agreement", "state", "amount")) == [
        (wrong.pk, "withdrawn", 1200),
        (right.pk, "settled", 1200),
    ]
    ours, theirs = pledge_of(wrong), pledge_of(right)
    assert (ours.state, ours.period_end) == ("past_due", None)
    assert (theirs.state, theirs.period_end) == ("active", Agreement.objects.get(pk=right.pk).period_end)
    assert ledger.verify() == []
    receipts = SentMail.objects.filter(kind="receipt").values_list("member", flat=True)
    assert sorted(receipts) == sorted([ours.member_id, theirs.member_id])


def test_what_was_paid_before_stays_paid(account: ProviderAccount) -> None:
    wrong, right = by_bank(account), by_bank(account)
    bring(account, row(wrong.object_id, day=day(20)))
    before = pledge_of(wrong).period_end
    line = booked_to(wrong)
    assert pledge_of(wrong).period_end > before  # type: ignore[operator]
    move(line=line, agreement=right, reason="another Ana", by=None)
    assert (pledge_of(wrong).state, pledge_of(wrong).period_end) == ("active", before)
    assert ledger.verify() == []


def test_moved_twice_the_same_way_it_is_moved_once_and_can_go_back(account: ProviderAccount) -> None:
    wrong, right = by_bank(account), by_bank(account)
    line = booked_to(wrong)
    move(line=line, agreement=right, reason="another Ana", by=None)
    assert move(line=line, agreement=right, reason="another Ana", by=None) is None
    assert (StatementMove.objects.count(), Payment.objects.count()) == (1, 2)
    move(line=line, agreement=wrong, reason="no, the first", by=None)
    assert (books(wrong), books(right)) == ({"provider": 1200, "income": -1200}, {})
    assert (pledge_of(wrong).state, pledge_of(right).state) == ("active", "past_due")
    assert sorted(Payment.objects.values_list("state", flat=True)) == ["settled", "withdrawn", "withdrawn"]
    refresh(wrong)
    refresh(right)
    assert (Payment.objects.count(), ledger.verify()) == (3, [])


@pytest.mark.parametrize("nth", [1, 2])
def test_broken_off_in_the_middle_nothing_has_moved(
    account: ProviderAccount, monkeypatch: pytest.MonkeyPatch, nth: int
) -> None:
    wrong, right = by_bank(account), by_bank(account)
    line = booked_to(wrong)
    heard, hears = [], news._listeners["pledge"]

    def break_off(told: news.News) -> None:
        heard.append(told)
        hears(told)
        if len(heard) == nth:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setitem(news._listeners, "pledge", break_off)
        with pytest.raises(KeyboardInterrupt):
            move(line=line, agreement=right, reason="another Ana", by=None)
    line.refresh_from_db()
    assert (line.agreement, line.moves, StatementMove.objects.count()) == (wrong, 0, 0)
    assert (books(wrong), books(right)) == ({"provider": 1200, "income": -1200}, {})
    assert (pledge_of(wrong).state, pledge_of(right).state) == ("active", "pending")
    move(line=line, agreement=right, reason="another Ana", by=None)
    assert (books(wrong), ledger.verify()) == ({}, [])


def test_what_cannot_be_moved_is_refused_with_a_sentence(account: ProviderAccount) -> None:
    wrong, right, elsewhere = by_bank(account), by_bank(account), by_bank(bank())
    euro = by_bank(account, currency="EUR")
    line = booked_to(wrong)
    bring(account, row("unknown", day=day(2)))
    undecided = StatementLine.objects.latest("pk")
    returned = booked_to(right, ago=4)
    bring(account, row(f"RETURN {right.object_id}", day=day(1), amount="-12,00"))
    outgoing = StatementLine.objects.latest("pk")
    for moved, to, reason, sentence in (
        (line, right, " ", "Say why"),
        (line, elsewhere, "why not", "not paid to this bank account"),
        (line, euro, "why not", "The line is in GEL, the agreement in EUR"),
        (undecided, right, "why not", "not booked"),
        (returned, wrong, "why not", "went back already"),
        (outgoing, wrong, "why not", "Only money that came in"),
    ):
        with pytest.raises(CannotDecide, match=sentence):
            move(line=moved, agreement=to, reason=reason, by=None)
    assert StatementMove.objects.count() == 0
