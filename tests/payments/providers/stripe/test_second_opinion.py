"""localstripe, written by others, as a second opinion on what it has in common with our fake.

It speaks an older version of the API and has neither Checkout nor lists of a customer's payments: what can be compared
is the signature of its webhooks, and how we read its subscriptions, invoices, charges and refunds of old shapes.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
import requests
import stripe as sdk

from standfirst.kit.money import Money
from standfirst.payments.providers.interface import BadNotice, Credentials, Interval, PaymentState, RefundState
from standfirst.payments.providers.stripe import PROVIDER
from standfirst.payments.providers.stripe.facts import Due, asking, charge_fact
from standfirst.payments.providers.stripe.terms import (
    current_period_end,
    moment,
    paid_with,
    period_of,
    price_of,
    subscription_of,
)

pytest.importorskip("localstripe")
pytestmark = [pytest.mark.enable_socket, pytest.mark.whole]
SECRET = "whsec_second"


@pytest.fixture
def address() -> Iterator[str]:
    """A running localstripe."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "localstripe", "--port", str(port), "--from-scratch"]
    program = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(300):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        program.terminate()
        program.wait(timeout=20)


@pytest.fixture
def heard() -> Iterator[tuple[str, list[tuple[dict[str, str], bytes]]]]:
    """An address that keeps what is sent to it."""
    kept: list[tuple[dict[str, str], bytes]] = []

    class Keeps(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            kept.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Requests are not logged."""

    server = HTTPServer(("127.0.0.1", 0), Keeps)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/", kept
    server.shutdown()
    thread.join()
    server.server_close()


def subscribed(address: str) -> tuple[sdk.StripeClient, dict[str, Any]]:
    """A subscription of 9 € a month, made with a plan as years ago."""
    client = sdk.StripeClient("sk_test_12345", base_addresses={"api": address})
    customer = client.v1.customers.create({"email": "ana@readers.example"})
    card: Any = {"number": "4242424242424242", "exp_month": "12", "exp_year": "2030", "cvc": "123"}
    method = client.v1.payment_methods.create({"type": "card", "card": card})
    client.v1.payment_methods.attach(method.id, {"customer": customer.id})
    client.v1.customers.update(customer.id, {"invoice_settings": {"default_payment_method": method.id}})
    terms = {"currency": "eur", "interval": "month", "amount": "900", "product": {"name": "Supporter"}}
    plan = client.raw_request("post", "/v1/plans", **terms).data
    order = {"customer": customer.id, "items": [{"plan": plan["id"]}]}
    made: dict[str, Any] = dict(client.raw_request("post", "/v1/subscriptions", **order).data)
    return client, made


def test_its_subscriptions_and_payments_are_read_as_ours(address: str) -> None:
    client, made = subscribed(address)
    assert price_of(made) == (Money(900, "EUR"), Interval.MONTH)
    (row,) = client.v1.invoices.list({"subscription": made["id"]}).to_dict()["data"]
    assert subscription_of(row) == made["id"]
    assert period_of(row)[1] == moment(current_period_end(made))
    ((kind, intent),) = paid_with(row)
    assert kind == "payment_intent"
    fact = charge_fact(row["charge"], Due(row), asking(client), payment_id=intent)
    assert (fact.amount, fact.state, fact.refunded) == (Money(900, "EUR"), PaymentState.SETTLED, 0)
    refund = client.v1.refunds.create({"charge": row["charge"]["id"], "amount": 400})
    assert refund.amount == 400
    (row,) = client.v1.invoices.list({"subscription": made["id"]}).to_dict()["data"]
    fact = charge_fact(row["charge"], Due(row), asking(client))
    assert [(one.refund_id, one.state) for one in fact.refunds or ()] == [(refund.id, RefundState.DONE)]
    assert (fact.refunded, fact.disputed) == (400, 0)


def test_its_webhooks_are_taken_for_stripes_own(
    address: str, heard: tuple[str, list[tuple[dict[str, str], bytes]]]
) -> None:
    url, kept = heard
    answer = requests.post(f"{address}/_config/webhooks/one", json={"url": url, "secret": SECRET}, timeout=10)
    assert answer.ok
    _client, made = subscribed(address)
    account = Credentials({}, {"secret_key": "sk_test_12345", "webhook_secret": SECRET}, is_test=True)
    until = time.monotonic() + 30
    named: set[str] = set()
    while made["id"] not in named and time.monotonic() < until:
        for headers, body in list(kept):
            named |= {*PROVIDER.read_webhook(account, headers=headers, body=body, now=datetime.now(UTC)).object_ids}
        time.sleep(0.1)
    assert made["id"] in named
    headers, body = kept[0]
    with pytest.raises(BadNotice):
        PROVIDER.read_webhook(account, headers=headers, body=body + b" ", now=datetime.now(UTC))
