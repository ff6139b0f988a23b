"""PostgreSQL's tsvector with a GIN index. Words become quoted lexemes, so that nothing of a query is read as syntax.

A story has two vectors. `keys` is what the index is made of: its words, and behind a sign that no word begins with its
sounds, its marks, its stretches of time and its pairs of words. A GIN index holds no weights, no order and no places of
words; with these keys it says alone which stories are meant, and none has to be read for that. `words` is read for how
much the words of a story weigh, and for words in quotes.

There is no BM25: `ts_rank` knows where and how often a word stands, but not how rare it is. Since a story must hold
every word, that matters less than it seems; the tests of order are the same as on SQLite. See
https://www.postgresql.org/docs/current/textsearch-controls.html.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from functools import cached_property
from hashlib import md5
from itertools import pairwise
from typing import Any

from django.db import OperationalError, connection, transaction

from standfirst.discovery.search.engines.interface import (
    MOST_CANDIDATES,
    PATIENCE_MS,
    Candidates,
    TooSlowError,
    Wanted,
    weighed,
)
from standfirst.discovery.search.parts import SOUNDS_OF, WORDS_OF, Part
from standfirst.discovery.search.terms import Term

SOUND, MARK, STRETCH, PAIR = "~", "#", "@", "+"
"""What the lexemes of sounds, marks, stretches of time and pairs begin with; written so by the function of the
migrations."""
LEVELS = (21, 23, 25, 27, 29, 31)
"""Bits of a key that a stretch leaves out: 2^21 of them are six days, 2^31 sixteen years (see `places`)."""
MOST_STRETCHES = 6
"""So many stretches cover what is looked at; each is one more list that the index walks through."""
WEIGHTS = "{0.03, 0.12, 0.5, 1.0}"
"""Of sounds, of C (text), B (standfirst, topics) and A (headline, people)."""
BY_LENGTH = 1
"""Divides by the logarithm of the text's length."""
NEWEST = """
    SELECT id FROM {table} WHERE keys @@ %s::tsquery AND id + 0 BETWEEN %s AND %s {conditions}
    ORDER BY id + 0 DESC LIMIT %s
"""
IN_ORDER = "AND words @@ %s::tsquery"
NOT_IN_ORDER = "AND id NOT IN (SELECT id FROM {table} WHERE keys @@ %s::tsquery AND words @@ %s::tsquery)"
FIRST_LOOK = 3_000
"""So many of the newest stories are looked at first: of those that hold a common word that is enough."""
FEW = 50
"""What so few of those hold is looked for in the whole archive at once; what more hold, as far back as will do."""
ROOM = 1.3
"""So much further than should do."""
HOW_FAR = """
    SELECT max(id), (SELECT id FROM {table} WHERE id BETWEEN %s AND %s ORDER BY id DESC OFFSET %s LIMIT 1)
    FROM {table} WHERE id BETWEEN %s AND %s
"""
SET = "SELECT set_config('statement_timeout', %s, true), set_config('enable_seqscan', %s, true)"
CANCELLED = "57014"


class PostgresqlIndex:
    """The table that the triggers of the migrations keep."""

    turns: AbstractContextManager[None] = nullcontext()

    def candidates(self, wanted: Wanted) -> Candidates:
        """Return the newest stories with the words, weighed; see `Index`."""
        with _in_time() as cursor:
            return weighed(wanted, _Look(cursor, wanted))


