"""SQLite as the old or the new database of a move."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from standfirst.cli.archive.database import check_sqlite
from standfirst.cli.errors import Refusal
from standfirst.cli.moving.copying import MOST_FAULTS
from standfirst.cli.moving.databases import SqliteDatabase

PATIENCE = 20.0


@contextmanager
def sqlite_source(file: Path) -> Iterator[SqliteDatabase]:
    """Read a newsroom's SQLite file, and let nobody write to it meanwhile; nothing is written to it.

    Raises Refusal when it is damaged, or somebody is writing and does not come to an end.
    """
    connection = sqlite3.connect(f"{file.resolve().as_uri()}?mode=rw", uri=True, timeout=PATIENCE, isolation_level=None)
    try:
        check_sqlite(connection, file)
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("PRAGMA query_only = ON")
        database = SqliteDatabase(connection)
        _refuse_dangling(database)
        yield database
    except sqlite3.OperationalError as error:
        if "locked" not in str(error):
            raise
        raise Refusal("something writes to the newsroom's database (an import, a shell); end that first.") from error
    finally:
        connection.close()


def _refuse_dangling(database: SqliteDatabase) -> None:
    """Raise Refusal when a row names another one that is not there, which PostgreSQL does not take."""
    found = list(database.dangling())
    if found:
        listed = "\n".join(f"{table}, row {row}: its {other} is missing" for table, row, other in found[:MOST_FAULTS])
        raise Refusal(
            f"{len(found)} rows name another row that is not there; remove or correct them with `standfirst manage "
            f"dbshell`, and run the same command again.\n{listed}"
        )


class SqliteTarget:
    """A new SQLite file beside its later place. Django's default connection leads to it."""

    def __init__(self, home: Path, connection: Any) -> None:
        self.connection = connection
        self.partial = partial_file(home)
        self.place = home / "db.sqlite3"

    @contextmanager
    def opened(self) -> Iterator[None]:
        """Make the file; take it away again unless the move came to its end."""
        self._remove()
        os.close(os.open(self.partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        try:
            yield
        finally:
            self._close()
            self._remove()

    def _close(self) -> None:
        """Close the file; the last connection to it also takes the log away that SQLite keeps beside it."""
        self.connection.close()
        self.database.connection.close()

    @cached_property
    def database(self) -> SqliteDatabase:
        """The file by a connection of its own: Django's turns what it reads into values of its models."""
        connection = sqlite3.connect(f"{self.partial.as_uri()}?mode=rw", uri=True, isolation_level=None)
        return SqliteDatabase(connection)

    @contextmanager
    def filling(self) -> Iterator[None]:
        """Empty the tables, write in one transaction, and check the references before its end."""
        self.connection.close()
        database = self.database
        database.connection.execute("BEGIN IMMEDIATE")
        for name in database.columns():
            database.connection.execute(f'DELETE FROM "{name}"')  # noqa: S608 - named by the database
        yield
        _refuse_dangling(database)
        database.connection.execute("COMMIT")

    def publish(self) -> None:
        """Move the file to its place; one that stands there is kept under another name."""
        self._close()
        if self.place.exists():
            kept = f"{self.place.name}.before-{datetime.now(UTC):%Y%m%d-%H%M%SZ}"
            for ending in ("", "-wal", "-shm"):
                old = self.place.with_name(self.place.name + ending)
                if old.exists():
                    old.rename(old.with_name(kept + ending))
        self.partial.rename(self.place)

    def finish(self) -> None:
        """Nothing is left to do."""

    def _remove(self) -> None:
        for ending in ("", "-wal", "-shm", "-journal"):
            self.partial.with_name(self.partial.name + ending).unlink(missing_ok=True)


def partial_file(home: Path) -> Path:
    """Return where the new SQLite file is made."""
    return home / ".db.sqlite3.moving"
