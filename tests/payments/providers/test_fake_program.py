"""What the fakes share: they outlive a restart, and their pages, not their commands, are led on to by the site."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import requests
from django.test import Client
from tests.payments.providers.benches import agree

from standfirst.payments.models import ProviderAccount
from standfirst.payments.providers import provider_named
from standfirst.payments.providers.fake_program import kept, server_of
from standfirst.payments.providers.flitt.fake.app import FakeApp
from standfirst.payments.providers.flitt.fake.world import World
from standfirst.payments.providers.interface import AgreementState, Credentials
from standfirst.payments.providers.stripe.client import forget_clients
from standfirst.payments.providers.stripe.fake.server import SECRET_KEY, FakeStripe

STRIPE = provider_named("stripe")
pytestmark = pytest.mark.enable_socket


@pytest.fixture(autouse=True)
def new_clients() -> Iterator[None]:
    yield
    forget_clients()


def account_at(fake: FakeStripe) -> Credentials:
    return Credentials({"fake": fake.address}, {"secret_key": SECRET_KEY}, is_test=True)


def test_what_was_paid_at_the_fake_of_stripe_is_paid_after_a_restart(tmp_path: Path) -> None:
    file, what = tmp_path / "world.pickle", agree()
    with FakeStripe(file=file) as fake:
        started = STRIPE.start(account_at(fake), what)
        requests.post(started.url, data={"card": "pays"}, timeout=10, allow_redirects=False)
    with FakeStripe(file=file) as fake:
        found = STRIPE.fetch(account_at(fake), what.key)
        assert found.state is AgreementState.ACTIVE
        assert [payment.amount.amount for payment in found.payments] == [1200]
        again = STRIPE.start(account_at(fake), what)
        assert again.object_id == started.object_id


def test_what_another_version_wrote_is_begun_anew(tmp_path: Path) -> None:
    file = tmp_path / "world.pickle"
    assert kept(file) is None
    file.write_bytes(b"not a pickle")
    assert kept(file) is None


@pytest.fixture
def served(settings: Any, db: None) -> Iterator[World]:
    """The fake of Flitt on a socket that was opened elsewhere, and the account that leads to it."""
    world = World("1000000", "fake")
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    server = server_of(FakeApp(world, "http://testserver/fakes/flitt"), listener=listener)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    account = ProviderAccount(provider="flitt", label="Flitt", is_test=True, settings={"fake": address})
    account.settings["merchant_id"] = world.merchant
    account.keep_secrets(payment_key=world.key)
    account.save()
    yield world
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_payer_reaches_the_pages_under_the_address_of_the_site(client: Client, served: World) -> None:
    account = ProviderAccount.objects.get()
    started = account.verbs.start(account.credentials, agree())
    path = started.url.removeprefix("http://testserver")
    assert path.startswith("/fakes/flitt/merchants/")
    page = client.get(path)
    assert b"This is not Flitt" in page.content
    assert set(page.headers["Cache-Control"].split(", ")) == {"private", "no-store"}
    assert b"color-scheme" in client.get("/fakes/flitt/fake.css").content
    paid = client.post(path, "card=4444555511116666", content_type="application/x-www-form-urlencoded")
    assert b"The order is approved." in paid.content
    assert b"Let its card be declined" in client.get("/fakes/flitt/").content


@pytest.mark.parametrize("path", ["api/status/order_id", "fake/spoil", "merchants/x/../../api", "_control/advance"])
def test_neither_its_api_nor_its_commands_are_led_on_to(client: Client, served: World, path: str) -> None:
    assert client.post(f"/fakes/flitt/{path}").status_code == 404
    assert served.asked == []


def test_a_site_where_money_is_real_has_no_such_pages(client: Client, served: World, settings: Any) -> None:
    settings.PAYMENT_FAKES = False
    assert client.get("/fakes/flitt/").status_code == 404
    settings.PAYMENT_FAKES = True
    assert client.get("/fakes/stripe/").status_code == 404


def test_a_fake_that_does_not_answer_is_said_so(client: Client, db: None) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        settings = {"fake": f"http://127.0.0.1:{closed.getsockname()[1]}"}
        ProviderAccount.objects.create(provider="flitt", label="Flitt", is_test=True, settings=settings)
        response = client.get("/fakes/flitt/")
    assert response.status_code == 503
    assert b"Start the demo again." in response.content
