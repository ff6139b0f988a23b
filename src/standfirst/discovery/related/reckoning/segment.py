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
KEPT_WORDS, KEPT_GRAMS = 120, 80
"""How many terms of a story are kept in the index, the weightiest."""
ASKED_WORDS, ASKED_GRAMS = 100, 60
SMOOTHING = 0.5
"""Added to every inverse document frequency: measured, a little flatter than ln(N / df) ranks better."""
SHARED = 2
"""Stories that a term must stand in to count."""

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

    def rarity(self, terms: Terms) -> Weights:
        """The inverse document frequency of each of `terms`, smoothed; 0 for what a single story has."""
        counts = np.zeros(len(terms), np.float32)
        if len(self.terms):
            at = np.minimum(np.searchsorted(self.terms, terms), len(self.terms) - 1)
            counts = np.where(self.terms[at] == terms, self.counts[at], 0).astype(np.float32)
        rarity: Weights = (np.log((1.0 + self.total) / (1.0 + counts)) + SMOOTHING).astype(np.float32)
        rarity[counts < SHARED] = 0
        return rarity


def weigh(
    profile: Profile, rarity: Frequencies, words: int = KEPT_WORDS, grams: int = KEPT_GRAMS
) -> tuple[Terms, Weights]:
    """Return the weightiest terms of a profile with weights of length 1 together; a dot product is a likeness (0 to 1).

    Whole words and parts of words are each brought to a length of their own first, so that neither drowns the other.
    """
    terms = _terms(profile)
    weights = np.frombuffer(profile.weights, np.uint8).astype(np.float32) / STEPS * rarity.rarity(terms)
    is_gram = (terms & 1).astype(bool)
    share = LONG_SHARE + SHORT_SHARE * min(1.0, OPENING / max(1, profile.length))
    parts = [
        _scaled(terms[~is_gram], weights[~is_gram], words, 1.0),
        _scaled(terms[is_gram], weights[is_gram], grams, share),
    ]
    chosen = np.concatenate([part[0] for part in parts])
    scaled = np.concatenate([part[1] for part in parts])
    length = float(np.linalg.norm(scaled)) or 1.0
    return chosen, (scaled / length).astype(np.float32)


def _terms(profile: Profile) -> Terms:
    return np.frombuffer(profile.terms, np.uint32)


def _scaled(terms: Terms, weights: Weights, most: int, share: float) -> tuple[Terms, Weights]:
    """Bring all weights to the length sqrt(`share`), then leave out all but the `most` weightiest."""
    length = float(np.linalg.norm(weights)) or 1.0
    if len(terms) > most:
        kept = np.argpartition(weights, len(terms) - most)[len(terms) - most :]
        terms, weights = terms[kept], weights[kept]
    return terms, weights * np.float32(share**0.5 / length)


@dataclass(frozen=True)
class Segment:
    """`stories` by row; for term `terms[i]` the rows and weights at `starts[i]:starts[i + 1]`."""

    stories: NDArray[np.int64]
    terms: Terms
    starts: NDArray[np.int64]
    rows: NDArray[np.int32]
    weights: NDArray[np.float16]

    @classmethod
    def none(cls) -> Segment:
        """One without stories."""
        return cls.of((), Frequencies.none())

    @classmethod
    def of(cls, profiles: Iterable[tuple[int, Profile]], rarity: Frequencies) -> Segment:
        """Index `profiles`, given with their story's number, by the rarity of their terms."""
        stories: list[int] = []
        terms: list[Terms] = []
        weights: list[NDArray[np.float16]] = []
        for story, each in profiles:
            kept, scaled = weigh(each, rarity)
            stories.append(story)
            terms.append(kept)
            weights.append(scaled.astype(np.float16))
        sizes = np.array([len(each) for each in terms], np.int64)
        flat = np.concatenate(terms) if terms else np.zeros(0, np.uint32)
        flat_weights = np.concatenate(weights) if weights else np.zeros(0, np.float16)
        del terms, weights
        order = np.argsort(flat, kind="stable")
        flat = flat[order]
        rows = np.repeat(np.arange(len(stories), dtype=np.int32), sizes)[order]
        heads = np.flatnonzero(np.diff(flat, prepend=flat[:1] ^ 1)) if len(flat) else np.zeros(0, np.int64)
        starts = np.append(heads, len(flat)).astype(np.int64)
        return cls(np.array(stories, np.int64), flat[heads], starts, rows, flat_weights[order])

    def scores(self, terms: Terms, weights: Weights) -> Weights:
        """The likeness of each row to a weighed profile."""
        found = np.zeros(len(self.stories), np.float32)
        if not len(self.terms):
            return found
        at = np.minimum(np.searchsorted(self.terms, terms), len(self.terms) - 1)
        known = self.terms[at] == terms
        spans = [(self.starts[i], self.starts[i + 1], w) for i, w in zip(at[known], weights[known], strict=True)]
        if not spans:
            return found
        rows = np.concatenate([self.rows[a:b] for a, b, _w in spans])
        parts = np.concatenate([self.weights[a:b].astype(np.float32) * w for a, b, w in spans])
        return np.bincount(rows, parts, len(self.stories)).astype(np.float32)

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
        return cls(*(_mapped(folder / f"{field.name}.npy") for field in fields(cls)))


def _mapped(path: Path) -> Any:
    return np.load(path, mmap_mode="r", allow_pickle=False)


def nearest(stories: NDArray[np.int64], scores: Weights, most: int, without: int = 0) -> list[tuple[int, float]]:
    """The `most` highest of `scores` above 0 with their stories, the highest first; of equal ones the newer."""
    count = most + 1
    rows = np.argpartition(scores, len(scores) - count)[len(scores) - count :] if len(scores) > count else None
    rows = np.flatnonzero(scores > 0) if rows is None else rows[scores[rows] > 0]
    pairs = sorted(((float(scores[row]), int(stories[row])) for row in rows), reverse=True)
    return [(story, round(score, 4)) for score, story in pairs if story != without][:most]
