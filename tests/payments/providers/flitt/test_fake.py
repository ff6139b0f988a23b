"""Flitt's fake as the program that it is: pages over real HTTP on loopback, callbacks that are repeated."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from threading import Thread
from typing import Any

import pytest
import requests
from tests.payments.providers.benches import agree

from standfirst.payments.providers import provider_named
from standfirst.payments.providers.flitt.fake import callbacks
from standfirst.payments.providers.flitt.fake.__main__ import serve
from standfirst.payments.providers.flitt.fake.callbacks import PAUSES, Deliverer
from standfirst.payments.providers.flitt.fake.world import World
from standfirst.payments.providers.interface import AgreementState, Credentials, NotReached, Started

PROVIDER = provider_named("flitt")


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def account(world: World) -> Iterator[Credentials]:
    """An account that leads to a fake which listens on loopback."""
    server, _deliverer = serve(world)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    settings = {"merchant_id": world.merchant, "fake": f"http://127.0.0.1:{server.server_port}"}
    yield Credentials(settings, {"payment_key": world.key}, is_test=True)
    server.shutdown()
    thread.join()
    server.server_close()


def press(started: Started, **values: str) -> str:
    """What the page answers to a press of its button."""
    return requests.post(started.url, data=values, timeout=10).text


@pytest.mark.enable_socket
def test_a_payer_goes_through_the_page(account: Credentials) -> None:
    what = agree()
    started = PROVIDER.start(account, what)
    page = requests.get(started.url, timeout=10).text
    assert "This is not Flitt" in page
    assert "Pay 12.00 GEL" in page
    assert "declined. Try another" in press(started, card="4444111155556666") + press(started)
    asked = press(started, card="4444555566661111")
    assert "Your bank asks" in asked
    assert PROVIDER.fetch(account, what.key).state is AgreementState.OPEN
    done = press(started, card="4444555566661111", confirmed="1")
    assert "The order is approved." in done
    assert 'action="https://news.example/payments/flitt/back/?to=' in done
    assert re.search(r'name="order_status" value="approved"', done)
    assert PROVIDER.fetch(account, what.key).state is AgreementState.ACTIVE
    assert "The order is approved." in press(started, card="4444111155556666")


@pytest.mark.enable_socket
def test_nobody_listens(account: Credentials, world: World) -> None:
    world.is_away = True
    with pytest.raises(NotReached, match="503"):
        PROVIDER.check(account)
    dead = replace(account, settings={**account.settings, "fake": "http://127.0.0.1:9"})
    with pytest.raises(NotReached, match="cannot be reached"):
        PROVIDER.check(dead)


@pytest.mark.enable_socket
def test_what_is_no_request_is_refused(account: Credentials) -> None:
    for body in (b"", b"x", b"{}", b'{"request": 5}'):
        answer = requests.post(f"{account.settings['fake']}/api/status/order_id", data=body, timeout=10)
        assert answer.json()["response"]["error_code"] == "1010"


def test_a_callback_is_repeated_as_documented_until_it_is_taken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[dict[str, Any]] = []
    taken = [False, False, True]

    def deliver(url: str, values: dict[str, Any]) -> bool:
        sent.append(values)
        return taken.pop(0)

    monkeypatch.setattr(callbacks, "deliver", deliver)
    world.callbacks.append(("https://news.example/hook/", world.signed({"order_id": "x"})))
    deliverer = Deliverer(world)
    seen = []
    for second in (0, 1, 2, 61, 62, 1000):
        deliverer.step(second)
        seen.append(len(sent))
    assert seen == [1, 1, 2, 2, 3, 3]
    assert sent[0] == sent[1] == sent[2]
    assert not deliverer.owed


def test_a_callback_that_nobody_takes_is_given_up(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    monkeypatch.setattr(callbacks, "deliver", lambda url, values: bool(sent.append(url)))
    world.callbacks.append(("https://news.example/hook/", {}))
    deliverer = Deliverer(world)
    for second in range(0, sum(PAUSES) + 1000, 100):
        deliverer.step(second)
    assert len(sent) == 1 + len(PAUSES)


def test_an_order_that_lacks_something_is_not_made(world: World) -> None:
    request = world.signed({"merchant_id": world.merchant, "order_id": "x", "amount": 5, "currency": "GEL"})
    answer = world.answer("checkout/url", request, "http://x")["response"]
    assert (answer["response_status"], answer["error_code"]) == ("failure", "1011")
    assert world.orders == {}


def test_production_does_not_load_it() -> None:
    code = (
        "from django.conf import settings; settings.configure(PAYMENT_FAKES=False); "
        "import standfirst.payments.providers.flitt.fake"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "production settings do not load it" in done.stderr
