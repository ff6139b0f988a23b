"""Copying every row, and proving that it arrived."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from standfirst.cli.errors import Refusal
from standfirst.cli.moving.databases import Database, Row, Table
from standfirst.cli.moving.kinds import Unfit

MOST_FAULTS = 20
MODULUS = 2**128
TOLD_EVERY = 50_000
# Is told, for a large table, how many of its rows are done.
Progress = Callable[[Table, int], None]


@dataclass
class Sum:
    """How many rows a table has, and a checksum that does not depend on their order.

    Each row's plain values (see `kinds`) are written as Python writes them and hashed with BLAKE2b to 128 bits; the sum
    of all hashes is the table's. Databases sort text by rules of their own, so the order of rows proves nothing.
    """

    rows: int = 0
    total: int = 0

    def add(self, plain: Row) -> None:
        """Count one row."""
        digest = hashlib.blake2b(repr(plain).encode(), digest_size=16).digest()
        self.rows += 1
        self.total = (self.total + int.from_bytes(digest)) % MODULUS


@dataclass
class Faults:
    """Values that the other database cannot hold: the first of them in words, and how many there are."""

    count: int = 0
    shown: list[str] = field(default_factory=list)

    def add(self, table: Table, row: Row, column: str, error: Unfit) -> None:
        """Note one value by its table, row and column."""
        self.count += 1
        if len(self.shown) < MOST_FAULTS:
            names = [each.name for each in table.columns]
            key = ", ".join(f"{name} {row[names.index(name)]}" for name in table.key)
            self.shown.append(f"{table.name}, {key}, {column}: the value {error}")


def copy_tables(tables: list[Table], source: Database, target: Database, progress: Progress) -> dict[str, Sum]:
    """Copy all rows of `tables`, a batch at a time, and return what was read.

    Raises Refusal, after the last row, when there are values that `target` cannot hold: all of them are told at once.
    """
    faults, sums = Faults(), {}
    for table in tables:
        sums[table.name] = _copy_table(table, _counted(table, source, progress), source, target, faults)
    if faults.count:
        more = f"\n… and {faults.count - len(faults.shown)} more" if faults.count > len(faults.shown) else ""
        listed = "\n".join(faults.shown)
        raise Refusal(
            f"{faults.count} values cannot be moved; correct them in the desk, or with `standfirst manage shell`, and "
            f"run the same command again.\n{listed}{more}"
        )
    return sums


def _counted(table: Table, database: Database, progress: Progress) -> Iterator[Row]:
    for number, row in enumerate(database.rows(table), 1):
        yield row
        if number % TOLD_EVERY == 0:
            progress(table, number)


def _copy_table(table: Table, rows: Iterator[Row], source: Database, target: Database, faults: Faults) -> Sum:
    result = Sum()
    with target.writing(table) as write:
        for row in rows:
            plain = _plain(table, row, source, faults)
            if plain is not None:
                result.add(plain)
                write(row, plain)
    return result


def _plain(table: Table, row: Row, source: Database, faults: Faults) -> Row | None:
    """Return the row's plain values, or None and a fault noted for each value that is unfit."""
    plain: list[Any] = []
    for column, value in zip(table.columns, row, strict=True):
        try:
            plain.append(None if value is None else source.plain(column, value))
        except Unfit as error:
            faults.add(table, row, column.name, error)
    return tuple(plain) if len(plain) == len(row) else None


def verify(tables: list[Table], target: Database, wanted: dict[str, Sum], progress: Progress) -> None:
    """Read everything back. Raises Refusal when a table's rows are not those that were read in the old database."""
    for table in tables:
        found = Sum()
        for row in _counted(table, target, progress):
            values = zip(table.columns, row, strict=True)
            found.add(tuple(None if value is None else target.plain(column, value) for column, value in values))
        if found != wanted[table.name]:
            raise Refusal(
                f"the table {table.name} did not arrive as it was ({wanted[table.name].rows} rows were read, "
                f"{found.rows} arrived); nothing was changed. Please report it."
            )
