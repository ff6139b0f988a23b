"""An inverted index of profiles in flat arrays: which stories have a term, and with which weight."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from standfirst.discovery.related.reckoning.profiles import OPENING, STEPS, Profile

LONG_SHARE, SHORT_SHARE = 0.3, 0.7
"""What parts of words count beside whole words: 0.3 in a long text, 1 in one of 40 words or fewer."""
KEPT_WORDS, KEPT_GRAMS = 100, 60
"""How many terms of a story are kept in the index, the weightiest."""
READ_AT_MOST = 150_000
"""Entries of the index that one question looks at, those of its weightiest terms: in a large archive the others are
what half of all stories say."""
SMOOTHING = 0.5
"""Added to every inverse document frequency: measured, a little flatter than ln(N / df) ranks better."""
SHARED = 2
"""Stories that a term must stand in to be compared."""
UNSHARED = 0.5
"""What a term of one story alone counts in the length of its vector: it says that the story is about other things, too,
and keeps a single word that two short stories happen to share from making them the same."""

WEIGHTS = (np.arange(256, dtype=np.float32) / 255) ** 2
"""A weight is stored as a step of its square root: one byte, and small weights stay apart."""
CHUNK = 1_000_000
"""Entries that are taken apart at once."""

Terms = NDArray[np.uint32]
Weights = NDArray[np.float32]


@dataclass(frozen=True)
class Frequencies:
    """In how many of `total` stories each of `terms` (ascending) stands."""

    terms: Terms
    counts: NDArray[np.int64]
    total: int

    @classmethod
    def none(cls) -> Frequencies:
        """Those of no stories."""
        return cls(np.zeros(0, np.uint32), np.zeros(0, np.int64), 0)

    @classmethod
    def of(cls, profiles: Sequence[Profile]) -> Frequencies:
        """Count in `profiles`."""
        if not profiles:
            return cls.none()
        terms, counts = np.unique(np.concatenate([_terms(each) for each in profiles]), return_counts=True)
        return cls(terms, counts, len(profiles))

    def with_more(self, other: Frequencies) -> Frequencies:
        """Both together."""
        terms, inverse = np.unique(np.concatenate((self.terms, other.terms)), return_inverse=True)
        counts = np.bincount(inverse, np.concatenate((self.counts, other.counts)), len(terms)).astype(np.int64)
        return Frequencies(terms, counts, self.total + other.total)

    def counts_of(self, terms: Terms) -> NDArray[np.int64]:
        """In how many stories each of `terms` stands."""
        if not len(self.terms):
            return np.zeros(len(terms), np.int64)
        at = np.minimum(np.searchsorted(self.terms, terms), len(self.terms) - 1)
        return np.where(self.terms[at] == terms, self.counts[at], 0)


@dataclass(frozen=True)
class Rarity:
    """How much terms tell in stories that were counted in `parts`."""

    parts: tuple[Frequencies, ...]

    def of(self, terms: Terms) -> Weights:
        """The inverse document frequency of each of `terms`, smoothed; below 0 for what a single story has."""
        counts = sum((part.counts_of(terms) for part in self.parts), np.zeros(len(terms), np.int64))
        total = sum(part.total for part in self.parts)
        rarity: Weights = (np.log((1.0 + total) / (1.0 + counts)) + SMOOTHING).astype(np.float32)
        rarity[counts < SHARED] *= -UNSHARED
        return rarity


def weigh(profile: Profile, rarity: Rarity) -> tuple[Terms, Weights]:
    """Return the weightiest terms of a profile with weights of length 1 at most; a dot product is a likeness (0 to 1).

    Whole words and parts of words are each brought to a length of their own first, so that neither drowns the other.
    """
    terms = _terms(profile)
    weights = np.frombuffer(profile.weights, np.uint8).astype(np.float32) / STEPS * rarity.of(terms)
    is_gram = (terms & 1).astype(bool)
    share = LONG_SHARE + SHORT_SHARE * min(1.0, OPENING / max(1, profile.length))
    parts = [
        _scaled(terms[~is_gram], weights[~is_gram], KEPT_WORDS, 1.0),
        _scaled(terms[is_gram], weights[is_gram], KEPT_GRAMS, share),
    ]
    chosen = np.concatenate([part[0] for part in parts])
    scaled = np.concatenate([part[1] for part in parts])
    return chosen, (scaled / (1.0 + share) ** 0.5).astype(np.float32)


def _terms(profile: Profile) -> Terms:
    return np.frombuffer(profile.terms, np.uint32)


def _scaled(terms: Terms, weights: Weights, most: int, share: float) -> tuple[Terms, Weights]:
    """Bring all weights to the length sqrt(`share`), then leave out all but the `most` weightiest that are shared."""
    length = float(np.linalg.norm(weights)) or 1.0
    shared = weights > 0
    terms, weights = terms[shared], weights[shared]
    if len(terms) > most:
        kept = np.argpartition(weights, len(terms) - most)[len(terms) - most :]
        terms, weights = terms[kept], weights[kept]
    return terms, weights * np.float32(share**0.5 / length)


@dataclass(frozen=True)
class Segment:
    """`stories` by row; for term `terms[i]` the rows and the steps of their `WEIGHTS` at `starts[i]:starts[i + 1]`."""

    stories: NDArray[np.int64]
    terms: Terms
    starts: NDArray[np.int64]
    rows: NDArray[np.int32]
    steps: NDArray[np.uint8]

    @classmethod
    def none(cls) -> Segment:
        """One without stories."""
        return cls.of((), 0, Rarity(()))

    @classmethod
    def of(cls, profiles: Iterable[tuple[int, Profile]], most: int, rarity: Rarity) -> Segment:
        """Index at most `most` profiles, given with their story's number, by the rarity of their terms."""
        stories: list[int] = []
        # An entry is one number while the index is made (32 bits of term, 24 of row, 8 of weight): sorting needs no
        # second copy. Memory that nobody writes to is never taken, so `most` may be too high.
        entries = np.empty(most * (KEPT_WORDS + KEPT_GRAMS), np.uint64)
        used = 0
        for story, each in profiles:
            terms, weights = weigh(each, rarity)
            steps = np.rint(np.sqrt(weights) * 255).astype(np.uint64)
            entries[used : used + len(terms)] = terms.astype(np.uint64) << 32 | np.uint64(len(stories) << 8) | steps
            used += len(terms)
            stories.append(story)
        entries = entries[:used]
        entries.sort()
        return cls(np.array(stories, np.int64), *_taken_apart(entries))

    def scores(self, terms: Terms, weights: Weights) -> Weights:
        """The likeness of each row to a weighed profile."""
        found = np.zeros(len(self.stories), np.float32)
        if not len(self.terms):
            return found
        at = np.minimum(np.searchsorted(self.terms, terms), len(self.terms) - 1)
        known = np.flatnonzero(self.terms[at] == terms)
        known = known[np.argsort(-weights[known], kind="stable")]
        starts, sizes = self.starts[at[known]], self.starts[at[known] + 1] - self.starts[at[known]]
        few = max(1, int(np.searchsorted(np.cumsum(sizes), READ_AT_MOST)))
        spans = [slice(start, start + size) for start, size in zip(starts[:few], sizes[:few], strict=True)]
        if not spans:
            return found
        rows = np.concatenate([self.rows[span] for span in spans])
        theirs = WEIGHTS[np.concatenate([self.steps[span] for span in spans])]
        mine = np.repeat(weights[known[:few]], sizes[:few])
        return np.bincount(rows, theirs * mine, len(self.stories)).astype(np.float32)

    def save(self, folder: Path) -> None:
        """Write each array to a file of its own in `folder`, which exists."""
        for field in fields(self):
            np.save(folder / f"{field.name}.npy", getattr(self, field.name), allow_pickle=False)

    @classmethod
    def open(cls, folder: Path) -> Segment:
        """Map what `save` wrote; only what is looked at is read.

        Raises:
            OSError, ValueError: a file is missing or damaged.
        """
        return cls(*(mapped(folder / f"{field.name}.npy") for field in fields(cls)))


