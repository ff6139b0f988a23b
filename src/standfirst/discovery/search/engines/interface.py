"""What every index answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from standfirst.discovery.search.places import LAST_PLACE
from standfirst.discovery.search.terms import Asked

MOST_CANDIDATES = 1_000
"""So many of the newest stories with all the words are weighed against each other; of more, those with the words in
the headline join them."""
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
    first: int = 0
    last: int = LAST_PLACE
    by_date: bool = False
    headline_only: bool = False


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
