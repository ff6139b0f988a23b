"""The fake by itself: its pages, its keys, what it sends, and that it is a program."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
import requests
import stripe as sdk
from tests.payments.providers.benches import StripeBench, agree
from tests.payments.providers.stripe.test_subscriptions import control, fetched, joined, states

from standfirst.payments.providers.interface import AgreementState, Interval, ProviderError
from standfirst.payments.providers.stripe.client import client_of
from standfirst.payments.providers.stripe.fake import webhooks

pytestmark = pytest.mark.enable_socket


class Site:
    """Keeps what is sent to it, and answers the first `refusals` with 500."""

    def __init__(self) -> None:
        self.kept: list[tuple[dict[str, str], bytes]] = []
        self.refusals = 0
        self.came = threading.Semaphore(0)

    def take(self, headers: dict[str, str], body: bytes) -> int:
        self.kept.append((headers, body))
        self.refusals -= 1
        self.came.release()
        return 500 if self.refusals >= 0 else 200


@pytest.fixture
def site() -> Iterator[tuple[str, Site]]:
    found = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(found.take({name.lower(): value for name, value in self.headers.items()}, body))
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Requests are not logged."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/", found
    server.shutdown()
    thread.join()
    server.server_close()


def test_events_are_sent_signed_and_again_when_they_were_not_taken(
    stripe: StripeBench, site: tuple[str, Site], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks, "PAUSES", (0.01, 0.01, 0.01))
    stripe.fake.sender.url, found = site
    found.refusals = 2
    stripe.fake.sender.holds = False
    started = stripe.provider.start(stripe.account, agree(Interval.ONCE))
    stripe.pay(started)
    events = stripe.fake.world.events
    for _ in range(len(events) + 2):
        assert found.came.acquire(timeout=20)
    notices = [
        stripe.provider.read_webhook(stripe.account, headers=headers, body=body, now=datetime.now(UTC))
        for headers, body in found.kept
    ]
    assert [notice.event_id for notice in notices] == [events[0]["id"]] * 2 + [event["id"] for event in events]


def test_a_page_that_was_used_takes_nothing_again(stripe: StripeBench) -> None:
    started = stripe.provider.start(stripe.account, agree())
    stripe.pay(started)
    before = len(stripe.fake.world.all("charge"))
    answer = requests.post(started.url, data={"card": "pays"}, timeout=10)
    assert "Nothing was taken again" in answer.text
    assert len(stripe.fake.world.all("charge")) == before == 1


def test_pages_say_that_they_are_not_stripes_and_escape_what_they_show(stripe: StripeBench) -> None:
    started = stripe.provider.start(stripe.account, agree(cancel_url='https://x/"><script>alert(1)</script>'))
    page = requests.get(started.url, timeout=10).text
    assert "Not Stripe." in page
    assert "<script>" not in page


def test_the_portal_ends_a_membership_and_takes_a_card(stripe: StripeBench) -> None:
    first = joined(stripe)
    client = client_of(stripe.account)
    page = client.v1.billing_portal.sessions.create({"customer": first.customer_id, "return_url": "https://x/"})
    assert first.mandate_id in requests.get(page.url, timeout=10).text
    assert requests.post(page.url, data={"cancel": first.mandate_id}, timeout=10).ok
    assert fetched(stripe, first).ends_at == first.period_end
    assert requests.post(page.url, data={"card": "pays"}, timeout=10).ok
    customer = stripe.fake.world.get("customer", first.customer_id)
    assert customer["invoice_settings"]["default_payment_method"].startswith("pm_")
    assert requests.post(page.url, data={"cancel": "sub_of_others"}, timeout=10).status_code == 403


def test_one_key_is_for_one_request(stripe: StripeBench) -> None:
    order = agree()
    stripe.provider.start(stripe.account, order)
    client = client_of(stripe.account)
    with pytest.raises(sdk.IdempotencyError):
        client.v1.customers.create({"email": "x@y.example"}, {"idempotency_key": f"agree:{order.key}"})
    assert stripe.fake.world.all("customer") == []


def test_what_it_does_not_know_it_refuses(stripe: StripeBench) -> None:
    client = client_of(stripe.account)
    for path in ("/v1/coupons", "/v1/coupons/x"):
        with pytest.raises(sdk.InvalidRequestError, match="Unrecognized request URL"):
            client.raw_request("get", path)
    assert requests.post(f"{stripe.fake.address}/_control/nonsense", json={}, timeout=10).status_code == 404
    other = sdk.StripeClient("sk_test_fake", stripe_version="2020-08-27", base_addresses={"api": stripe.fake.address})
    with pytest.raises(sdk.InvalidRequestError, match="speaks version"):
        other.v1.customers.list()


def test_an_invoice_that_was_paid_elsewhere_is_a_payment_that_stripe_cannot_give_back(stripe: StripeBench) -> None:
    first = joined(stripe)
    control(stripe, "behave", subscription=first.mandate_id, behaviour="declines")
    control(stripe, "advance", days=32)
    invoice = stripe.fake.world.get("subscription", first.mandate_id)["latest_invoice"]
    client_of(stripe.account).v1.invoices.pay(invoice, {"paid_out_of_band": True})
    after = fetched(stripe, first)
    assert (after.state, sorted(states(after))) == (AgreementState.ACTIVE, ["failed", "settled", "settled"])
    paid = next(fact for fact in after.payments if fact.payment_id == invoice)
    assert (paid.amount, paid.fee, paid.state.value) == (first.amount, 0, "settled")
    with pytest.raises(ProviderError, match="outside of Stripe"):
        stripe.provider.refund(stripe.account, payment_id=invoice, amount=paid.amount, key="r1")


def test_charges_and_invoices_lead_to_their_agreement(stripe: StripeBench) -> None:
    first = joined(stripe)
    charge, invoice = stripe.fake.world.all("charge")[0]["id"], stripe.fake.world.all("invoice")[0]["id"]
    assert stripe.provider.fetch(stripe.account, charge) == first
    assert stripe.provider.fetch(stripe.account, invoice) == first
    once = joined(stripe, interval=Interval.ONCE)
    assert stripe.provider.fetch(stripe.account, stripe.fake.world.all("charge")[0]["id"]) == once


@pytest.mark.whole
def test_it_is_a_program_of_its_own() -> None:
    command = [sys.executable, "-m", "standfirst.payments.providers.stripe.fake", "--port", "0"]
    program = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert program.stdout is not None
        address, *_rest = program.stdout.readline().split()
        answer = requests.get(f"{address}/v1/account", auth=("sk_test_other", ""), timeout=10)
        assert answer.status_code == 401
    finally:
        program.terminate()
        program.wait(timeout=20)
        if program.stdout is not None:
            program.stdout.close()
