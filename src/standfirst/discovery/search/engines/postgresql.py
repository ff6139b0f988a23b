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
from dataclasses import replace
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
    SELECT {columns} FROM {table} WHERE vector @@ %s::tsquery AND id + 0 BETWEEN %s AND %s {within}
    ORDER BY id + 0 DESC LIMIT %s
"""
IN_ORDER = "SELECT id FROM ({newest}) AS found WHERE vector @@ %s::tsquery ORDER BY place DESC LIMIT %s"
MOST_IN_ORDER = 10_000
"""So many of the newest stories that hold all the words are looked into for words that stand one after the other."""
SET = "SELECT set_config('statement_timeout', %s, true), set_config('enable_seqscan', %s, true)"
CANCELLED = "57014"


class PostgresqlIndex:
    """The table that the triggers of the first migrations keep."""

    turns: AbstractContextManager[None] = nullcontext()

    def candidates(self, wanted: Wanted) -> Candidates:
        """Return the newest stories with the words, weighed; see `Index`."""
        table = f"{wanted.table}_index"
        with _in_time() as cursor:

            def newest(wanted: Wanted, part: Part, most: int) -> list[int]:
                cursor.execute(*_newest(table, wanted, part, most))
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


def _newest(table: str, wanted: Wanted, part: Part, most: int) -> tuple[str, list[Any]]:
    """Return the statement, with its parameters, that gives the `most` newest stories.

    The index knows which stories hold a word and not where: for words in quotes each story has to be read. So these are
    looked for among the newest that hold all the words in any order.
    """
    among = wanted.among
    within = f"AND id IN ({among.places(wanted.table)})" if among else ""
    places = [wanted.first, wanted.last, *(among.parameters if among else ())]
    if part is not Part.WHOLE or not wanted.asked.has_phrase:
        return NEWEST.format(columns="id", table=table, within=within), [expression(wanted, part), *places, most]
    newest = NEWEST.format(columns="id, id + 0 AS place, vector", table=table, within=within)
    loose = expression(replace(wanted, asked=wanted.asked.loosely()), part)
    parameters = [loose, *places, MOST_IN_ORDER, expression(wanted, part), most]
    return IN_ORDER.format(newest=newest), parameters


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
    """Give a cursor on which nothing takes longer than `PATIENCE_MS`, and no table is read whole. Raises TooSlowError.

    The planner does not know that a vector stands apart from its row and has to be fetched and unpacked. Reading those
    of the newest stories one after the other, or of all, looks cheap to it; measured with 100,000 stories it took 130
    and 800 ms where the index of words takes 7 and 21. The sums with 0 in `NEWEST` are for the same: they keep it from
    following the keys.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(SET, [str(PATIENCE_MS), "off"])
            yield cursor
            cursor.execute(SET, ["0", "on"])
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") != CANCELLED:
            raise
        raise TooSlowError from error
