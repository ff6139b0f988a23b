"""What a SQL statement reads or writes: its tables, how they are joined, and what its rows must equal.

The reader of a statement understands what Django's compiler writes and what people write by hand in the same simple
forms. Everything else keeps its tables and loses the rest (`plain` is then false), so that it depends on them whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from standfirst.delivery.tracing.conditions import Column, Conditions, columns_in, read_conditions
from standfirst.delivery.tracing.tokens import Token, depth_of, split, tokens_of, without_brackets

_TABLE_FOLLOWS = {"FROM", "JOIN", "INTO", "UPDATE", "TABLE", "ONLY", "TRUNCATE"}
_ENDS_TABLES = {"WHERE", "GROUP", "ORDER", "HAVING", "LIMIT", "SET", "VALUES", "SELECT", "RETURNING", "WINDOW", "UNION"}
_OR_WHAT = {"OR", "IGNORE", "REPLACE", "ABORT", "FAIL", "ROLLBACK"}
"""What SQLite puts between UPDATE and the table."""
_NO_TABLE = _ENDS_TABLES | _OR_WHAT | {"ONLY", "TABLE", "LATERAL"}
_COMPLEX = {"UNION", "INTERSECT", "EXCEPT"}
_UNUSUAL_JOINS = {"RIGHT", "FULL", "NATURAL", "USING", "LATERAL", "CROSS"}
_CLAUSES = ("FROM", "WHERE", "GROUP", "HAVING", "ORDER", "WINDOW", "LIMIT", "OFFSET", "FOR")
_JOIN_WORDS = {"INNER", "LEFT", "OUTER", "JOIN", "ON", "AS"}
_CLOCK = {"CURRENT_TIMESTAMP", "CURRENT_DATE", "CURRENT_TIME", "NOW", "STATEMENT_TIMESTAMP", "CLOCK_TIMESTAMP"}
_CLOCK |= {"LOCALTIMESTAMP", "RANDOM", "RAND"}
_WRITES = {"INSERT", "REPLACE", "UPDATE", "DELETE", "TRUNCATE", "MERGE", "COPY"}


@dataclass(frozen=True, slots=True)
class Source:
    """One table of the outermost FROM under its alias; `optional` when it is joined by LEFT JOIN."""

    alias: str
    table: str
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Statement:
    """What is known of a statement. `verb` is one of select, insert, update, delete, or empty (nothing of ours)."""

    verb: str
    table: str = ""
    """The table that is written."""
    tables: frozenset[str] = frozenset()
    """Every table it names, in subqueries, too."""
    plain: bool = False
    """Whether the rest was understood."""
    sources: tuple[Source, ...] = ()
    nested: frozenset[str] = frozenset()
    """Tables of subqueries."""
    conditions: Conditions = field(default_factory=Conditions)
    selected: frozenset[Column] = frozenset()
    used: frozenset[Column] = frozenset()
    """Columns that decide which rows are found, and in which order."""
    columns: tuple[str, ...] = ()
    """Columns that are written."""
    rows: tuple[tuple[int, ...], ...] = ()
    """For INSERT: the placeholder of each value, row by row; -1 where the value is no placeholder."""
    by_column: bool = False
    """For INSERT: whether each placeholder stands for a whole column (PostgreSQL's UNNEST)."""
    where: tuple[int, int] = (0, 0)
    """For UPDATE and DELETE: where the condition stands in the text, and …"""
    where_places: tuple[int, int] = (0, 0)
    """… which placeholders are in it."""
    asks_clock: bool = False


@lru_cache(maxsize=4096)
def statement_of(sql: str) -> Statement:
    """Return what `sql` reads or writes."""
    tokens = tokens_of(sql)
    while tokens and tokens[-1].value == ";":
        tokens.pop()
    verb = tokens[0].key if tokens else ""
    if any(token.key == ";" for token in tokens) and any(token.key in _WRITES for token in tokens):
        return _other_write(tokens)  # several statements in one text
    if verb in ("(", "WITH", "VALUES", "SELECT", "TABLE"):
        written = next((token.key for token in tokens if token.key in _WRITES and verb == "WITH"), "")
        return _other_write(tokens) if written else _select(tokens)
    if verb == "INSERT":
        ignoring = len(tokens) > 2 and tokens[1].key == "OR" and tokens[2].key == "IGNORE"
        return _insert([tokens[0], *tokens[3:]] if ignoring else tokens)
    if verb in ("UPDATE", "DELETE"):
        return _change(tokens, verb.lower())
    return _other_write(tokens) if verb in _WRITES else Statement("")


def named_tables(tokens: Sequence[Token]) -> frozenset[str]:
    """Return the names that stand where a table's name stands."""
    tables: set[str] = set()
    listing: set[int] = set()  # the depths at which a comma is followed by a further table
    expected = False
    for index, token in enumerate(tokens):
        if expected and token.is_name and token.key not in _NO_TABLE:
            schema = index + 2 < len(tokens) and tokens[index + 1].value == "."
            tables.add(tokens[index + 2].value if schema else token.value)
            expected = False
            continue
        if token.key in _TABLE_FOLLOWS:
            expected = True
            listing.add(token.depth)
        elif token.key in _ENDS_TABLES:
            expected = False
            listing.discard(token.depth)
        elif expected and token.key in _OR_WHAT:
            continue
        elif token.value == ",":
            expected = token.depth in listing
        elif token.value == "(" and expected:
            listing.add(token.depth + 1)
        elif token.value != "(":
            expected = False
    return frozenset(tables)


def _asks_clock(tokens: Sequence[Token]) -> bool:
    return any(token.key in _CLOCK for token in tokens)


def _other_write(tokens: Sequence[Token]) -> Statement:
    """A statement that writes in a way nobody reads here: each of its tables counts as written."""
    return Statement("update", tables=named_tables(tokens))


def _select(tokens: Sequence[Token]) -> Statement:
    tables, clock = named_tables(tokens), _asks_clock(tokens)
    tokens = _innermost(without_brackets(tokens))
    depth = depth_of(tokens)
    outer = [token for token in tokens if token.depth == depth]
    whole = Statement("select", tables=tables, nested=tables, asks_clock=clock)
    if not outer or outer[0].key != "SELECT" or any(token.key in _COMPLEX | _UNUSUAL_JOINS for token in outer):
        return whole
    clauses = _clauses(tokens)
    joined = _joins(clauses.get("FROM", ()))
    if joined is None:
        return whole
    sources, conditions = joined
    filters = read_conditions(clauses.get("WHERE", ()))
    rest = [token for name in ("GROUP", "HAVING", "ORDER", "WINDOW") for token in clauses.get(name, ())]
    if any(token.key == "OVER" for token in clauses["SELECT"]):
        rest += clauses["SELECT"]
    everything = conditions.joined_by(filters)
    top = {source.table for source in sources}
    nested = named_tables([token for token in tokens if token.depth > depth])
    return Statement(
        "select",
        tables=tables,
        plain=True,
        sources=sources,
        nested=(tables - top) | nested,
        conditions=everything,
        selected=columns_in(clauses["SELECT"]),
        used=everything.used | columns_in(rest),
        asks_clock=clock,
    )


def _innermost(tokens: Sequence[Token]) -> Sequence[Token]:
    """`SELECT COUNT(*) FROM (SELECT …) subquery`: what decides is the inner statement."""
    while True:
        parts = split(tokens, "FROM")
        if len(parts) != 2 or not parts[1] or parts[1][0].value != "(":
            return tokens
        depth = depth_of(tokens)
        closing = next(index for index, token in enumerate(parts[1]) if token.value == ")" and token.depth == depth)
        inner, behind = parts[1][1:closing], parts[1][closing + 1 :]
        if not inner or inner[0].key != "SELECT" or len(behind) > 2:
            return tokens
        if any(token.key in {"SELECT"} for token in parts[0][1:]):
            return tokens
        tokens = inner


def _clauses(tokens: Sequence[Token]) -> dict[str, Sequence[Token]]:
    """Cut a SELECT into its clauses by their first word."""
    found: dict[str, Sequence[Token]] = {}
    depth, name, start = depth_of(tokens), "SELECT", 1
    for index, token in enumerate(tokens):
        if token.depth == depth and token.key in _CLAUSES and not (name == "SELECT" and token.key != "FROM"):
            found[name] = tokens[start:index]
            name, start = token.key, index + 1
    found[name] = tokens[start:]
    return found


def _joins(tokens: Sequence[Token]) -> tuple[tuple[Source, ...], Conditions] | None:
    """Read a FROM clause; `None` when it holds anything but tables joined by INNER and LEFT JOIN."""
    sources: list[Source] = []
    conditions = Conditions()
    for part, is_joined, optional in _joined(tokens):
        halves = split(part, "ON")
        named = [token for token in halves[0] if token.key not in _JOIN_WORDS]
        if not named or len(named) > 2 or not all(token.is_name for token in named) or len(halves) != 1 + is_joined:
            return None
        source = Source(named[-1].value, named[0].value, optional)
        sources.append(source)
        if is_joined:
            found = read_conditions(_without_closing_words(halves[1]))
            conditions = conditions.joined_by(found.of_join(source.alias, optional=optional))
    return tuple(sources), conditions


def _joined(tokens: Sequence[Token]) -> Iterator[tuple[Sequence[Token], bool, bool]]:
    """Each table of a FROM clause with what belongs to it: whether JOIN, and whether LEFT JOIN, stands before it."""
    for listed in split(tokens, ","):
        optional = False
        for index, part in enumerate(split(listed, "JOIN")):
            yield part, index > 0, optional
            optional = any(token.key == "LEFT" for token in part[-2:])


def _without_closing_words(tokens: Sequence[Token]) -> Sequence[Token]:
    """Take away the INNER or LEFT OUTER of the join that follows."""
    while tokens and tokens[-1].key in {"INNER", "LEFT", "OUTER"}:
        tokens = tokens[:-1]
    return tokens


def _insert(tokens: Sequence[Token]) -> Statement:
    """`INSERT INTO t (columns) VALUES (…), (…)`, or Django's UNNEST of whole columns."""
    tables = named_tables(tokens)
    words = {token.key for token in tokens if token.depth == 0}
    outer = [index for index, token in enumerate(tokens) if token.value == "(" and token.depth == 0]
    table = tokens[2].value if len(tokens) > 3 and tokens[1].key == "INTO" else ""
    if not table or not outer or outer[0] != 3 or ("CONFLICT" in words and "UPDATE" in words):
        return _other_write(tokens)
    closing = next(index for index, token in enumerate(tokens) if token.value == ")" and token.depth == 0)
    columns = tuple(token.value for token in tokens[4:closing] if token.is_name)
    body = tokens[closing + 1 :]
    if body and body[0].key == "VALUES":
        rows = tuple(_values(row) for row in _bracketed(body))
        if all(len(row) == len(columns) for row in rows):
            return Statement("insert", table, tables, True, columns=columns, rows=rows)
    if len(body) > 3 and body[0].key == "SELECT" and body[3].key == "UNNEST":
        places = tuple(token.place for token in body if token.kind == "place")
        if len(places) == len(columns):
            return Statement("insert", table, frozenset({table}), True, columns=columns, rows=(places,), by_column=True)
    return Statement("insert", table, tables)


def _bracketed(tokens: Sequence[Token]) -> list[Sequence[Token]]:
    """What stands in the brackets after VALUES."""
    found, start = [], None
    for index, token in enumerate(tokens):
        if token.depth == 0 and token.key in {"RETURNING", "ON"}:
            break
        if token.depth == 0 and token.value == "(":
            start = index + 1
        elif token.depth == 0 and token.value == ")" and start is not None:
            found.append(tokens[start:index])
    return found


def _values(row: Sequence[Token]) -> tuple[int, ...]:
    return tuple(value[0].place if len(value) == 1 else -1 for value in split(row, ","))


def _change(tokens: Sequence[Token], verb: str) -> Statement:
    """`UPDATE t SET … WHERE …` or `DELETE FROM t WHERE …`."""
    tables = named_tables(tokens)
    target = 1 if verb == "update" else 2
    table = tokens[target].value if len(tokens) > target and tokens[target].is_name else ""
    following = tokens[target + 1].key if len(tokens) > target + 1 else ""
    usual = {"SET"} if verb == "update" else {"", "WHERE"}
    outer = {token.key for token in tokens[target + 1 :] if token.depth == 0}
    if not table or following not in usual or outer & {"FROM", "USING", "ORDER", "LIMIT"}:
        return Statement(verb, table if following in usual else "", tables)
    before, *after = split(tokens[target + 1 :], "WHERE")
    columns = _set_columns(before[1:]) if verb == "update" else ()
    condition = split(after[0], "RETURNING")[0] if after else ()
    places = [token.place for token in condition if token.kind == "place"]
    where = (condition[0].start, condition[-1].end) if condition else (0, 0)
    known = (places[0], places[-1] + 1) if places else (0, 0)
    return Statement(verb, table, tables, True, columns=columns, where=where, where_places=known)


def _set_columns(tokens: Sequence[Token]) -> tuple[str, ...]:
    named = [[token for token in part if token.is_name] for part in split(tokens, ",")]
    return tuple(part[0].value if part else "" for part in named)
