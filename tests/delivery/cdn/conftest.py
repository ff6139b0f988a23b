"""A CDN to talk to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.delivery.cdn.listening import Listening, listening


@pytest.fixture
def cdn() -> Iterator[Listening]:
    with listening() as found:
        yield found
