"""Stems are the same whoever asks for them, and when."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from standfirst.kit.stemming import snowball_stem

ENDINGS = ("izational", "fulness", "s")
WORDS = [f"{word}{ending}" for word in ("organ", "nation", "elect", "relat") for ending in ENDINGS]


@pytest.fixture
def impatient() -> Iterator[None]:
    """Threads that take turns all the time."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("impatient")
def test_threads_do_not_cut_each_others_words() -> None:
    alone = [snowball_stem(word, "english") for word in WORDS]

    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda _: [snowball_stem(word, "english") for word in WORDS * 20], range(8)))

    assert found == [alone * 20] * 8


def test_each_language_has_its_own() -> None:
    assert snowball_stem("выборах", "russian") == snowball_stem("выборы", "russian")
    assert snowball_stem("elections", "english") == "elect"


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(KeyError, match="klingon"):
        snowball_stem("word", "klingon")
