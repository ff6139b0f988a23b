"""What every index answers, and the order of the stories when they are many."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

from standfirst.discovery.search.parts import Part
from standfirst.discovery.search.terms import Asked

MOST_CANDIDATES = 1_000
"""So many stories are weighed against each other. Of more, the newest are taken, and their parts say their weight."""
WEIGHT_OF_PART = {Part.WHOLE: 1.0, Part.LEAD: 4.0, Part.HEADLINE: 8.0}
"""What a story weighs that holds all the words there, where not each word is weighed."""
PATIENCE_MS = 2_000
"""How long a database may work at one query before it is told to stop."""


class TooSlowError(Exception):
    """The index did not answer in time; the search shows nothing rather than holding up everybody else."""


@dataclass(frozen=True)
class Among:
    """A statement that gives the primary keys of stories, with its parameters: no other story is looked at."""

    statement: str
    parameters: tuple[Any, ...]

    def places(self, table: str) -> str:
        """Return the statement that gives the places of these stories in `table`."""
        return f"SELECT id FROM {table} WHERE story_id IN ({self.statement})"  # noqa: S608 - our own names


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
    among: Among | None = None


@dataclass(frozen=True)
class Candidates:
    """Places with the weight of their words, in no order; `is_at_least`: there are more than these."""

    weights: dict[int, float] = field(default_factory=dict)
    total: int = 0
    is_at_least: bool = False


class Index(Protocol):
    """Looks words up. A whole search is made within its `turns`: one at a time where this process does all the work."""

    turns: AbstractContextManager[None]

    def candidates(self, wanted: Wanted) -> Candidates:
        """Return what holds all the words. Raises TooSlowError."""


class Look(Protocol):
    """One look into an index, for the words of one query in one stretch of places."""

    def newest(self, part: Part, most: int) -> list[int]:
        """Return the `most` newest places that hold all the words in a part, or all when they are fewer."""

    def among(self, part: Part, found: Collection[int]) -> list[int]:
        """Return which of the places `found` hold in a part each single word; not all when that is many."""

    def weigh(self, places: list[int]) -> dict[int, float]:
        """Return the places with what the words weigh in each; only for plain words."""


def weighed(wanted: Wanted, look: Look) -> Candidates:
    """Return the candidates for what is wanted.

    Few stories with plain words are weighed word by word. Everything else would make the index walk through all that
    hold a common word, and goes by the parts: of many stories with plain words those of the whole archive, of words in
    quotes and excluded ones those among the newest that were found.
    """
    found = look.newest(wanted.part, MOST_CANDIDATES + 1)
    total, is_at_least = min(len(found), MOST_CANDIDATES), len(found) > MOST_CANDIDATES
    if wanted.by_date or not found:
        return Candidates(dict.fromkeys(found, 0.0), total, is_at_least)
    is_plain = wanted.asked.is_plain
    if is_plain and not is_at_least:
        return Candidates(look.weigh(found), total)
    weights = dict.fromkeys(found, WEIGHT_OF_PART[Part.WHOLE])
    for part in (Part.LEAD, Part.HEADLINE):
        there = look.newest(part, MOST_CANDIDATES) if is_plain else look.among(part, set(found))
        weights |= dict.fromkeys(there, WEIGHT_OF_PART[part])
    return Candidates(weights, total, is_at_least)
