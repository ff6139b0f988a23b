"""Statements bring each payment in once; what is sure is booked, the rest waits for a person."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from tests.payments.bank.statements import MAPPING, bank, bring, by_bank, csv_file, outcomes, row

from standfirst.accounts.models import User
from standfirst.membership.mail_queue import together
from standfirst.membership.models import Pledge, SentMail
from standfirst.payments import ledger, news
from standfirst.payments.actions.apply_snapshot import refresh
from standfirst.payments.models import Agreement, LedgerEntry, Payment, ProviderAccount, StatementLine
from standfirst.payments.providers.bank import importing
from standfirst.payments.providers.bank.booking import CannotDecide, accept, refuse
from standfirst.payments.providers.bank.importing import keep_statement, look_through, read_statement
from standfirst.payments.reference_codes import code_for

pytestmark = pytest.mark.django_db
State = StatementLine.State


@pytest.fixture
def account() -> ProviderAccount:
    return bank()


def test_a_payer_is_told_where_to_send_what_with_which_code(account: ProviderAccount) -> None:
    agreement = by_bank(account)
    told = dict(agreement.lines)
    assert told["Account number"] == "GE29NB0000000101904917"
    assert told["Reference: write it on the transfer"] == agreement.object_id == code_for(str(agreement.key))
    assert told["Amount"].endswith("each month (a standing order)")
    assert agreement.state == "open"


def test_code_and_amount_are_booked_as_a_payment(account: ProviderAccount) -> None:
    agreement = by_bank(account)
    bring(account, row(f"Donation {agreement.object_id.lower()}", own_id="A1"))
    agreement.refresh_from_db()
    payment = Payment.objects.get()
    pledge = Pledge.objects.get()
    assert (payment.amount, payment.currency, payment.state, payment.at) == (
        1200, "GEL", "settled", datetime(2026, 11, 1, 9, tzinfo=UTC),
    )  # fmt: skip
    assert agreement.period_end == datetime(2026, 12, 1, 9, tzinfo=UTC)
    assert (agreement.state, pledge.state, pledge.period_end) == ("active", "active", agreement.period_end)
    assert dict(LedgerEntry.objects.values_list("book", "amount")) == {"provider": 1200, "income": -1200}
    assert ledger.verify() == []


def test_the_same_and_an_overlapping_file_have_no_effect_twice(account: ProviderAccount) -> None:
    one, two = by_bank(account), by_bank(account)
    first, second = row(one.object_id, balance="1"), row(two.object_id, balance="2")
    bring(account, first, second)
    again = bring(account, first, second)
    overlap = bring(account, second.replace(";2", ";77"), row("", day="02.11.2026"))
    assert (again.lines_read, again.lines_known) == (2, 2)
    assert (overlap.lines_read, overlap.lines_known) == (2, 1)
    assert (Payment.objects.count(), StatementLine.objects.count()) == (2, 3)


def test_two_payments_that_look_the_same_are_two(account: ProviderAccount) -> None:
    bring(account, row("cash"), row("cash"))
    bring(account, row("cash"), row("cash"), row("cash"))
    assert outcomes() == [(1200, "proposed")] * 3


def test_the_banks_own_id_is_what_a_line_is_known_by(account: ProviderAccount) -> None:
    bring(account, row("one", own_id="7"))
    bring(account, row("told otherwise", own_id="7"), row("fee", own_id="7", amount="-0,50"))
    assert outcomes() == [(1200, "proposed"), (-50, "outgoing")]


def test_the_same_days_in_another_kind_of_file_are_not_booked_again(account: ProviderAccount) -> None:
    agreement = by_bank(account)
    bring(account, row(agreement.object_id, own_id="7"))
    bring(account, row(agreement.object_id))
    line = StatementLine.objects.latest("pk")
    assert (line.state, Payment.objects.count()) == (State.PROPOSED, 1)
    assert "says the same as a line of statement.csv" in line.why


@pytest.mark.parametrize(
    ("amount", "currency", "why"),
    [("11,00", "GEL", "11.00 GEL came; agreed is 12.00 GEL"), ("12,00", "EUR", "It is in EUR; agreed is 12.00 GEL")],
)
def test_another_amount_or_currency_is_proposed(account: ProviderAccount, amount: str, currency: str, why: str) -> None:
    agreement = by_bank(account)
    bring(account, row(agreement.object_id, amount=amount, currency=currency))
    line = StatementLine.objects.get()
    assert (line.state, line.candidates, Payment.objects.count()) == (State.PROPOSED, [agreement.pk], 0)
    assert why in line.why


def test_two_codes_are_proposed_with_both(account: ProviderAccount) -> None:
    one, two = by_bank(account), by_bank(account)
    bring(account, row(f"{one.object_id} {two.object_id}"))
    line = StatementLine.objects.get()
    assert (line.state, line.candidates) == (State.PROPOSED, [one.pk, two.pk])


def test_a_code_with_a_typing_error_is_proposed_by_name(account: ProviderAccount) -> None:
    agreement = by_bank(account)
    wrong = agreement.object_id[:-1] + ("2" if agreement.object_id[-1] != "2" else "3")
    names = {agreement.reference: ("ანა კაპანაძე",)}
    bring(account, row(wrong, payer="KAPANADZE ANA"), names=names)
    line = StatementLine.objects.get()
    assert (line.state, line.candidates) == (State.PROPOSED, [agreement.pk])
    assert line.why == f"The code {wrong} does not exist. The name and the amount fit."


def test_an_unknown_payer_is_proposed_without_anybody(account: ProviderAccount) -> None:
    by_bank(account)
    bring(account, row("for you", payer="Nobody Known", iban="GE00"))
    line = StatementLine.objects.get()
    assert (line.state, line.candidates, line.why) == (
        State.PROPOSED, [], "No member is known by this account or name.",
    )  # fmt: skip


def test_who_paid_before_is_known_without_a_code(account: ProviderAccount) -> None:
    agreement = by_bank(account)
    bring(account, row(agreement.object_id, payer="Ana Kapanadze", iban="GE11"))
    bring(account, row("standing order", day="01.12.2026", payer="KAPANADZE, ANA", iban="GE11"))
    agreement.refresh_from_db()
    assert Payment.objects.count() == 2
    assert agreement.period_end == datetime(2027, 1, 1, 9, tzinfo=UTC)


def test_a_shared_account_is_not_sure(account: ProviderAccount) -> None:
    one, two = by_bank(account), by_bank(account)
    bring(
        account,
        row(one.object_id, payer="Ana Beridze", iban="GE11"),
        row(two.object_id, payer="Lia Beridze", iban="GE11"),
    )
    bring(account, row("order", day="01.12.2026", payer="Ana Beridze", iban="GE11"))
    assert StatementLine.objects.latest("pk").state == State.PROPOSED


def test_a_person_accepts_and_the_money_is_booked_once(account: ProviderAccount, django_user_model: type[User]) -> None:
    agreement = by_bank(account)
    bring(account, row(agreement.object_id, amount="36,00"))
    line = StatementLine.objects.get()
    staff = django_user_model.objects.create_user("staff@newsroom.example")
    for _again in range(2):
        accept(line=line, agreement=agreement, reason="three months at once", by=staff)
    agreement.refresh_from_db()
    line.refresh_from_db()
    assert (line.state, line.reason, line.decided_by, line.months) == (State.APPLIED, "three months at once", staff, 3)
    assert (Payment.objects.get().amount, agreement.period_end) == (3600, datetime(2027, 2, 1, 9, tzinfo=UTC))


def test_what_cannot_be_decided_so_is_refused_with_a_sentence(account: ProviderAccount) -> None:
    agreement, elsewhere = by_bank(account), by_bank(bank())
    bring(account, row("a", currency="EUR"), row("b"), row(agreement.object_id))
    euro, lari, booked = StatementLine.objects.order_by("pk")
    for line, to, reason, sentence in (
        (euro, agreement, "why not", "The line is in EUR, the agreement in GEL"),
        (lari, elsewhere, "why not", "not paid to this bank account"),
        (lari, agreement, "  ", "Say why"),
        (booked, elsewhere, "why not", "booked already"),
    ):
        with pytest.raises(CannotDecide, match=sentence):
            accept(line=line, agreement=to, reason=reason, by=None)
    assert Payment.objects.count() == 1


def test_a_refused_line_has_no_effect_and_can_be_accepted_later(account: ProviderAccount) -> None:
    agreement = by_bank(account)
    bring(account, row("book sale"))
    line = refuse(line=StatementLine.objects.get(), reason="a book", by=None)
    assert (line.state, Payment.objects.count()) == (State.REFUSED, 0)
    accept(line=line, agreement=agreement, reason="no, a member", by=None)
    assert Payment.objects.count() == 1
    with pytest.raises(CannotDecide, match="booked already"):
        refuse(line=line, reason="after all", by=None)


def test_a_returned_transfer_takes_the_payment_back(account: ProviderAccount) -> None:
    agreement = by_bank(account)
    bring(account, row(agreement.object_id))
    bring(account, row(f"RETURN {agreement.object_id}", day="03.11.2026", amount="-12,00"))
    payment = Payment.objects.get()
    agreement.refresh_from_db()
    assert (payment.refunded, payment.kept.amount, agreement.state) == (1200, 0, "failing")
    assert ledger.shown(payment)["refunds"] == 1200
    bring(account, row(f"RETURN {agreement.object_id}", day="04.11.2026", amount="-12,00"))
    assert StatementLine.objects.latest("pk").state == State.OUTGOING
    assert ledger.verify() == []


def test_a_statement_that_names_an_agreement_twice_books_both_in_turn(account: ProviderAccount) -> None:
    agreement = by_bank(account)
    once = by_bank(account, interval="once")
    first, second = row(agreement.object_id, day="01.09.2026"), row(agreement.object_id, day="01.10.2026")
    bring(account, first, row(once.object_id), second, row(f"again {once.object_id}"))
    agreement.refresh_from_db()
    assert agreement.period_end == datetime(2026, 11, 1, 9, tzinfo=UTC)
    assert [state for _amount, state in outcomes()] == ["applied", "applied", "applied", "proposed"]
    assert (Payment.objects.count(), ledger.verify()) == (3, [])


def test_a_payment_and_its_return_may_stand_in_one_statement(account: ProviderAccount) -> None:
    agreement = by_bank(account)
    bring(account, row(agreement.object_id), row(f"RETURN {agreement.object_id}", day="02.11.2026", amount="-12,00"))
    payment = Payment.objects.get()
    assert (payment.refunded, [state for _amount, state in outcomes()]) == (1200, ["applied", "applied"])
    assert ledger.verify() == []


def test_money_that_left_for_others_keeps_nobody_s_name(account: ProviderAccount) -> None:
    bring(account, row("salary", amount="-900,00", payer="Reporter Name", iban="GE77"))
    line = StatementLine.objects.get()
    assert (line.state, line.payer_name, line.payer_account, line.text, line.raw) == (State.OUTGOING, "", "", "", {})
    assert bring(account, row("salary", amount="-900,00", payer="Reporter Name", iban="GE77")).lines_known == 1


def test_looking_through_goes_on_after_a_crash(account: ProviderAccount) -> None:
    agreement = by_bank(account)
    found = read_statement(account, csv_file(row(agreement.object_id)), MAPPING)
    keep_statement(account=account, file_name="a.csv", found=found, by=None)
    assert outcomes() == [(1200, "new")]
    assert look_through(account=account, names_of=lambda references: {}) == 1
    assert look_through(account=account, names_of=lambda references: {}) == 0
    assert Payment.objects.count() == 1


@pytest.mark.parametrize("nth", [1, 3, 5])
def test_broken_off_in_a_portion_it_is_done_again_and_everything_once(
    account: ProviderAccount, monkeypatch: pytest.MonkeyPatch, nth: int
) -> None:
    monkeypatch.setattr(importing, "AT_ONCE", 2)
    codes = [by_bank(account).object_id for _payer in range(5)]
    found = read_statement(account, csv_file(*(row(code) for code in codes)), MAPPING)
    keep_statement(account=account, file_name="a.csv", found=found, by=None)
    heard, hears = [], news._listeners["pledge"]

    def break_off(told: news.News) -> None:
        heard.append(told)
        hears(told)
        if len(heard) == nth:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setitem(news._listeners, "pledge", break_off)
        with pytest.raises(KeyboardInterrupt):
            look_through(account=account, names_of=lambda references: {}, around=together)
    whole = (nth - 1) // 2 * 2  # the portions before it
    assert sorted(state for _amount, state in outcomes()) == ["applied"] * whole + ["new"] * (5 - whole)
    assert (Payment.objects.count(), SentMail.objects.count()) == (whole, 2 * whole)
    assert look_through(account=account, names_of=lambda references: {}, around=together) == 5 - whole
    assert (Payment.objects.count(), SentMail.objects.count(), ledger.verify()) == (5, 10, [])
    assert set(Pledge.objects.values_list("state", flat=True)) == {"active"}


def test_a_payment_that_does_not_come_is_missed_after_a_week(account: ProviderAccount) -> None:
    agreement = by_bank(account)
    paid = timezone.now() - timedelta(days=45)
    bring(account, row(agreement.object_id, day=paid.strftime("%d.%m.%Y")))
    assert refresh(agreement).state == Agreement.State.FAILING
    bring(account, row(agreement.object_id, day=timezone.now().strftime("%d.%m.%Y")))
    assert refresh(agreement).state == Agreement.State.ACTIVE
