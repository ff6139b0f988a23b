"""One bench for each provider that has a fake."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.payments.providers.benches import Bench, FlittBench, PayerBench, SandboxBench, StripeBench

from standfirst.payments.providers.stripe import client as stripe_client
from standfirst.payments.providers.stripe.fake.server import FakeStripe


@pytest.fixture
def flitt(monkeypatch: pytest.MonkeyPatch) -> FlittBench:
    return FlittBench(monkeypatch)


@pytest.fixture
def stripe(monkeypatch: pytest.MonkeyPatch) -> Iterator[StripeBench]:
    """Ask for it together with the marker `enable_socket`: it talks over loopback."""
    monkeypatch.setattr(stripe_client, "RETRIES", 0)
    stripe_client.forget_clients()
    with FakeStripe(holds=True) as fake:
        yield StripeBench(fake)


@pytest.fixture
def sandbox() -> SandboxBench:
    return SandboxBench()


@pytest.fixture
def bank(db: None) -> PayerBench:
    return PayerBench("bank")


@pytest.fixture
def by_hand(db: None) -> PayerBench:
    return PayerBench("by_hand")


@pytest.fixture(params=["flitt", "sandbox", "bank", "by_hand", pytest.param("stripe", marks=pytest.mark.enable_socket)])
def bench(request: pytest.FixtureRequest) -> Bench:
    """Each provider in turn; `request.param` is the name of its fixture."""
    found: Bench = request.getfixturevalue(request.param)
    return found
