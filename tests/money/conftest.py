from __future__ import annotations

import pytest

from standfirst.payments import providers
from tests.money.plain import PlainProvider


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> PlainProvider:
    """A provider that is asked for under the name `plain`."""
    found = PlainProvider()
    real = providers.provider_named
    monkeypatch.setattr(providers, "provider_named", lambda name: found if name == "plain" else real(name))
    return found
