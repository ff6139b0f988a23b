"""Processing what was kept: what fails is tried again with growing pauses, and given up for a person to see."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone
from django_tasks import default_task_backend
from tests.money import factories
from tests.money.plain import NotReached, PlainProvider
from tests.payments.test_applying import order

from standfirst.payments.actions import process_event
from standfirst.payments.actions.process_event import MOST_TRIES, due_events, order_due_events, process, try_again
from standfirst.payments.actions.start_agreement import start_agreement
from standfirst.payments.models import Agreement, Payment, WebhookEvent
from standfirst.payments.providers.interface import ProviderError

pytestmark = pytest.mark.django_db


@pytest.fixture
def agreement(plain: PlainProvider) -> Agreement:
    default_task_backend.clear()
    found = start_agreement(agreement=factories.agreement(), order=order)
    plain.pay(found.object_id)
    plain.calls.clear()
    return found


def event(agreement: Agreement, **given: object) -> WebhookEvent:
    values = {"event_id": "evt_1", "kind": "paid", "object_ids": [agreement.object_id], "body": b"{}"}
    return WebhookEvent.objects.create(account=agreement.account, **values | given)


def pauses(waiting: WebhookEvent) -> list[timedelta]:
    """Process until it is given up; return the pauses between the tries."""
    found = []
    while process(waiting.pk) is False:
        waiting.refresh_from_db()
        if waiting.state == WebhookEvent.State.DEAD:
            break
        assert waiting.next_try_at is not None
        found.append(waiting.next_try_at - timezone.now())
    return found


def test_a_provider_that_does_not_answer_is_asked_again_for_two_days(
    agreement: Agreement, plain: PlainProvider, caplog: pytest.LogCaptureFixture
) -> None:
    plain.fails = [NotReached("no answer") for _ in range(MOST_TRIES)]
    found = pauses(event(agreement))
    minutes = [round(pause.total_seconds() / 60) for pause in found]
    assert minutes == [0, 1, 5, 30, 120, *[360] * (MOST_TRIES - 6)]
    kept = WebhookEvent.objects.get()
    assert (kept.state, kept.tries, kept.next_try_at, kept.failure) == ("dead", MOST_TRIES, None, "no answer")
    assert not Payment.objects.exists()
    assert "was given up" in caplog.text


def test_what_a_provider_refuses_for_good_is_given_up_at_once(agreement: Agreement, plain: PlainProvider) -> None:
    plain.fails = [ProviderError("this key has no rights", code="rights")]
    assert process(event(agreement).pk) is False
    assert WebhookEvent.objects.get().state == "dead"
    assert plain.calls == ["fetch"]


def test_what_was_given_up_can_be_tried_again(agreement: Agreement, plain: PlainProvider) -> None:
    plain.fails = [ProviderError("this key has no rights", code="rights")]
    dead = event(agreement)
    process(dead.pk)
    try_again(event=dead)
    assert [result.args for result in default_task_backend.results] == [[dead.pk]]
    assert order_due_events(timezone.now()) == 0
    assert process(dead.pk) is True
    kept = WebhookEvent.objects.get()
    assert (kept.state, kept.failure, kept.next_try_at) == ("done", "", None)
    assert Payment.objects.get().state == "settled"


def test_a_fault_of_the_program_counts_as_a_try_and_stops_nothing(
    agreement: Agreement, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(_agreement: Agreement) -> None:
        raise KeyError("amount")

    monkeypatch.setattr(process_event, "refresh", fails)
    assert process(event(agreement).pk) is False
    kept = WebhookEvent.objects.get()
    assert (kept.state, kept.tries, kept.failure) == ("received", 1, "KeyError: 'amount'")
    assert kept.next_try_at is not None
    assert "could not be processed" in caplog.text


def test_a_database_that_is_busy_is_no_try(agreement: Agreement, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(_agreement: Agreement) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(process_event, "refresh", locked)
    waiting = event(agreement)
    with pytest.raises(OperationalError):
        process(waiting.pk)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.tries) == ("received", 0)


@pytest.mark.parametrize("reference", ["", "order 7 of a shop that uses the same account", "pledge:1"])
def test_what_is_about_nothing_of_ours_is_done(agreement: Agreement, plain: PlainProvider, reference: str) -> None:
    assert process(event(agreement, object_ids=["", "in_of_a_shop"], reference=reference).pk) is True
    assert plain.calls == []
    assert WebhookEvent.objects.get().state == "done"


def test_a_message_that_comes_before_our_own_row_knows_the_id_finds_it_by_the_key(
    agreement: Agreement, plain: PlainProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    Agreement.objects.update(object_id="", state="new")
    fetch = plain.fetch
    named = agreement.object_id
    monkeypatch.setattr(plain, "fetch", lambda account, name: fetch(account, named))
    assert process(event(agreement, object_ids=["cs_unheard_of"], reference=str(agreement.key)).pk) is True
    assert (Agreement.objects.get().object_id, Agreement.objects.get().state) == (named, "active")


def test_another_accounts_object_of_the_same_name_is_not_meant(agreement: Agreement, plain: PlainProvider) -> None:
    elsewhere = event(agreement)
    WebhookEvent.objects.update(account=factories.account())
    assert process(elsewhere.pk) is True
    assert plain.calls == []


def test_a_lost_task_is_ordered_again_and_not_twice(agreement: Agreement) -> None:
    now = timezone.now()
    lost = event(agreement, received_at=now - timedelta(minutes=6))
    event(agreement, event_id="evt_2", received_at=now - timedelta(minutes=1))
    assert [order_due_events(now), order_due_events(now)] == [1, 0]
    assert [result.args for result in default_task_backend.results] == [[lost.pk]]
    assert order_due_events(now + timedelta(minutes=6)) == 2


def test_two_nodes_that_look_at_once_order_an_event_once(agreement: Agreement, monkeypatch: pytest.MonkeyPatch) -> None:
    now = timezone.now()
    event(agreement, received_at=now - timedelta(minutes=6))
    seen = due_events(now)
    assert order_due_events(now) == 1
    # The other node read its list before.
    monkeypatch.setattr(process_event, "due_events", lambda _now: seen)
    assert order_due_events(now) == 0
    assert len(default_task_backend.results) == 1


def test_what_is_due_comes_oldest_first_and_nothing_that_is_over(agreement: Agreement) -> None:
    now = timezone.now()

    def waiting(name: str, since: datetime, **given: object) -> int:
        return event(agreement, event_id=name, received_at=since, **given).pk

    later = waiting("b", now - timedelta(hours=1), next_try_at=now - timedelta(seconds=1), tries=2)
    first = waiting("a", now - timedelta(hours=2))
    waiting("c", now - timedelta(hours=3), next_try_at=now + timedelta(seconds=1), tries=1)
    waiting("d", now - timedelta(hours=4), state="done")
    waiting("e", now - timedelta(hours=5), state="dead")
    assert [pk for pk, _next in due_events(now)] == [first, later]
