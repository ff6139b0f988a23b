"""PostgreSQL's tsvector with a GIN index. Words become quoted lexemes, so that nothing of a query is read as syntax.

It has no BM25: `ts_rank` knows where and how often a word stands, but not how rare it is. Since a story must hold every
word, that matters less than it seems; the tests of order are the same as on SQLite. See
https://www.postgresql.org/docs/current/textsearch-controls.html.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, connection, transaction

from standfirst.discovery.search.engines.interface import (
    MOST_CANDIDATES,
    PATIENCE_MS,
    Candidates,
    TooSlowError,
    Wanted,
)
from standfirst.discovery.search.terms import Term

WEIGHTS = "{0.03, 0.12, 0.5, 1.0}"
"""Of D (sounds), C (text), B (standfirst, topics) and A (headline, people)."""
BY_LENGTH = 1
"""Divides by the logarithm of the text's length."""
NEWEST = """
    SELECT id FROM {table}_index WHERE vector @@ %s::tsquery AND id BETWEEN %s AND %s ORDER BY id DESC LIMIT %s
"""
CANCELLED = "57014"


class PostgresqlIndex:
    """The table that the triggers of the first migrations keep."""

    def candidates(self, wanted: Wanted) -> Candidates:
        """Return the newest stories with the words, weighed; see `Index`."""
        words = " & ".join(_term(term, "A" if wanted.headline_only else "ABC") for term in wanted.asked.needed)
        with _in_time() as cursor:
            newest = self._newest(cursor, wanted, words)
            found = min(len(newest), MOST_CANDIDATES)
            is_at_least = len(newest) > MOST_CANDIDATES
            if wanted.by_date or not newest:
                return Candidates(dict.fromkeys(newest, 0.0), found, is_at_least)
            if is_at_least:
                newest += self._newest(cursor, wanted, " & ".join(_term(term, "A") for term in wanted.asked.needed))
            return Candidates(self._weighed(cursor, wanted, words, newest), found, is_at_least)

    @staticmethod
    def _newest(cursor: Any, wanted: Wanted, words: str) -> list[int]:
        match = " & ".join([words, *(f"'{mark}':D" for mark in wanted.marks)])
        if excluded := [_term(term, "ABC") for term in wanted.asked.excluded]:
            match += f" & !({' | '.join(excluded)})"
        cursor.execute(
            NEWEST.format(table=wanted.table),
            [match, wanted.first, wanted.last, MOST_CANDIDATES + 1],
        )
        return [row[0] for row in cursor.fetchall()]

    @staticmethod
    def _weighed(cursor: Any, wanted: Wanted, words: str, places: list[int]) -> dict[int, float]:
        cursor.execute(
            f"SELECT id, ts_rank(%s, vector, %s::tsquery, %s) FROM {wanted.table}_index "  # noqa: S608 - our own names
            "WHERE id = ANY(%s)",
            [WEIGHTS, words, BY_LENGTH, places],
        )
        return dict(cursor.fetchall())


def _term(term: Term, weights: str) -> str:
    phrase = " <-> ".join(f"'{stem}':{weights}" for stem in term.stems)
    ways = [f"({phrase})", *(f"'{sound}':D" for sound in term.heard)]
    return f"({' | '.join(ways)})"


@contextmanager
def _in_time() -> Iterator[Any]:
    """Give a cursor on which nothing takes longer than `PATIENCE_MS`. Raises TooSlowError."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(PATIENCE_MS)])
            yield cursor
            cursor.execute("SELECT set_config('statement_timeout', '0', true)")
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") != CANCELLED:
            raise
        raise TooSlowError from error
