"""What tests of the search share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from standfirst.discovery.search import spelling, suggesting


@pytest.fixture(autouse=True)
def no_words_of_other_tests() -> Iterator[None]:
    """Read words and names anew: editions of different tests have the same keys."""
    for known in (spelling, suggesting):
        known.forget()
    yield
    for known in (spelling, suggesting):
        known.forget()
