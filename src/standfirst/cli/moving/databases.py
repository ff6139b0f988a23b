"""The two databases as the move sees them: tables, rows read one by one, rows written, and the last ids given out."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from standfirst.cli.moving.kinds import Kind

BATCH = 500
Row = tuple[Any, ...]
# Takes a row as it was read, and its plain values.
Write = Callable[[Row, Row], None]


@dataclass(frozen=True)
class Column:
    """One column, and how its values stand in either database."""

    name: str
    kind: Kind


@dataclass(frozen=True)
class Table:
    """One table that both databases have, with the columns of its primary key."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]


class Database(Protocol):
    """What the copying needs of either side."""

    def plain(self, column: Column, value: Any) -> Any:
        """Return the plain form of a `value` that is not None. Raises Unfit."""

    def rows(self, table: Table) -> Iterator[Row]:
        """Give each row as the database's driver reads it, a batch at a time."""

    def writing(self, table: Table) -> Any:
        """Give, as a context, the function that writes one row."""

    def last_ids(self) -> dict[str, int]:
        """Return, for each table that gives out ids, the last one it gave (0: none yet)."""

    def set_last_ids(self, last: dict[str, int]) -> None:
        """Go on giving out ids after those in `last`."""


class SqliteDatabase:
    """An SQLite file, by Python's own driver."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        # Bytes that are no UTF-8 become something the text check finds, instead of an error without row and column.
        connection.text_factory = _decode

    def columns(self) -> dict[str, list[str]]:
        """Name the columns of every table; what a full text index keeps for itself is left out."""
        tables = self.connection.execute("SELECT name, type FROM pragma_table_list WHERE schema = 'main'").fetchall()
        names = [name for name, form in tables if form == "table" and not name.startswith("sqlite_")]
        return {
            name: [row[1] for row in self.connection.execute(f"PRAGMA table_info({_quoted(name)})")] for name in names
        }

    def plain(self, column: Column, value: Any) -> Any:
        return column.kind.from_sqlite(value)

    def rows(self, table: Table) -> Iterator[Row]:
        cursor = self.connection.cursor()
        cursor.arraysize = BATCH
        yield from cursor.execute(f"SELECT {_names(table)} FROM {_quoted(table.name)}")  # noqa: S608 - quoted names

    @contextmanager
    def writing(self, table: Table) -> Iterator[Write]:
        marks = ", ".join("?" * len(table.columns))
        statement = f"INSERT INTO {_quoted(table.name)} ({_names(table)}) VALUES ({marks})"  # noqa: S608 - the same
        forms = [_raw if column.kind.written_as_read else column.kind.to_sqlite for column in table.columns]
        batch: list[list[Any]] = []

        def write(read: Row, plain: Row) -> None:
            batch.append(
                [
                    None if value is None else (raw if form is _raw else form(value))
                    for form, raw, value in zip(forms, read, plain, strict=True)
                ]
            )
            if len(batch) == BATCH:
                self.connection.executemany(statement, batch)
                batch.clear()

        yield write
        self.connection.executemany(statement, batch)

    def last_ids(self) -> dict[str, int]:
        return dict(self.connection.execute("SELECT name, seq FROM sqlite_sequence"))

    def set_last_ids(self, last: dict[str, int]) -> None:
        self.connection.execute("DELETE FROM sqlite_sequence")
        self.connection.executemany("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", last.items())

    def dangling(self) -> Iterator[tuple[str, int, str]]:
        """Give table, row and other table of every reference that leads nowhere."""
        for table, row, other, _number in self.connection.execute("PRAGMA foreign_key_check"):
            yield table, row, other


def _decode(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _raw(value: Any) -> Any:
    return value


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _names(table: Table) -> str:
    return ", ".join(_quoted(column.name) for column in table.columns)


class PostgresqlDatabase:
    """One schema of a PostgreSQL database, by a connection of Django's."""

    def __init__(self, connection: Any, schema: str) -> None:
        self.connection = connection
        self.schema = schema

    def execute(self, statement: str, parameters: Iterable[Any] = ()) -> list[Row]:
        """Run one statement and return its rows."""
        with self.connection.cursor() as cursor:
            cursor.execute(statement, list(parameters))
            return cursor.fetchall() if cursor.description else []

    def columns(self) -> dict[str, dict[str, str]]:
        """Give the columns of every table with their types as `format_type` writes them."""
        found: dict[str, dict[str, str]] = {}
        for table, column, declared in self.execute(
            "SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod) FROM pg_class c "
            "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped "
            "WHERE c.relnamespace = %s::regnamespace AND c.relkind = 'r' ORDER BY c.relname, a.attnum",
            [self.schema],
        ):
            found.setdefault(table, {})[column] = declared
        return found

    def keys(self) -> dict[str, tuple[str, ...]]:
        """Give the columns of every table's primary key."""
        rows = self.execute(
            "SELECT conrelid::regclass::text, (SELECT array_agg(attname::text ORDER BY attnum) FROM pg_attribute "
            "WHERE attrelid = conrelid AND attnum = ANY (conkey)), relname FROM pg_constraint "
            "JOIN pg_class ON pg_class.oid = conrelid WHERE connamespace = %s::regnamespace AND contype = 'p'",
            [self.schema],
        )
        return {table: tuple(columns) for _shown, columns, table in rows}

    def plain(self, column: Column, value: Any) -> Any:
        return column.kind.from_postgresql(value)

    def rows(self, table: Table) -> Iterator[Row]:
        with self.connection.chunked_cursor() as cursor:
            cursor.execute(f"SELECT {_names(table)} FROM {self._place(table.name)}")  # noqa: S608 - quoted names
            while batch := cursor.fetchmany(BATCH):
                yield from batch

    @contextmanager
    def writing(self, table: Table) -> Iterator[Write]:
        kept = [column.kind.written_as_read for column in table.columns]
        statement = f"COPY {self._place(table.name)} ({_names(table)}) FROM STDIN"
        with (
            self.connection.wrap_database_errors,
            self.connection.cursor() as cursor,
            cursor.copy(statement) as copy,
        ):

            def write(read: Row, plain: Row) -> None:
                copy.write_row([raw if keep else value for keep, raw, value in zip(kept, read, plain, strict=True)])

            yield write

    def last_ids(self) -> dict[str, int]:
        return {
            table: self.execute(f"SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {sequence}")[0][0]  # noqa: S608
            for table, sequence in self._sequences()
        }

    def set_last_ids(self, last: dict[str, int]) -> None:
        for table, sequence in self._sequences():
            highest = last.get(table, 0)
            self.execute("SELECT setval(%s, %s, %s)", [sequence, max(highest, 1), highest > 0])

    def _sequences(self) -> list[Row]:
        """Give each table with the quoted name of the sequence its ids come from."""
        return self.execute(
            "SELECT t.relname, s.oid::regclass::text FROM pg_class s JOIN pg_depend d ON d.objid = s.oid "
            "AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i') JOIN pg_class t ON t.oid = d.refobjid "
            "WHERE s.relkind = 'S' AND s.relnamespace = %s::regnamespace",
            [self.schema],
        )

    def _place(self, name: str) -> str:
        return f"{_quoted(self.schema)}.{_quoted(name)}"
