"""SQLite's FTS5. Words in quotes are its strings, so that nothing of a query is ever read as syntax of it.

See https://www.sqlite.org/fts5.html. Reading matches from the last key backwards costs nothing extra there, and since
keys grow with time it gives the newest stories; only these are weighed with BM25, because weighing a common word in the
whole archive takes ten times as long as finding it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection

from standfirst.discovery.search.engines.interface import (
    MOST_CANDIDATES,
    PATIENCE_MS,
    Candidates,
    TooSlowError,
    Wanted,
)
from standfirst.discovery.search.terms import Term

TEXTS = "in_headline in_people in_standfirst in_topics in_text"
HEADLINE = "in_headline"
WEIGHTS = "8.0, 6.0, 4.0, 4.0, 1.0, 0.3, 0.0"
"""Of headline, people, standfirst, topics, text, sounds and marks, as the columns stand in the index."""
STEPS_BETWEEN_LOOKS = 2_000
"""Steps of SQLite's machine between two looks at the clock."""


class SqliteIndex:
    """The index that the triggers of the first migrations keep."""

    def candidates(self, wanted: Wanted) -> Candidates:
        """Return the newest stories with the words, weighed; see `Index`."""
        match = expression(wanted, HEADLINE if wanted.headline_only else TEXTS)
        with connection.cursor() as cursor, _in_time():
            newest = self._newest(cursor, wanted, match)
            if wanted.by_date or not newest:
                return _counted(dict.fromkeys(newest, 0.0))
            weights = self._weighed(cursor, wanted, match, newest[-1], MOST_CANDIDATES + 1)
            found = _counted(weights)
            if not found.is_at_least:
                return found
            in_headline = expression(wanted, HEADLINE)
            weights |= self._weighed(cursor, wanted, in_headline, wanted.first, MOST_CANDIDATES)
            return Candidates(weights, found.total, is_at_least=True)

    @staticmethod
    def _newest(cursor: object, wanted: Wanted, match: str) -> list[int]:
        table = f"{wanted.table}_index"
        cursor.execute(  # type: ignore[attr-defined] # Django's cursors have no common type
            f"SELECT rowid FROM {table} WHERE {table} MATCH %s AND rowid BETWEEN %s AND %s "  # noqa: S608 - our names
            "ORDER BY rowid DESC LIMIT %s",
            [match, wanted.first, wanted.last, MOST_CANDIDATES + 1],
        )
        return [row[0] for row in cursor.fetchall()]  # type: ignore[attr-defined]

    @staticmethod
    def _weighed(cursor: object, wanted: Wanted, match: str, first: int, most: int) -> dict[int, float]:
        table = f"{wanted.table}_index"
        cursor.execute(  # type: ignore[attr-defined]
            f"SELECT rowid, -bm25({table}, {WEIGHTS}) FROM {table} "  # noqa: S608 - our own names
            f"WHERE {table} MATCH %s AND rowid BETWEEN %s AND %s LIMIT %s",
            [match, first, wanted.last, most],
        )
        return dict(cursor.fetchall())  # type: ignore[attr-defined]


def _counted(weights: dict[int, float]) -> Candidates:
    return Candidates(weights, min(len(weights), MOST_CANDIDATES), is_at_least=len(weights) > MOST_CANDIDATES)


def expression(wanted: Wanted, columns: str) -> str:
    """Return the query in FTS5's language; `columns` are those in which the words themselves are looked for."""
    needed = [_term(term, columns) for term in wanted.asked.needed]
    needed += [f'marks : "{mark}"' for mark in wanted.marks]
    match = " AND ".join(needed)
    if excluded := [_term(term, TEXTS) for term in wanted.asked.excluded]:
        match = f"({match}) NOT ({' OR '.join(excluded)})"
    return match


def _term(term: Term, columns: str) -> str:
    ways = [f'{{{columns}}} : "{" ".join(term.stems)}"', *(f'sounds : "{sound}"' for sound in term.heard)]
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
