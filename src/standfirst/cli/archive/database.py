"""The database in an archive: copied while the site runs, checked, and put back."""

from __future__ import annotations

import gzip
import os
import shutil
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

from standfirst.cli.errors import Refusal
from standfirst.config.addresses import DATABASE_PARAMETERS

CHUNK = 1024 * 1024


def copy_sqlite(source: Path, target: Path) -> int:
    """Copy the live database by SQLite's online backup, check the copy, gzip it to `target`; return its plain size.

    See https://www.sqlite.org/backup.html: one step over all pages reads one consistent state and holds up no writer.
    Raises Refusal when the copy is not sound.
    """
    plain = target.with_suffix(".plain")
    try:
        live = sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True, timeout=60)
        copy = sqlite3.connect(plain)
        try:
            live.backup(copy)
            check_sqlite(copy, source)
        finally:
            live.close()
            copy.close()
        with plain.open("rb") as reader, gzip.GzipFile(target, "wb", compresslevel=6, mtime=0) as writer:
            shutil.copyfileobj(reader, writer, CHUNK)
        return plain.stat().st_size
    except sqlite3.Error as error:
        raise Refusal(f"the database {source} cannot be copied ({error}); see `standfirst doctor`.") from error
    finally:
        plain.unlink(missing_ok=True)


def check_sqlite(connection: sqlite3.Connection, name: Path) -> None:
    """Raise Refusal unless SQLite finds the database sound."""
    result = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if result != "ok":
        raise Refusal(f"the database {name} is damaged ({result}); restore a backup made before.")


def unpack_sqlite(source: Path, target: Path, size: int) -> None:
    """Decompress `source` to `target`, which must come to exactly `size` bytes, and check it."""
    left = size + 1
    try:
        with gzip.open(source) as reader, target.open("xb") as writer:
            os.fchmod(writer.fileno(), 0o600)
            while left > 0 and (chunk := reader.read(min(CHUNK, left))):
                writer.write(chunk)
                left -= len(chunk)
        if left != 1:
            raise Refusal("the archive's database is not as long as its manifest says; take another backup.")
        connection = sqlite3.connect(f"{target.resolve().as_uri()}?mode=rw", uri=True)
        try:
            check_sqlite(connection, target)
        finally:
            connection.close()
    except (OSError, EOFError, sqlite3.Error) as error:
        raise Refusal(f"the archive's database cannot be read ({error}); take another backup.") from error


def dump_postgresql(target: Path) -> int:
    """Write the PostgreSQL database to `target` by pg_dump (its custom form, one snapshot); return the size."""
    _run(["pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}", _connection()])
    return target.stat().st_size


def load_postgresql(source: Path) -> None:
    """Put a dump back in one transaction, in place of what the database holds."""
    _run(
        [
            "pg_restore",
            "--clean",
            "--if-exists",
            "--no-owner",
            "--no-privileges",
            "--single-transaction",
            "--exit-on-error",
            _connection(),
            str(source),
        ]
    )


def has_tables() -> bool:
    """Whether the configured database holds anything. Raises Refusal when it cannot be reached."""
    from django.db import DatabaseError, connection

    try:
        with connection.cursor() as cursor:
            return bool(connection.introspection.table_names(cursor))
    except DatabaseError as error:
        raise Refusal(f"the database cannot be reached ({str(error).strip()}); check database_url.") from error
    finally:
        connection.close()


def _settings() -> dict[str, Any]:
    from django.conf import settings

    return dict(settings.DATABASES["default"])


def _connection() -> str:
    """Where the database is and how it is reached, as an option of PostgreSQL's programs; without the password."""
    from psycopg.conninfo import make_conninfo

    values = _settings()
    keys = {"host": "HOST", "port": "PORT", "user": "USER", "dbname": "NAME"}
    place = {name: values[key] for name, key in keys.items() if values[key]}
    parameters = {name: value for name, value in values["OPTIONS"].items() if name in DATABASE_PARAMETERS}
    return f"--dbname={make_conninfo(**place, **parameters)}"


def _run(command: list[str]) -> None:
    program = shutil.which(command[0])
    if program is None:
        raise Refusal(f"{command[0]} is not installed; on Debian and Ubuntu: apt install postgresql-client.")
    # The password goes through the environment, where other users of the machine do not see it.
    password = _settings()["PASSWORD"]
    environment = {**os.environ, **({"PGPASSWORD": str(password)} if password else {})}
    done = subprocess.run(  # noqa: S603 - no shell, and our own arguments
        [program, *command[1:]], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [f"status {done.returncode}"])[-1]
        raise Refusal(f"{command[0]} failed: {last}")
