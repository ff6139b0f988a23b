"""Typing errors: words that no story holds, compared with those that stories hold."""

from __future__ import annotations

import threading
import time
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from standfirst.delivery.trace import untraced
from standfirst.discovery.search.analysis.words import folded, words
from standfirst.discovery.search.models import VocabularyWord

MOST_WORDS = 60_000
"""The most used words of an edition that are known: some 8 MB in each process that corrects."""
WORDS_A_SECOND = 100
"""Words are known for one second for so many of them, and read anew: few are read quickly, and while an archive is
being written they are soon more. All of `MOST_WORDS` are known for ten minutes."""
SHORTEST_KNOWN = 1.0
SHORTEST = 4
MUCH_MORE = 10
"""So many times as often as a word that stories do hold must another one be used, to be what was meant."""
TWO_ERRORS_FROM = 8
"""Letters from which on a word may differ in two places; below that in one."""


@dataclass(frozen=True)
class Vocabulary:
    """Words with the numbers of their stories, as written and as folded, in alphabetical order of the folded ones."""

    entries: list[tuple[str, str, int]]

    @cached_property
    def folded(self) -> list[str]:
        return [entry[0] for entry in self.entries]

    @cached_property
    def uses(self) -> dict[str, int]:
        """In how many stories a folded word stands."""
        return {entry[0]: entry[2] for entry in sorted(self.entries, key=lambda entry: entry[2])}

    @cached_property
    def _alike(self) -> dict[str, dict[int, str]]:
        """Words by their first letter, and by their last two: few typing errors change both ends."""
        found: dict[str, dict[int, str]] = {}
        for index, word in enumerate(self.folded):
            for end in (f"{word[:1]}-", f"-{word[-2:]}"):
                found.setdefault(end, {})[index] = word
        return found

    def nearest(self, word: str) -> str:
        """Return the word that was probably meant, as stories write it; "" when `word` is known or nothing is near."""
        if len(word) < SHORTEST or word.isdigit():
            return ""
        uses = self.uses.get(word, 0)
        errors = 2 if len(word) >= TWO_ERRORS_FROM else 1
        near = {
            (distance, candidate[0] != word[0], -self.entries[index][2], index)
            for end in (f"{word[0]}-", f"-{word[-2:]}")
            for candidate, distance, index in extract(
                word, self._alike.get(end, {}), scorer=OSA.distance, score_cutoff=errors, limit=20
            )
        }
        better = [found for found in near if found[0] and -found[2] > MUCH_MORE * uses]
        return self.entries[min(better)[3]][1] if better else ""

    def beginning(self, prefix: str) -> list[tuple[str, int]]:
        """Return words as written that begin with the folded `prefix`, the most used first."""
        start = bisect_left(self.folded, prefix)
        end = bisect_left(self.folded, prefix + "\U0010ffff")
        found = sorted(self.entries[start:end], key=lambda entry: -entry[2])
        return [(entry[1], entry[2]) for entry in found]


_lock = threading.Lock()
_known: dict[int, tuple[float, Vocabulary]] = {}
"""By edition, with the moment (monotonic seconds) until which they are known."""


def vocabulary(edition_id: int) -> Vocabulary:
    """Return the words of an edition, as they were at most ten minutes ago."""
    now = time.monotonic()
    until, known = _known.get(edition_id, (0.0, None))
    if known is None or now > until:
        with _lock:
            known = _read(edition_id)
            _known[edition_id] = now + max(SHORTEST_KNOWN, len(known.entries) / WORDS_A_SECOND), known
    return known


def forget() -> None:
    """Read all words anew when they are next asked for."""
    _known.clear()


def _read(edition_id: int) -> Vocabulary:
    with untraced():  # a page that was corrected by the words of yesterday is none the worse for it
        rows = VocabularyWord.objects.filter(edition_id=edition_id).order_by("-stories", "text")
        used = list(rows.values_list("text", "stories")[:MOST_WORDS])
    return Vocabulary(sorted((folded(text), text, stories) for text, stories in used))


def corrected(text: str, edition_id: int) -> str:
    """Return the query `text` with the words in it that were probably mistyped set right; "" when there are none."""
    known = vocabulary(edition_id)
    parts, last = [], 0
    for start, end, nearest in _corrections(text, known):
        parts += [text[last:start], nearest]
        last = end
    return "".join([*parts, text[last:]]) if parts else ""


def _corrections(text: str, known: Vocabulary) -> Iterator[tuple[int, int, str]]:
    for word in words(text):
        if (nearest := known.nearest(folded(word.written))) and text[word.start - 1 : word.start] != "-":
            yield word.start, word.end, nearest
