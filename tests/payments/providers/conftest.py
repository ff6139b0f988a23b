"""One bench for each provider that has a fake."""

from __future__ import annotations

import pytest
from tests.payments.providers.benches import Bench, FlittBench


@pytest.fixture
def flitt(monkeypatch: pytest.MonkeyPatch) -> FlittBench:
    return FlittBench(monkeypatch)


@pytest.fixture(params=["flitt"])
def bench(request: pytest.FixtureRequest) -> Bench:
    """Each provider in turn; `request.param` is the name of its fixture."""
    found: Bench = request.getfixturevalue(request.param)
    return found
