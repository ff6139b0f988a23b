"""What comes to a webhook's address: kept and answered, or refused, counted, and not kept."""

from __future__ import annotations

import pytest
from django.test import Client
from django_tasks import default_task_backend
from tests.money import factories
from tests.money.plain import PlainProvider, signed

from standfirst.payments.actions.process_event import process
from standfirst.payments.actions.take_webhook import LARGEST
from standfirst.payments.counting import MOST_REASONS, OTHER, count_refused
from standfirst.payments.models import Agreement, Payment, ProviderAccount, RefusedNotices, WebhookEvent
from standfirst.payments.providers.interface import BadNotice

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(plain: PlainProvider) -> ProviderAccount:
    default_task_backend.clear()
    return factories.account()


def send(account_id: int, body: bytes, headers: dict[str, str]) -> int:
    client = Client(enforce_csrf_checks=True)
    sent = client.post(
        f"/payments/webhooks/{account_id}/", body, content_type="application/json", headers=headers, secure=True
    )
    assert sent.content == b""
    assert not sent.cookies
    return sent.status_code


def refused() -> dict[str, int]:
    return dict(RefusedNotices.objects.values_list("reason", "count"))


def ordered() -> list[int]:
    return [result.args[0] for result in default_task_backend.results]


def test_a_signed_message_is_kept_as_it_came_and_its_processing_ordered(account: ProviderAccount) -> None:
    body, headers = signed("secret", id="evt_1", object="plain-1", kind="paid")
    assert send(account.pk, body, headers) == 200
    event = WebhookEvent.objects.get()
    assert (bytes(event.body), event.event_id, event.kind, event.state) == (body, "evt_1", "paid", "received")
    assert ordered() == [event.pk]
    assert refused() == {}


def test_the_same_message_twice_is_kept_and_processed_once(account: ProviderAccount) -> None:
    body, headers = signed("secret", id="evt_1", object="plain-1")
    assert [send(account.pk, body, headers) for _ in range(3)] == [200, 200, 200]
    assert WebhookEvent.objects.count() == 1
    assert len(ordered()) == 1


def test_two_accounts_may_use_the_same_name_for_their_messages(account: ProviderAccount) -> None:
    body, headers = signed("secret", id="evt_1", object="plain-1")
    assert [send(account.pk, body, headers), send(factories.account().pk, body, headers)] == [200, 200]
    assert WebhookEvent.objects.count() == 2


@pytest.mark.parametrize("headers", [{}, {"x-signature": "0" * 64}, signed("other", id="evt_1", object="plain-1")[1]])
def test_without_the_right_signature_nothing_is_kept(account: ProviderAccount, headers: dict[str, str]) -> None:
    body, _right = signed("secret", id="evt_1", object="plain-1")
    assert send(account.pk, body, headers) == 400
    assert not WebhookEvent.objects.exists()
    assert ordered() == []
    assert refused() == {"the signature is wrong": 1}


def test_a_body_that_was_changed_on_the_way_is_refused(account: ProviderAccount) -> None:
    body, headers = signed("secret", id="evt_1", object="plain-1")
    assert send(account.pk, body.replace(b"plain-1", b"plain-2"), headers) == 400
    assert not WebhookEvent.objects.exists()


def test_a_stale_message_is_refused(
    account: ProviderAccount, plain: PlainProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stale(*_words: object, **_named: object) -> None:
        raise BadNotice("it is older than five minutes")

    monkeypatch.setattr(plain, "read_webhook", stale)
    assert send(account.pk, *signed("secret", id="evt_1", object="plain-1")) == 400
    assert refused() == {"it is older than five minutes": 1}
    assert not WebhookEvent.objects.exists()


@pytest.mark.parametrize(("size", "status"), [(LARGEST, 400), (LARGEST + 1, 413)])
def test_an_oversized_body_is_refused_before_it_is_looked_at(account: ProviderAccount, size: int, status: int) -> None:
    assert send(account.pk, b"x" * size, {"x-signature": "0"}) == status
    assert refused() == ({"too large": 1} if status == 413 else {"the signature is wrong": 1})
    assert not WebhookEvent.objects.exists()


def test_a_length_that_is_no_number_is_refused(account: ProviderAccount) -> None:
    client = Client()
    sent = client.generic("POST", f"/payments/webhooks/{account.pk}/", b"{}", secure=True, CONTENT_LENGTH="many")
    assert sent.status_code == 413


@pytest.mark.parametrize("number", [10**6, 2**63 - 1, 2**63, 10**40])
def test_an_account_that_does_not_exist_is_not_found(account: ProviderAccount, number: int) -> None:
    assert send(number, *signed("secret", id="evt_1", object="plain-1")) == 404
    assert refused() == {"unknown account": 1}


def test_an_account_of_a_provider_that_is_not_there_is_not_found(account: ProviderAccount) -> None:
    gone = factories.account("gone")
    assert send(gone.pk, *signed("secret", id="evt_1", object="plain-1")) == 404
    assert refused() == {"unknown account": 1}


def test_secrets_that_cannot_be_unsealed_are_our_fault_and_the_provider_shall_come_again(
    account: ProviderAccount,
) -> None:
    ProviderAccount.objects.filter(pk=account.pk).update(sealed="sealed with another key")
    assert send(account.pk, *signed("secret", id="evt_1", object="plain-1")) == 503
    assert refused() == {"the secrets cannot be unsealed": 1}
    assert not WebhookEvent.objects.exists()


@pytest.mark.parametrize("method", ["get", "put", "delete", "head"])
def test_only_posts_are_taken(account: ProviderAccount, method: str) -> None:
    assert getattr(Client(), method)(f"/payments/webhooks/{account.pk}/", secure=True).status_code == 405


def test_reasons_that_quote_what_was_sent_do_not_fill_the_table() -> None:
    for number in range(MOST_REASONS + 30):
        count_refused(7, f"the time {number} is too old")
    assert RefusedNotices.objects.count() == MOST_REASONS + 1
    assert refused()[OTHER] == 30


def test_processing_brings_the_agreement_up_to_the_provider(account: ProviderAccount, plain: PlainProvider) -> None:
    from tests.payments.test_applying import order

    from standfirst.payments.actions.start_agreement import start_agreement

    agreement = start_agreement(agreement=factories.agreement(account), order=order)
    plain.pay(agreement.object_id)
    send(account.pk, *signed("secret", id="evt_1", object=agreement.object_id))
    assert Payment.objects.count() == 0
    assert process(WebhookEvent.objects.get().pk)
    assert (Agreement.objects.get().state, Payment.objects.get().state) == ("active", "settled")
    assert WebhookEvent.objects.get().state == "done"
