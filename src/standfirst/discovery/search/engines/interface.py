"""What every index answers, and the order of the stories when they are many."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from standfirst.discovery.search.parts import Part
from standfirst.discovery.search.terms import Asked

MOST_CANDIDATES = 1_000
"""So many stories are weighed against each other. Of more, the newest are taken, and their parts say their weight."""
WEIGHT_OF_PART = {Part.WHOLE: 1.0, Part.LEAD: 4.0, Part.HEADLINE: 8.0}
"""What a story weighs that holds all the words there, when there are too many to weigh each word, or words in quotes: to
know how rare these are, an index has to walk through all the stories that hold them."""
PATIENCE_MS = 2_000
"""How long a database may work at one query before it is told to stop."""


class TooSlowError(Exception):
    """The index did not answer in time; the search shows nothing rather than holding up everybody else."""


@dataclass(frozen=True)
class Wanted:
    """One look into an index: the words, the filters' tokens (see `documents.mark`), and the places looked at."""

    asked: Asked
    marks: tuple[str, ...]
    table: str
    first: int
    last: int
    by_date: bool = False
    part: Part = Part.WHOLE


@dataclass(frozen=True)
class Candidates:
    """Places with the weight of their words, in no order; `is_at_least`: there are more than these."""

    weights: dict[int, float] = field(default_factory=dict)
    total: int = 0
    is_at_least: bool = False


class Index(Protocol):
    """Looks words up."""

    def candidates(self, wanted: Wanted) -> Candidates:
        """Return what holds all the words. Raises TooSlowError."""


def weighed(
    wanted: Wanted, newest: Callable[[Part], list[int]], weigh: Callable[[list[int]], dict[int, float]]
) -> Candidates:
    """Return the candidates of an index that gives the newest stories with all words in a part, and can weigh some.

    `newest` gives one story more than `MOST_CANDIDATES` where there are more.
    """
    found = newest(wanted.part)
    total, is_at_least = min(len(found), MOST_CANDIDATES), len(found) > MOST_CANDIDATES
    if wanted.by_date or not found:
        return Candidates(dict.fromkeys(found, 0.0), total, is_at_least)
    if not is_at_least and not any(term.is_phrase for term in wanted.asked.needed):
        return Candidates(weigh(found), total)
    weights = dict.fromkeys(found, WEIGHT_OF_PART[Part.WHOLE])
    for part in (Part.LEAD, Part.HEADLINE):
        weights |= dict.fromkeys(newest(part), WEIGHT_OF_PART[part])
    return Candidates(weights, total, is_at_least)
