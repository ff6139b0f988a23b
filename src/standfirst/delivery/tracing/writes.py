"""Which keys a statement changes: rows are compared as they were before it and as they are after it.

So it makes no difference who writes (the admin, an import, a task, SQL by hand), and writing what stands there already
changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from standfirst.delivery.tracing.declare import Declaration, any_key, declaration_of, is_left_out, table_key
from standfirst.delivery.tracing.kinds import declared_kinds
from standfirst.delivery.tracing.statements import Statement

MOST_ROWS = 500
"""Statements that touch more rows change the whole table's key."""
Row = dict[str, Any]


@dataclass(frozen=True)
class Write:
    """A statement on its way to the database. `many`: `params` is a list of parameters, one a run."""

    connection: BaseDatabaseWrapper
    sql: str
    params: Any
    many: bool
    cursor: Any
    statement: Statement

    @property
    def returns_rows(self) -> bool:
        """Whether the statement may have rows to be fetched."""
        return "RETURNING" in self.sql.upper()

    @property
    def tables(self) -> list[str]:
        """The tables that it writes and of which pages may show something."""
        written = {self.statement.table} if self.statement.table else self.statement.tables
        return sorted(table for table in written if not is_left_out(table))

    @property
    def declared(self) -> Declaration | None:
        """The declaration of its table, when the statement and its parameters can be read at all.

        While migrations run the table may lack columns that the model has.
        """
        readable = self.statement.plain and not self.many and not isinstance(self.params, Mapping)
        if not readable or is_migrating(self.connection.alias):
            return None
        declared = declaration_of(self.statement.table)
        if declared and self.statement.verb == "update" and declared.primary in self.statement.columns:
            return None  # rows could not be found again
        return declared


_migrating: set[str] = set()
"""The databases that are being migrated."""


def begin_migration(*, using: str, **_more: Any) -> None:
    """Note that tables change their form now (Django's `pre_migrate`)."""
    _migrating.add(using)


def end_migration(*, using: str, **_more: Any) -> None:
    """Note that tables have their form (Django's `post_migrate`)."""
    _migrating.discard(using)


def is_migrating(using: str) -> bool:
    """Whether migrations run on the database of this alias."""
    return using in _migrating


def run(write: Write, execute: Callable[[], Any]) -> tuple[Any, set[str]]:
    """Execute a statement that writes. Returns what it returned, and the keys that it changed."""
    declared = write.declared
    if not write.tables:
        return execute(), set()
    if declared is None:
        result = execute()
        return result, set() if _touched_nothing(write) else {table_key(table) for table in write.tables}
    if write.statement.verb == "insert":
        return execute(), _inserted(declared, write)
    columns = sorted(set(write.statement.columns) - declared.unseen)
    if write.statement.verb == "update" and not columns:
        return execute(), set()
    before = _found(declared, write, columns)
    result = execute()
    if before is None or write.cursor.rowcount > len(before):  # another transaction made rows match meanwhile
        return result, {table_key(declared.table)}
    after = _again(declared, write, columns, list(before)) if write.statement.verb == "update" else {}
    return result, _differing(declared, before, after)


def _touched_nothing(write: Write) -> bool:
    """Whether the database says so; SQLite counts the rows of RETURNING only once they are fetched."""
    countable = write.statement.plain and write.statement.verb != "insert" and not write.returns_rows
    return countable and write.cursor.rowcount == 0


def _inserted(declared: Declaration, write: Write) -> set[str]:
    """Keys of new rows. A number that the database gives is new: no page can have asked for it."""
    names, params = write.statement.columns, write.params or ()
    wanted = [index for index, name in enumerate(names) if name in declared.keyed or name == declared.kind]
    rows: list[Row] = []
    for places in write.statement.rows:
        if any(places[index] < 0 for index in wanted):
            return {table_key(declared.table)}
        values = {names[index]: params[places[index]] for index in wanted}
        if write.statement.by_column:
            rows += [dict(zip(values, row, strict=True)) for row in zip(*values.values(), strict=True)]
        else:
            rows.append(values)
    if not write.statement.rows:
        return {table_key(declared.table)}
    return {any_key(declared.table)}.union(*(_keys(declared, row) for row in rows))


def _found(declared: Declaration, write: Write, columns: Sequence[str]) -> dict[Any, Row] | None:
    """The rows that the statement is about to change, by primary key; `None` when they are too many."""
    start, end = write.statement.where
    first, last = write.statement.where_places
    condition = f" WHERE {write.sql[start:end]}" if end else ""
    params = None if write.params is None else write.params[first:last]  # None: "%" stands for itself
    rows = _rows(declared, write.connection, columns, condition, params)
    return rows if len(rows) <= MOST_ROWS else None


def _again(declared: Declaration, write: Write, columns: Sequence[str], keys: Sequence[Any]) -> dict[Any, Row]:
    """The same rows after the statement."""
    if not keys:
        return {}
    quote = write.connection.ops.quote_name
    places = ", ".join(["%s"] * len(keys))
    return _rows(declared, write.connection, columns, f" WHERE {quote(declared.primary)} IN ({places})", keys)


def _rows(
    declared: Declaration,
    connection: BaseDatabaseWrapper,
    columns: Sequence[str],
    where: str,
    params: Sequence[Any] | None,
) -> dict[Any, Row]:
    """Fetch rows past all wrappers, so that neither tests nor logs count them. PostgreSQL holds them until commit."""
    names = list(
        dict.fromkeys([declared.primary, *declared.keyed, *([declared.kind] if declared.kind else []), *columns])
    )
    quote = connection.ops.quote_name
    lock = " FOR UPDATE" if connection.vendor == "postgresql" else ""
    sql = f"SELECT {', '.join(map(quote, names))} FROM {quote(declared.table)}{where} LIMIT {MOST_ROWS + 1}{lock}"  # noqa: S608 - names from models, the condition is the statement's own
    with connection.wrap_database_errors, closing(connection.create_cursor()) as cursor:
        cursor.execute(sql, params)
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    for column in set(names) & set(declared.coarse):
        for row in rows:
            row[column] = declared.coarse[column](row[column])
    return {row[declared.primary]: row for row in rows}


def _differing(declared: Declaration, before: Mapping[Any, Row], after: Mapping[Any, Row]) -> set[str]:
    rows = [row for key, row in before.items() if row != after.get(key)]
    rows += [after[key] for key, row in before.items() if key in after and row != after[key]]
    return set().union(*(_keys(declared, row) for row in rows))


def _keys(declared: Declaration, row: Mapping[str, Any]) -> set[str]:
    """All keys of a row: its own, those of what it inherits from and of what inherits from it, and those of any row."""
    keys = declared.keys_of(row) | {any_key(declared.table)}
    primary = row.get(declared.primary)
    if primary is None:
        return keys
    for parent in declared.parents:
        keys |= parent.keys_of({parent.primary: primary})
    for child in _children(declared, row):
        keys |= child.keys_of({child.primary: primary}) | {any_key(child.table)}
    return keys


def _children(declared: Declaration, row: Mapping[str, Any]) -> Iterable[Declaration]:
    kind = row.get(declared.kind) if declared.kind else None
    return declared_kinds(kind, declared) if kind is not None else ()