class _Look:
    """Looks backwards in time, and no further than has to be.

    Asked for all stories that hold a common word, the database would fetch each of them to sort them by time.
    """

    def __init__(self, cursor: Any, wanted: Wanted) -> None:
        self.cursor, self.wanted, self.table = cursor, wanted, f"{wanted.table}_index"

    def newest(self, part: Part, most: int) -> list[int]:
        """Return the newest places; see `Look`."""
        last, first = self._ends
        if last is None:
            return []
        match, phrases = expression(self.wanted, part), self.wanted.asked.needed if part is Part.WHOLE else ()
        found: list[int] = []
        if first is not None:
            found = self._between(first, last, match, phrases, most)
            last, span = first - 1, last - first
            if FEW <= len(found) < most:
                first = max(self.wanted.first, first - int(span * (most / len(found) * ROOM - 1)))
                found += self._between(first, last, match, phrases, most - len(found))
                last = first - 1
        if len(found) < most and last >= self.wanted.first:
            found += self._between(self.wanted.first, last, match, phrases, most - len(found))
        return found

    def among(self, part: Part, found: Collection[int]) -> list[int]:
        """Return which places hold the words in a part: what is asked for as a whole is in few others."""
        loose = expression(replace(self.wanted, asked=self.wanted.asked.loosely()), part)
        match = f"{expression(self.wanted, Part.WHOLE)} & {loose}"
        there = self._between(min(found), max(found), match, (), MOST_CANDIDATES)
        return [place for place in there if place in found]

    def weigh(self, places: list[int]) -> dict[int, float]:
        """Return the weights by `ts_rank`."""
        needed = self.wanted.asked.needed
        stems = " & ".join(f"'{term.stems[0]}'" for term in needed)
        weights, values = ["ts_rank(%s, words, %s::tsquery, %s)"], [WEIGHTS, stems, BY_LENGTH]
        if heard := " | ".join(f"'{SOUND}{sound}'" for term in needed for sound in term.heard):
            weights.append("ts_rank(%s, keys, %s::tsquery, %s)")
            values += [WEIGHTS, heard, BY_LENGTH]
        self.cursor.execute(
            f"SELECT id, {' + '.join(weights)} FROM {self.table} WHERE id = ANY(%s)",  # noqa: S608 - our own names
            [*values, places],
        )
        return dict(self.cursor.fetchall())

    @cached_property
    def _ends(self) -> tuple[int | None, int | None]:
        """The newest place, and that of the first look's oldest story: None where there are no more than it sees."""
        ends = [self.wanted.first, self.wanted.last]
        self.cursor.execute(HOW_FAR.format(table=self.table), [*ends, FIRST_LOOK, *ends])
        last, first = self.cursor.fetchone()
        return last, first

    def _between(self, first: int, last: int, match: str, phrases: Iterable[Term], most: int) -> list[int]:
        """Return the newest places from `first` to `last` whose keys match and whose words follow each other."""
        stretches = _stretches(first, last)
        conditions, values = self._conditions(phrases, stretches)
        statement = NEWEST.format(table=self.table, conditions=" ".join(conditions))
        self.cursor.execute(statement, [f"{match}{stretches}", first, last, *values, most])
        return [row[0] for row in self.cursor.fetchall()]

    def _conditions(self, phrases: Iterable[Term], stretches: str) -> tuple[list[str], list[Any]]:
        """What the keys cannot say: the order of words in quotes, and which stories are looked at at all."""
        conditions: list[str] = []
        values: list[Any] = []
        for phrase in phrases:
            if phrase.is_phrase:
                conditions.append(IN_ORDER)
                values.append(_in_order(phrase))
        for phrase in self.wanted.asked.excluded:
            if phrase.is_phrase:
                conditions.append(NOT_IN_ORDER.format(table=self.table))
                values += [f"{_keys(phrase, Part.WHOLE)}{stretches}", _in_order(phrase)]
        if among := self.wanted.among:
            conditions.append(f"AND id IN ({among.places(self.wanted.table)})")
            values += among.parameters
        return conditions, values


def _stretches(first: int, last: int) -> str:
    """Return, for the end of a query, the few stretches that hold all places from `first` to `last`, if there are."""
    for bits in LEVELS:
        begin, end = first >> bits, last >> bits
        if end - begin < MOST_STRETCHES:
            found = " | ".join(f"'{STRETCH}{bits}/{number:x}'" for number in range(begin, end + 1))
            return f" & ({found})"
    return ""


def expression(wanted: Wanted, part: Part) -> str:
    """Return what the keys have to hold, as PostgreSQL writes it; `part` is where the words are looked for."""
    needed = [_keys(term, part) for term in wanted.asked.needed]
    match = " & ".join([*needed, *(f"'{MARK}{mark}'" for mark in wanted.marks)])
    if avoided := [_keys(term, Part.WHOLE) for term in wanted.asked.excluded if not term.is_phrase]:
        match += f" & !({' | '.join(avoided)})"
    return match


def _keys(term: Term, part: Part) -> str:
    if part is Part.WHOLE:
        words, sounds = [*(f"'{stem}'" for stem in term.stems), *_pairs(term.stems)], SOUND
    else:
        words, sounds = [f"'{MARK}{WORDS_OF[part]}{stem}'" for stem in term.stems], f"{MARK}{SOUNDS_OF[part]}"
    ways = [f"({' & '.join(words)})", *(f"'{sounds}{sound}'" for sound in term.heard)]
    return f"({' | '.join(ways)})"


def _pairs(stems: tuple[str, ...]) -> Iterator[str]:
    """Return the keys of words that follow each other: they leave few stories whose words have to be read."""
    for one, following in pairwise(stems):
        yield f"'{PAIR}{md5(f'{one} {following}'.encode(), usedforsecurity=False).hexdigest()[:4]}'"


def _in_order(phrase: Term) -> str:
    return " <-> ".join(f"'{stem}'" for stem in phrase.stems)


@contextmanager
def _in_time() -> Iterator[Any]:
    """Give a cursor on which nothing takes longer than `PATIENCE_MS`, and no table is read whole. Raises TooSlowError.

    The planner does not know that a vector stands apart from its row and has to be fetched and unpacked. Reading those
    of the newest stories one after the other, or of all, looks cheap to it; measured with 100,000 stories it took 130
    and 800 ms where the index of words takes 7 and 21. The sums with 0 in `NEWEST` are for the same: they keep it from
    following the primary key.
    """
    try:
        is_inside = connection.in_atomic_block
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(SET, [str(PATIENCE_MS), "off"])
            yield cursor
            if is_inside:  # else the end of the transaction ends it
                cursor.execute(SET, ["0", "on"])
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") != CANCELLED:
            raise
        raise TooSlowError from error
