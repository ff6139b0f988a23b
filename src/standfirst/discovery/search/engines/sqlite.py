"""SQLite's FTS5. Words in quotes are its strings, so that nothing of a query is ever read as syntax of it.

See https://www.sqlite.org/fts5.html. Reading matches from the last key backwards costs nothing extra there, and since
keys grow with time it gives the newest stories. BM25 is for words that few stories hold: to learn how rare they are it
walks through the whole list of each word, in a large archive a hundred times longer than finding the newest takes.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Any

from django.db import OperationalError, connection

from standfirst.discovery.search.engines.interface import (
    PATIENCE_MS,
    Candidates,
    TooSlowError,
    Wanted,
    weighed,
)
from standfirst.discovery.search.parts import SOUNDS_OF, WORDS_OF, Part
from standfirst.discovery.search.terms import Term
from standfirst.discovery.search.turns import Turns

TEXTS = "in_headline in_people in_standfirst in_topics in_text"
WEIGHTS = "8.0, 6.0, 4.0, 4.0, 1.0, 0.3, 0.0"
"""Of headline, people, standfirst, topics, text, sounds and marks, as the columns stand in the index."""
MOST_LOOSE = 5_000
"""So many stories that hold single words of a phrase in one part are looked through for those that were found."""
STEPS_BETWEEN_LOOKS = 2_000
"""Steps of SQLite's machine between two looks at the clock."""


class SqliteIndex:
    """The index that the triggers of the first migrations keep."""

    turns: AbstractContextManager[None] = Turns()

    def candidates(self, wanted: Wanted) -> Candidates:
        """Return the newest stories with the words, weighed; see `Index`."""
        with connection.cursor() as cursor, _in_time():
            return weighed(wanted, _Look(cursor, wanted))


class _Look:
    def __init__(self, cursor: Any, wanted: Wanted) -> None:
        self.cursor, self.wanted, self.table = cursor, wanted, f"{wanted.table}_index"

    def newest(self, part: Part, most: int) -> list[int]:
        """Return the newest places; see `Look`."""
        return self._newest(self.wanted, part, most)

    def among(self, part: Part, found: Collection[int]) -> list[int]:
        """Return which places hold the words in a part, of the newest `MOST_LOOSE` ones that do."""
        loose = replace(self.wanted, asked=self.wanted.asked.loosely(), first=min(found), last=max(found))
        return [place for place in self._newest(loose, part, MOST_LOOSE) if place in found]

    def weigh(self, places: list[int]) -> dict[int, float]:
        """Return the weights by BM25."""
        self.cursor.execute(
            f"SELECT rowid, -bm25({self.table}, {WEIGHTS}) FROM {self.table} "  # noqa: S608 - our own names
            f"WHERE {self.table} MATCH %s AND rowid BETWEEN %s AND %s",
            [expression(self.wanted, self.wanted.part), min(places), max(places)],
        )
        asked = set(places)
        return {place: weight for place, weight in self.cursor.fetchall() if place in asked}

    def _newest(self, wanted: Wanted, part: Part, most: int) -> list[int]:
        within, keys = _within(wanted)
        self.cursor.execute(
            f"SELECT rowid FROM {self.table} WHERE {self.table} MATCH %s AND rowid BETWEEN %s AND %s {within}"  # noqa: S608 - our names
            "ORDER BY rowid DESC LIMIT %s",
            [expression(wanted, part), wanted.first, wanted.last, *keys, most],
        )
        return [row[0] for row in self.cursor.fetchall()]


def _within(wanted: Wanted) -> tuple[str, Sequence[Any]]:
    """The condition that no other story is looked at; the plus keeps SQLite from asking the index for each of them."""
    if wanted.among is None:
        return "", ()
    return f"AND +rowid IN ({wanted.among.places(wanted.table)}) ", wanted.among.parameters


def expression(wanted: Wanted, part: Part) -> str:
    """Return the query in FTS5's language; `part` is where the words themselves are looked for."""
    needed = [_term(term, part) for term in wanted.asked.needed]
    needed += [f'marks : "{mark}"' for mark in wanted.marks]
    match = " AND ".join(needed)
    if excluded := [_term(term, Part.WHOLE) for term in wanted.asked.excluded]:
        match = f"({match}) NOT ({' OR '.join(excluded)})"
    return match


def _term(term: Term, part: Part) -> str:
    phrase = f'{{{TEXTS}}} : "{" ".join(term.stems)}"'
    if part is Part.WHOLE:
        ways = [phrase, *(f'sounds : "{sound}"' for sound in term.heard)]
    else:
        ways = [" AND ".join(f'marks : "{WORDS_OF[part]}{stem}"' for stem in term.stems)]
        ways += [f'marks : "{SOUNDS_OF[part]}{sound}"' for sound in term.heard]
    return f"({' OR '.join(ways)})"


@contextmanager
def _in_time() -> Iterator[None]:
    """Stop what takes longer than `PATIENCE_MS`. Raises TooSlowError."""
    connection.ensure_connection()
    end = time.monotonic() + PATIENCE_MS / 1000
    connection.connection.set_progress_handler(lambda: time.monotonic() > end, STEPS_BETWEEN_LOOKS)
    try:
        yield
    except OperationalError as error:
        if "interrupted" not in str(error):
            raise
        raise TooSlowError from error
    finally:
        connection.connection.set_progress_handler(None, 0)
