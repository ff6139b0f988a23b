"""What tests of the search share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from standfirst.discovery.search import spelling, suggesting
from standfirst.discovery.search.engines import away


@pytest.fixture(autouse=True)
def no_words_of_other_tests() -> Iterator[None]:
    """Read words and names anew (editions of different tests have the same keys), and let no server be away."""
    for known in (spelling, suggesting, away):
        known.forget()
    yield
    for known in (spelling, suggesting, away):
        known.forget()
