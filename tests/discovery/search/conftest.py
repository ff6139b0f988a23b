"""What tests of the search share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from standfirst.discovery.search import spelling


@pytest.fixture(autouse=True)
def no_words_of_other_tests() -> Iterator[None]:
    """Read the vocabulary anew: editions of different tests have the same keys."""
    spelling.forget()
    yield
    spelling.forget()
