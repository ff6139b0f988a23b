"""The loop that looks after money: what was left undone is done, and one failure holds up nothing else."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone
from django_tasks import default_task_backend
from tests.money import factories
from tests.money.plain import NotReached, PlainProvider
from tests.payments.test_applying import order

from standfirst.kit.money import Money
from standfirst.payments import looking_after
from standfirst.payments.actions.apply_snapshot import refresh
from standfirst.payments.actions.refund_payment import refund_payment
from standfirst.payments.actions.start_agreement import start_agreement
from standfirst.payments.looking_after import MoneyKeeper
from standfirst.payments.models import Agreement, Payment, Refund, WebhookEvent
from standfirst.payments.providers.interface import ProviderError

pytestmark = pytest.mark.django_db


@pytest.fixture
def opened(plain: PlainProvider) -> Agreement:
    default_task_backend.clear()
    return start_agreement(agreement=factories.agreement(), order=order)


def keeper(**later: float) -> MoneyKeeper:
    return MoneyKeeper(now=lambda: timezone.now() + timedelta(**later))


def test_nothing_to_do_asks_nobody(opened: Agreement, plain: PlainProvider) -> None:
    plain.calls.clear()
    assert keeper().look() == 0
    assert plain.calls == []


def test_a_page_that_expired_is_given_up(opened: Agreement) -> None:
    assert opened.url
    assert keeper(minutes=65).look() == 0
    assert keeper(minutes=75).look() == 1
    kept = Agreement.objects.get()
    assert (kept.state, kept.url, kept.expires_at) == ("abandoned", "", None)
    assert keeper(minutes=75).look() == 0


def test_who_paid_at_the_last_moment_is_not_given_up(opened: Agreement, plain: PlainProvider) -> None:
    plain.pay(opened.object_id)
    assert keeper(minutes=75).look() == 1
    assert Agreement.objects.get().state == "active"
    assert Payment.objects.get().state == "settled"


def test_who_pays_on_a_page_that_was_given_up_is_heard(opened: Agreement, plain: PlainProvider) -> None:
    keeper(minutes=75).look()
    # The provider's page is open still: that is no news, and no failure.
    assert refresh(Agreement.objects.select_related("account").get()).state == "abandoned"
    plain.pay(opened.object_id)
    assert refresh(Agreement.objects.select_related("account").get()).state == "active"


def test_one_that_nobody_was_sent_to_pay_is_given_up_after_two_days(plain: PlainProvider) -> None:
    factories.agreement()
    assert keeper(days=1.9).look() == 0
    assert keeper(days=2.1).look() == 1
    assert Agreement.objects.get().state == "abandoned"


def test_a_provider_that_gives_no_answer_is_asked_again_in_an_hour_and_holds_up_nobody(
    opened: Agreement, plain: PlainProvider, caplog: pytest.LogCaptureFixture
) -> None:
    other = start_agreement(agreement=factories.agreement(opened.account), order=order)
    plain.fails = [NotReached("no answer")]
    assert keeper(minutes=75).look() == 1
    assert [Agreement.objects.get(pk=row.pk).state for row in (opened, other)] == ["open", "abandoned"]
    assert f"agreement that expired {opened.pk} is put off: no answer" in caplog.text
    assert keeper(minutes=76).look() == 0
    assert keeper(minutes=140).look() == 1
    assert Agreement.objects.get(pk=opened.pk).state == "abandoned"


@pytest.fixture
def refund(opened: Agreement, plain: PlainProvider) -> Refund:
    """A refund that the provider did not answer."""
    plain.pay(opened.object_id)
    payment = refresh(opened).payments.get()
    plain.fails = [NotReached("no answer")]
    with pytest.raises(NotReached):
        refund_payment(payment=payment, amount=Money(200, "GEL"), reason="asked by mail", by=None)
    return Refund.objects.get()


def test_a_refund_without_an_answer_is_asked_for_again(refund: Refund, plain: PlainProvider) -> None:
    assert keeper().look() == 0
    assert keeper(minutes=6).look() == 1
    refund.refresh_from_db()
    assert (refund.state, Payment.objects.get().refunded) == ("done", 200)


def test_a_refusal_of_the_second_time_says_nothing_about_the_first(refund: Refund, plain: PlainProvider) -> None:
    """The key was taken back between the two; the first may have been carried out."""
    plain.fails = [ProviderError("the key is not accepted", code="credentials")]
    keeper(minutes=6).look()
    refund.refresh_from_db()
    assert (refund.state, refund.tried_at is not None) == ("asked", True)
    keeper(minutes=12).look()
    refund.refresh_from_db()
    assert (refund.state, Payment.objects.get().refunded) == ("done", 200)


def test_not_more_often_than_every_five_minutes(refund: Refund, plain: PlainProvider) -> None:
    plain.calls.clear()
    plain.fails = [NotReached("no answer")] * 2
    assert [keeper(minutes=minutes).look() for minutes in (6, 7, 12)] == [0, 0, 0]
    assert plain.calls == ["refund", "refund"]


def test_not_any_more_when_the_provider_may_have_forgotten_the_key(refund: Refund, plain: PlainProvider) -> None:
    plain.calls.clear()
    keeper(hours=21).look()
    assert "refund" not in plain.calls
    assert Refund.objects.get().state == "asked"


def test_a_refund_that_is_done_and_could_not_be_fetched_is_not_given_twice(
    opened: Agreement, plain: PlainProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    from standfirst.payments.actions.refund_payment import CannotRefund

    plain.pay(opened.object_id)
    payment = refresh(opened).payments.get()

    def no_answer(*_words: object) -> None:
        raise NotReached("no answer")

    default_task_backend.clear()
    monkeypatch.setattr(plain, "fetch", no_answer)
    done = refund_payment(payment=payment, amount=Money(1000, "GEL"), reason="asked by mail", by=None)
    assert (done.state, Payment.objects.get().refunded) == ("done", 0)
    assert [result.args for result in default_task_backend.results] == [[opened.pk]]
    with pytest.raises(CannotRefund, match=r"Only 2\.00 GEL"):
        refund_payment(payment=payment, amount=Money(300, "GEL"), reason="once more", by=None)


def test_what_is_due_to_be_compared_is(opened: Agreement, plain: PlainProvider) -> None:
    plain.pay(opened.object_id)
    refresh(opened)
    plain.pay(opened.object_id)
    assert keeper(hours=25).look() == 1
    assert Payment.objects.count() == 2
    assert keeper(hours=26).look() == 0


def test_a_lost_message_is_ordered(opened: Agreement) -> None:
    WebhookEvent.objects.create(account=opened.account, event_id="e", kind="paid", body=b"")
    assert keeper(minutes=6).look() == 1
    assert len(default_task_backend.results) == 1


@pytest.mark.parametrize("error", [KeyError("amount"), ProviderError("this key has no rights", code="rights")])
def test_one_failure_holds_up_nothing_else(
    opened: Agreement, plain: PlainProvider, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    other = start_agreement(agreement=factories.agreement(opened.account), order=order)
    plain.fails = [error]
    assert keeper(minutes=75).look() == 1
    assert Agreement.objects.get(pk=other.pk).state == "abandoned"
    assert str(error.args[0]) in caplog.text


def test_a_provider_that_is_silent_does_not_keep_the_others_waiting(opened: Agreement, plain: PlainProvider) -> None:
    for _number in range(4):
        start_agreement(agreement=factories.agreement(opened.account), order=order)
    other = start_agreement(agreement=factories.agreement(factories.account()), order=order)
    plain.calls.clear()
    plain.fails = [NotReached("no answer")] * 3
    assert keeper(minutes=75).look() == 1
    assert plain.calls == ["fetch"] * 4
    assert list(Agreement.objects.filter(state="abandoned")) == [other]
    assert keeper(minutes=140).look() == 5


def once(stopping: threading.Event, act: Callable[[], int]) -> Callable[[], int]:
    def look() -> int:
        stopping.set()
        return act()

    return look


@pytest.mark.parametrize("fails", [False, True])
def test_the_loop_ends_when_the_worker_stops_and_outlives_a_database_that_is_away(
    monkeypatch: pytest.MonkeyPatch, fails: bool, caplog: pytest.LogCaptureFixture
) -> None:
    def act() -> int:
        if fails:
            raise OperationalError("the server closed the connection")
        return 0

    # The connection is the test's own, and must stay open.
    for name in ("close_old_connections", "connection", "connections"):
        monkeypatch.setattr(looking_after, name, _Untouched())
    monkeypatch.setattr(looking_after, "INTERVAL", 0)
    stopping, found = threading.Event(), keeper()
    monkeypatch.setattr(found, "look", once(stopping, act))
    found.run(stopping)
    assert ("could not use the database" in caplog.text) is fails


class _Untouched:
    def __call__(self) -> None:
        """Stand for `close_old_connections`."""

    def close(self) -> None:
        """Stand for a connection."""

    close_all = close
