"""A story's text as numbers: which terms it has, and how often each."""

from __future__ import annotations

import heapq
import math
import struct
import zlib
from array import array
from collections import Counter
from dataclasses import dataclass

from standfirst.discovery.related.reckoning.words import (
    base_language,
    grams_of,
    name_words,
    names,
    term_of,
    words,
)

HEADLINE, STANDFIRST, BODY = 4.0, 2.0, 1.0
"""How much one occurrence counts in each field."""
NAME, NAME_WORD = 1.5, 0.5
"""What a whole name counts, and what a capital inside a sentence adds to its word."""
OPENING = 40
"""Words at the beginning whose parts (four letters each) count as well: they hold the matter in short."""
SKETCH = 16
SHINGLE = 4
STEPS = 32
"""A weight is stored in steps of 1/32, up to 255 of them."""
_HEAD = struct.Struct("<H")


@dataclass(frozen=True)
class Text:
    """A story's words: plain text without markup."""

    headline: str = ""
    standfirst: str = ""
    body: str = ""


@dataclass(frozen=True)
class Profile:
    """Terms (see `words`; odd ones are parts of words) with 1 + ln of their count, and how many words there are.

    `sketch` holds the smallest numbers of the text's shingles; `likeness` compares two. It is not packed with the rest.
    """

    terms: array[int]
    weights: array[int]
    length: int
    sketch: tuple[int, ...] = ()

    def pack(self) -> bytes:
        """As bytes, without the sketch; `unpack` reads them."""
        head = _HEAD.pack(min(self.length, 0xFFFF))
        return b"".join((head, self.terms.tobytes(), self.weights.tobytes()))

    @classmethod
    def unpack(cls, packed: bytes) -> Profile:
        """Read what `pack` wrote."""
        (length,) = _HEAD.unpack_from(packed)
        count = (len(packed) - _HEAD.size) // 5
        terms, weights = array("I"), array("B")
        terms.frombytes(packed[_HEAD.size : _HEAD.size + 4 * count])
        weights.frombytes(packed[_HEAD.size + 4 * count :])
        return cls(terms, weights, length)


def profile(text: Text, language: str) -> Profile:
    """Return what `text` is about in numbers.

    Args:
        language: code of the text's language; a region is ignored.
    """
    spoken = base_language(language)
    fields = [(words(field, spoken), counts) for field, counts in _fields(text)]
    everything = [word for field, _counts in fields for word in field]
    found = _counted(fields, spoken)
    _add_names(found, text, spoken)
    for word in everything[:OPENING]:
        for gram in grams_of(word):
            found[gram] = found.get(gram, 0.0) + 1.0
    steps = {term: min(255, round(STEPS * (1 + math.log(max(1.0, count))))) for term, count in found.items()}
    ordered = sorted(steps)
    return Profile(
        array("I", ordered), array("B", [steps[term] for term in ordered]), len(everything), _sketch(everything)
    )


def _fields(text: Text) -> list[tuple[str, float]]:
    return [(text.headline, HEADLINE), (text.standfirst, STANDFIRST), (text.body, BODY)]


def _counted(fields: list[tuple[list[str], float]], language: str) -> dict[int, float]:
    found: dict[int, float] = {}
    for field, weight in fields:
        for word, times in Counter(field).items():
            term = term_of(word, language)
            found[term] = found.get(term, 0.0) + times * weight
    return found


def _add_names(found: dict[int, float], text: Text, language: str) -> None:
    """Let whole names be terms of their own. A headline may be all capitals, so it names nobody by them."""
    for field in (text.standfirst, text.body):
        for name in names(field):
            term = name_term(name, language)
            found[term] = found.get(term, 0.0) + NAME
        for word in words(" ".join(name_words(field)), language):
            term = term_of(word, language)
            found[term] = found.get(term, 0.0) + NAME_WORD


def name_term(name: str, language: str) -> int:
    """The number of a whole name, the same whichever ending its words have."""
    parts = "+".join(str(term_of(word, language)) for word in words(name, language))
    return zlib.crc32(parts.encode()) & ~1


def _sketch(everything: list[str]) -> tuple[int, ...]:
    shingles = {
        zlib.crc32(" ".join(everything[at : at + SHINGLE]).encode()) for at in range(len(everything) - SHINGLE + 1)
    }
    return tuple(heapq.nsmallest(SKETCH, shingles))


def likeness(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """Estimate which share (0 to 1) of the four-word shingles of two texts both have (Broder 1997, bottom-k)."""
    if not one or not other:
        return 0.0
    smallest = heapq.nsmallest(SKETCH, {*one, *other})
    both = set(one).intersection(other)
    return sum(number in both for number in smallest) / len(smallest)


def pack_sketch(sketch: tuple[int, ...]) -> bytes:
    """As bytes; `unpack_sketch` reads them."""
    return array("I", sketch).tobytes()


def unpack_sketch(packed: bytes) -> tuple[int, ...]:
    """Read what `pack_sketch` wrote."""
    return tuple(memoryview(packed).cast("I")) if packed else ()
