"""PostgreSQL's tsvector with a GIN index. Words become quoted lexemes, so that nothing of a query is read as syntax.

Sounds and marks are lexemes that begin with a sign which no word begins with, so that no query has to name weights: an
index holds no weights, and the database would have to read every story it finds for them. It has no BM25: `ts_rank`
knows where and how often a word stands, but not how rare it is. Since a story must hold every word, that matters less
than it seems; the tests of order are the same as on SQLite. See
https://www.postgresql.org/docs/current/textsearch-controls.html.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from django.db import OperationalError, connection, transaction

from standfirst.discovery.search.engines.interface import (
    PATIENCE_MS,
    Candidates,
    TooSlowError,
    Wanted,
    weighed,
)
from standfirst.discovery.search.parts import SOUNDS_OF, WORDS_OF, Part
from standfirst.discovery.search.terms import Term

SOUND, MARK = "~", "#"
"""What the lexemes of sounds and of marks begin with; written so by the function of the migrations."""
WEIGHTS = "{0.03, 0.12, 0.5, 1.0}"
"""Of D (sounds), C (text), B (standfirst, topics) and A (headline, people)."""
BY_LENGTH = 1
"""Divides by the logarithm of the text's length."""
NEWEST = """
    SELECT id FROM {table} WHERE vector @@ %s::tsquery AND id BETWEEN %s AND %s {within} ORDER BY id DESC LIMIT %s
"""
CANCELLED = "57014"


class PostgresqlIndex:
    """The table that the triggers of the first migrations keep."""

    turns: AbstractContextManager[None] = nullcontext()

    def candidates(self, wanted: Wanted) -> Candidates:
        """Return the newest stories with the words, weighed; see `Index`."""
        table = f"{wanted.table}_index"
        with _in_time() as cursor:

            def newest(wanted: Wanted, part: Part, most: int) -> list[int]:
                match = expression(wanted, part)
                among = wanted.among
                within = f"AND id IN ({among.places(wanted.table)})" if among else ""
                keys = among.parameters if among else ()
                statement = NEWEST.format(table=table, within=within)
                cursor.execute(statement, [match, wanted.first, wanted.last, *keys, most])
                return [row[0] for row in cursor.fetchall()]

            def weigh(places: list[int]) -> dict[int, float]:
                words = " & ".join(_term(term, Part.WHOLE) for term in wanted.asked.needed)
                cursor.execute(
                    f"SELECT id, ts_rank(%s, vector, %s::tsquery, %s) FROM {table} "  # noqa: S608 - our own names
                    "WHERE id = ANY(%s)",
                    [WEIGHTS, words, BY_LENGTH, places],
                )
                return dict(cursor.fetchall())

            return weighed(wanted, newest, weigh)


def expression(wanted: Wanted, part: Part) -> str:
    """Return the query as PostgreSQL writes it; `part` is where the words themselves are looked for."""
    needed = [_term(term, part) for term in wanted.asked.needed]
    match = " & ".join([*needed, *(f"'{MARK}{mark}'" for mark in wanted.marks)])
    if excluded := [_term(term, Part.WHOLE) for term in wanted.asked.excluded]:
        match += f" & !({' | '.join(excluded)})"
    return match


def _term(term: Term, part: Part) -> str:
    phrase = " <-> ".join(f"'{stem}'" for stem in term.stems)
    if part is Part.WHOLE:
        ways = [phrase, *(f"'{SOUND}{sound}'" for sound in term.heard)]
    else:
        ways = [" & ".join(f"'{MARK}{WORDS_OF[part]}{stem}'" for stem in term.stems)]
        ways += [f"'{MARK}{SOUNDS_OF[part]}{sound}'" for sound in term.heard]
    return f"({' | '.join(f'({way})' for way in ways)})"


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
