"""The daily comparison: what was lost is found again, and what cannot be applied becomes work for a person, once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.money import factories
from tests.money.plain import NotReached, PlainProvider
from tests.payments.test_applying import order

from standfirst.accounts.models import User
from standfirst.kit.money import Money
from standfirst.payments import ledger
from standfirst.payments.actions.apply_snapshot import refresh
from standfirst.payments.actions.reconcile import (
    DISPUTED_WITHIN,
    GONE,
    close_difference,
    compare_all_soon,
    reconcile,
    take_for_comparison,
)
from standfirst.payments.actions.refund_payment import refund_payment
from standfirst.payments.actions.start_agreement import start_agreement
from standfirst.payments.models import Agreement, Difference, Payment, ProviderAccount, Refund
from standfirst.payments.news import News, listen
from standfirst.payments.providers.interface import (
    AgreementState,
    PaymentState,
    ProviderError,
    RefundFact,
    RefundState,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def paid(plain: PlainProvider) -> Agreement:
    agreement = start_agreement(agreement=factories.agreement(), order=order)
    plain.pay(agreement.object_id)
    return refresh(agreement)


def again(agreement: Agreement) -> Agreement:
    return Agreement.objects.select_related("account").get(pk=agreement.pk)


def kinds(agreement: Agreement) -> list[str]:
    return [found.kind for found in reconcile(again(agreement))]


def test_what_no_message_told_is_found(paid: Agreement, plain: PlainProvider) -> None:
    plain.pay(paid.object_id)
    plain.change_payment(paid.object_id, 0, refunded=200)
    assert kinds(paid) == []
    assert sorted(Payment.objects.values_list("refunded", flat=True)) == [0, 200]
    assert ledger.verify() == []
    assert not Difference.objects.exists()


def test_a_contradiction_is_one_row_however_often_it_is_found(paid: Agreement, plain: PlainProvider) -> None:
    plain.change_payment(paid.object_id, 0, amount=Money(1300, "GEL"))
    assert [kinds(paid) for _ in range(3)] == [["contradiction"]] * 3
    row = Difference.objects.get()
    assert (row.agreement, row.closed_at) == (paid, None)
    assert "12.00 GEL and is said to be 13.00 GEL" in row.sentence
    assert Payment.objects.get().amount == 1200


def test_what_is_not_found_again_closes_by_itself_and_may_open_again(paid: Agreement, plain: PlainProvider) -> None:
    for _ in range(2):
        plain.change_payment(paid.object_id, 0, amount=Money(1300, "GEL"))
        assert kinds(paid) == ["contradiction"]
        assert Difference.objects.get().closed_at is None
        plain.change_payment(paid.object_id, 0, amount=Money(1200, "GEL"))
        assert kinds(paid) == []
        row = Difference.objects.get()
        assert (row.reason, row.is_settled) == (GONE, False)
        assert row.closed_at is not None


def test_what_a_person_has_closed_stays_closed(paid: Agreement, plain: PlainProvider) -> None:
    person = User.objects.create_user("manager@paper.example")
    plain.change_payment(paid.object_id, 0, amount=Money(1300, "GEL"))
    row = reconcile(paid)[0]
    with pytest.raises(ValueError, match="Say what was done"):
        close_difference(difference=row, reason=" ", by=person)
    closed = close_difference(difference=row, reason="the bank's mistake", by=person)
    assert kinds(paid) == []
    row.refresh_from_db()
    assert (row.closed_at, row.closed_by, row.reason) == (closed.closed_at, person, "the bank's mistake")
    person.delete()
    assert kinds(paid) == []


def test_less_given_back_than_before_is_taken_back_in_the_books(paid: Agreement, plain: PlainProvider) -> None:
    for refunded in (500, 0):
        plain.change_payment(paid.object_id, 0, refunded=refunded)
        assert kinds(paid) == []
    payment = Payment.objects.get()
    assert payment.refunded == 0
    kinds_of_entries = list(payment.transactions.order_by("pk").values_list("kind", flat=True))
    assert kinds_of_entries == ["settled", "refunded", "refund_failed"]
    assert ledger.shown(payment)["refunds"] == 0
    assert ledger.verify() == []


def test_less_than_staff_gave_back_is_shown(paid: Agreement, plain: PlainProvider) -> None:
    refund_payment(payment=Payment.objects.get(), amount=Money(500, "GEL"), reason="asked by mail", by=None)
    plain.change_payment(paid.object_id, 0, refunded=200)
    assert kinds(paid) == []  # an answer may be older than what was just done
    Refund.objects.update(at=timezone.now() - timedelta(hours=2))
    assert kinds(paid) == ["refund"]
    assert "5.00 GEL were given back by staff, the provider says 2.00 GEL" in Difference.objects.get().sentence
    assert Payment.objects.get().refunded == 200
    assert ledger.verify() == []


def test_a_payment_that_is_not_listed_any_more_is_shown(paid: Agreement, plain: PlainProvider) -> None:
    plain.change(paid.object_id, payments=())
    plain.change(paid.object_id, mandate_id=paid.mandate_id)
    assert kinds(paid) == ["missing"]
    assert Payment.objects.get().state == "settled"


def test_a_state_that_ours_cannot_go_to_is_shown(paid: Agreement, plain: PlainProvider) -> None:
    plain.change(paid.object_id, state=AgreementState.ENDED)
    refresh(paid)
    plain.change(paid.object_id, state=AgreementState.ACTIVE)
    assert kinds(paid) == ["state"]
    assert again(paid).state == "ended"


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (ProviderError("there is no such thing", code="unknown"), "unknown"),
        (ProviderError("this key has no rights", code="rights"), "refused"),
    ],
)
def test_an_answer_that_is_none_is_shown(paid: Agreement, plain: PlainProvider, error: Exception, kind: str) -> None:
    plain.fails = [error]
    assert kinds(paid) == [kind]


def test_a_provider_that_is_not_reached_says_nothing(paid: Agreement, plain: PlainProvider) -> None:
    plain.change_payment(paid.object_id, 0, amount=Money(1300, "GEL"))
    reconcile(paid)
    plain.fails = [NotReached("no answer")]
    with pytest.raises(NotReached):
        reconcile(again(paid))
    assert Difference.objects.get().closed_at is None


def test_secrets_that_cannot_be_read_are_shown(paid: Agreement) -> None:
    ProviderAccount.objects.update(sealed="sealed with another key")
    assert kinds(paid) == ["sealed"]


def test_a_fault_of_the_program_is_shown_and_changes_nothing(paid: Agreement, plain: PlainProvider) -> None:
    def fails(_news: News) -> None:
        raise KeyError("tier")

    Agreement.objects.update(reference="broken:1")
    listen("broken", fails)
    plain.pay(paid.object_id)
    assert kinds(paid) == ["broken"]
    assert Payment.objects.count() == 1
    listen("broken", lambda _news: None)
    assert kinds(paid) == []
    assert Payment.objects.count() == 2


@pytest.fixture
def asked(paid: Agreement) -> Refund:
    """A refund that was never answered."""
    hours = timedelta(hours=20, minutes=30)
    return Refund.objects.create(
        payment=Payment.objects.get(), amount=100, reason="asked", at=timezone.now() - hours, tried_at=timezone.now()
    )


def test_a_refund_without_an_answer_becomes_work_when_its_key_may_be_forgotten(paid: Agreement, asked: Refund) -> None:
    assert kinds(paid) == ["asked"]
    assert "A refund of 1.00 GEL of payment plain-1-p1 was asked for on" in Difference.objects.get().sentence
    Refund.objects.update(at=timezone.now() - timedelta(hours=2))
    assert kinds(paid) == []


def long_ago(refund: Refund) -> None:
    Refund.objects.filter(pk=refund.pk).update(at=timezone.now() - timedelta(hours=22))


def test_one_that_shows_in_the_sum_was_made(paid: Agreement, plain: PlainProvider, asked: Refund) -> None:
    long_ago(asked)
    plain.change_payment(paid.object_id, 0, refunded=100)
    assert kinds(paid) == []
    asked.refresh_from_db()
    assert asked.state == "done"


def test_one_that_was_never_made_is_work_until_a_person_closes_it(paid: Agreement, asked: Refund) -> None:
    long_ago(asked)
    assert [kinds(paid), kinds(paid)] == [["failed"]] * 2
    asked.refresh_from_db()
    assert (asked.state, asked.failure) == ("failed", "the provider never made it")
    row = Difference.objects.get()
    assert "the payer did not get the money" in row.sentence
    close_difference(difference=row, reason="given back in cash", by=None)
    assert kinds(paid) == []
    # What it kept back can be asked for anew.
    again = refund_payment(payment=Payment.objects.get(), amount=Money(1200, "GEL"), reason="all of it", by=None)
    assert again.state == "done"


def listed(plain: PlainProvider, paid: Agreement, refund: Refund, state: RefundState, **given: Any) -> None:
    """Let the provider list `refund` as its only one."""
    fact = RefundFact("re_1", Money(refund.amount, "GEL"), state, key=str(refund.key), **given)
    refunded = 0 if state is RefundState.FAILED else refund.amount
    plain.change_payment(paid.object_id, 0, refunded=refunded, refunds=(fact,))


@pytest.mark.parametrize(
    "states", [["done"], ["failed"], ["pending", "done"], ["pending", "failed"], ["done", "failed"]]
)
def test_a_listed_refund_is_followed_to_its_end(
    paid: Agreement, plain: PlainProvider, asked: Refund, states: list[str]
) -> None:
    for state in states:
        listed(plain, paid, asked, RefundState(state), failure="" if state != "failed" else "lost_or_stolen_card")
        refresh(paid)
        asked.refresh_from_db()
        assert (asked.state, asked.provider_id) == (state, "re_1")
    assert Payment.objects.get().refunded == (0 if states[-1] == "failed" else 100)
    assert kinds(paid) == (["failed"] if states[-1] == "failed" else [])
    if states[-1] == "failed":
        assert "(lost_or_stolen_card)" in Difference.objects.get().sentence
    assert ledger.verify() == []


def test_one_that_is_on_its_way_too_long_is_work(paid: Agreement, plain: PlainProvider, asked: Refund) -> None:
    listed(plain, paid, asked, RefundState.PENDING)
    assert kinds(paid) == []
    Refund.objects.update(at=timezone.now() - timedelta(days=15))
    assert kinds(paid) == ["asked"]
    listed(plain, paid, asked, RefundState.DONE)
    assert kinds(paid) == []


def test_one_that_is_not_listed_any_more_has_failed(paid: Agreement, plain: PlainProvider, asked: Refund) -> None:
    listed(plain, paid, asked, RefundState.DONE)
    refresh(paid)
    plain.change_payment(paid.object_id, 0, refunded=0, refunds=())
    assert kinds(paid) == []
    Refund.objects.update(at=timezone.now() - timedelta(hours=2))
    assert kinds(paid) == ["failed"]
    assert Payment.objects.get().refunded == 0


def test_where_only_the_sum_is_told_one_on_its_way_is_waited_for(paid: Agreement, asked: Refund) -> None:
    Refund.objects.update(state="pending", at=timezone.now() - timedelta(days=13))
    assert kinds(paid) == []
    Refund.objects.update(at=timezone.now() - timedelta(days=31))
    assert kinds(paid) == ["failed"]


def aged(agreement: Agreement, **given: object) -> None:
    Agreement.objects.filter(pk=agreement.pk).update(made_at=timezone.now() - 2 * DAY, **given)


def test_each_agreement_is_taken_once_a_day_and_by_one(paid: Agreement) -> None:
    now = timezone.now()
    assert take_for_comparison(now, 10) == []
    aged(paid)
    assert take_for_comparison(now, 10) == [paid]
    assert take_for_comparison(now + 0.9 * DAY, 10) == []
    assert take_for_comparison(now + 1.1 * DAY, 10) == [paid]


def test_the_one_that_waited_longest_comes_first(paid: Agreement) -> None:
    now = timezone.now()
    others = [factories.agreement(paid.account, object_id=f"o-{number}", state="active") for number in range(3)]
    for agreement, hours in zip([paid, *others], [30, 50, 40, 10], strict=True):
        aged(agreement, compared_at=now - timedelta(hours=hours))
    assert take_for_comparison(now, 2) == [others[0], others[1]]
    assert take_for_comparison(now, 2) == [paid]


@pytest.mark.parametrize(("state", "interval"), [("ended", "month"), ("abandoned", "month"), ("active", "once")])
def test_what_is_over_is_compared_as_long_as_it_can_be_disputed(paid: Agreement, state: str, interval: str) -> None:
    now = timezone.now()
    Agreement.objects.update(state=state, interval=interval, made_at=now - 2 * DISPUTED_WITHIN)
    assert take_for_comparison(now, 10) == [paid]
    Payment.objects.update(at=now - DISPUTED_WITHIN - DAY)
    assert take_for_comparison(now + 2 * DAY, 10) == []
    Agreement.objects.update(state="active", interval="month")
    assert take_for_comparison(now + 2 * DAY, 10) == [paid]


def test_everything_can_be_compared_anew(paid: Agreement) -> None:
    aged(paid)
    now = timezone.now()
    take_for_comparison(now, 10)
    assert compare_all_soon() == 1
    assert take_for_comparison(timezone.now(), 10) == [paid]


def test_a_dispute_of_something_that_is_over_is_found(paid: Agreement, plain: PlainProvider) -> None:
    plain.change(paid.object_id, state=AgreementState.ENDED)
    refresh(paid)
    plain.change_payment(paid.object_id, 0, state=PaymentState.DISPUTED)
    assert kinds(paid) == []
    assert Payment.objects.get().state == "disputed"
    assert ledger.verify() == []