def _taken_apart(entries: NDArray[np.uint64]) -> tuple[Any, Any, Any, Any]:
    """Terms, where the entries of each start, rows and steps of the weights, from sorted entries."""
    rows, steps = np.empty(len(entries), np.int32), np.empty(len(entries), np.uint8)
    terms: list[Terms] = []
    starts: list[NDArray[np.int64]] = []
    last = -1
    for begin in range(0, len(entries), CHUNK):
        part = entries[begin : begin + CHUNK]
        steps[begin : begin + CHUNK] = part & 0xFF
        rows[begin : begin + CHUNK] = part >> 8 & 0xFFFFFF
        own = (part >> 32).astype(np.int64)
        heads = np.flatnonzero(np.diff(own, prepend=last))
        terms.append(own[heads].astype(np.uint32))
        starts.append(heads + begin)
        last = int(own[-1])
    starts.append(np.array([len(entries)], np.int64))
    return np.concatenate(terms or [np.zeros(0, np.uint32)]), np.concatenate(starts), rows, steps


def mapped(path: Path) -> Any:
    """The array in a file, read where it is looked at. Raises OSError, ValueError: it is missing or damaged."""
    return np.load(path, mmap_mode="r", allow_pickle=False)


def nearest(stories: NDArray[np.int64], scores: Weights, most: int, without: int = 0) -> list[tuple[int, float]]:
    """The `most` highest of `scores` above 0 with their stories, the highest first; of equal ones the newer."""
    count = most + 1
    rows = np.argpartition(scores, len(scores) - count)[len(scores) - count :] if len(scores) > count else None
    rows = np.flatnonzero(scores > 0) if rows is None else rows[scores[rows] > 0]
    pairs = sorted(((float(scores[row]), int(stories[row])) for row in rows), reverse=True)
    return [(story, round(score, 4)) for score, story in pairs if story != without][:most]
