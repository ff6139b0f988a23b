"""The daily comparison: what was lost is found again, and what cannot be applied becomes work for a person, once."""

from __future__ import annotations

from datetime import timedelta

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
from standfirst.payments.actions.start_agreement import start_agreement
from standfirst.payments.models import Agreement, Difference, Payment, ProviderAccount, Refund
from standfirst.payments.news import News, listen
from standfirst.payments.providers.interface import AgreementState, PaymentState, ProviderError

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


def test_less_given_back_than_we_wrote_down_is_shown_and_not_applied(paid: Agreement, plain: PlainProvider) -> None:
    plain.change_payment(paid.object_id, 0, refunded=500)
    refresh(paid)
    plain.change_payment(paid.object_id, 0, refunded=0)
    assert kinds(paid) == ["refund"]
    assert "5.00 GEL were given back, the provider says 0.00 GEL" in Difference.objects.get().sentence
    assert Payment.objects.get().refunded == 500
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


def test_a_refund_without_an_answer_becomes_work_when_its_key_may_be_forgotten(paid: Agreement) -> None:
    payment = Payment.objects.get()
    Refund.objects.create(payment=payment, amount=100, reason="asked", at=timezone.now() - timedelta(hours=2))
    assert kinds(paid) == []
    Refund.objects.update(at=timezone.now() - timedelta(hours=21))
    assert kinds(paid) == ["asked"]
    Refund.objects.update(state="done")
    assert kinds(paid) == []


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
