"""Bring a newsroom from SQLite to PostgreSQL with all its rows, or back again with --to sqlite.

Stop the site first. Everything is copied, counted and compared by checksums; only then standfirst.toml names the new
database. The old one stays as it was. However it is interrupted, the newsroom stays where it is, and the same command
starts anew.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager
from urllib.parse import urlsplit

from standfirst.cli.errors import Refusal
from standfirst.cli.home import Home, find, start_django
from standfirst.cli.moving.configuration import replace_text, with_database_url
from standfirst.cli.moving.copying import copy_tables, verify
from standfirst.cli.moving.databases import PostgresqlDatabase, SqliteDatabase, Table
from standfirst.cli.moving.postgresql import MARK_FILE, PostgresqlTarget, postgresql_source
from standfirst.cli.moving.searching import build_search_index
from standfirst.cli.moving.sqlite import SqliteTarget, partial_file, sqlite_source
from standfirst.cli.moving.tables import BUILT_ANEW, Plan, plan
from standfirst.cli.program import add_home
from standfirst.cli.readiness import migrate, refuse_unapplied
from standfirst.cli.serving.start import hold_home
from standfirst.config.addresses import checked_database_url, database_settings, sqlite_settings
from standfirst.config.options import CONFIG_FILE

VARIABLE = "STANDFIRST_DATABASE_URL"
SOURCE = "source"
Target = PostgresqlTarget | SqliteTarget
Source = PostgresqlDatabase | SqliteDatabase


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `standfirst move-database`."""
    add_home(parser)
    parser.add_argument(
        "--to",
        required=True,
        metavar="URL",
        help="an empty database, postgresql://user:password@host:5432/name, or the word sqlite",
    )


def run(options: argparse.Namespace) -> int:
    """Check everything that can be checked, then copy, verify and switch over."""
    home = find(options.home)
    url = _checked(home, options.to)
    file = home.path / CONFIG_FILE
    configuration = with_database_url(file.read_text(encoding="utf-8"), url)
    with hold_home(home.path):
        _connect(home, url)
        target = _target(home, url, lambda: file.read_text(encoding="utf-8") == configuration)
        try:
            with target.opened():
                moved = _move(home, target)
                target.publish()
                replace_text(file, configuration)
                _report(home, url, moved)
                target.finish()
        except _database_errors() as error:
            raise Refusal(f"the database failed, and nothing was changed: {str(error).strip()}") from error
    return 0


def _checked(home: Home, to: str) -> str:
    """Return the new `database_url`. Raises Refusal when it cannot be moved to."""
    if os.environ.get(VARIABLE):
        raise Refusal(f"{VARIABLE} is set and would go over the configuration; unset it and write database_url there.")
    if to == "sqlite":
        if home.uses_sqlite:
            raise Refusal("the newsroom is on SQLite already.")
        # What it says is about a move to PostgreSQL that is over.
        (home.path / MARK_FILE).unlink(missing_ok=True)
        return ""
    try:
        url = checked_database_url(to)
    except ValueError as error:
        raise Refusal(f"--to cannot be its value: {error}.") from error
    if not url:
        raise Refusal("--to is empty; write postgresql://user:password@host:5432/name, or sqlite.")
    if not home.uses_sqlite:
        raise Refusal(
            "the newsroom is on PostgreSQL already; make a backup, and restore it with STANDFIRST_DATABASE_URL "
            "naming the other server."
        )
    return url


def _connect(home: Home, url: str) -> None:
    """Load Django with the new database as its default and the old one as `source`.

    Search keeps a different table in either database, and Django decides at its start which one that is. Django's own
    engines are used: a copy is no change that a page has to show.
    """
    from django.db import connections

    os.environ[VARIABLE] = url
    start_django(home)
    target = database_settings(url, home.path) if url else sqlite_settings(partial_file(home.path))
    databases = {"default": target, SOURCE: database_settings(home.options.database_url, home.path)}
    for each in databases.values():
        each["ENGINE"] = f"django.db.backends.{each['ENGINE'].rpartition('.')[2]}"
    settings = connections.configure_settings(databases)
    del connections["default"]
    connections.settings.update(settings)


def _target(home: Home, url: str, is_switched: Callable[[], bool]) -> Target:
    """Return the new database, reached. Raises Refusal when it cannot be."""
    from django.db import DatabaseError, connections

    connection = connections["default"]
    if not url:
        return SqliteTarget(home.path, connection)
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        raise Refusal(f"the database cannot be reached or used ({str(error).strip()}); check --to.") from error
    return PostgresqlTarget(home.path, connection, is_switched)


def _database_errors() -> tuple[type[Exception], ...]:
    from django.db import Error

    return (Error, sqlite3.Error)


def _source(home: Home) -> AbstractContextManager[Source]:
    from django.db import connections

    return sqlite_source(home.database) if home.uses_sqlite else postgresql_source(connections[SOURCE])


def _move(home: Home, target: Target) -> tuple[Plan, int]:
    """Make the tables, copy, verify, and build the search indexes; return what was moved and how many rows."""
    from standfirst.discovery.search.rebuilding import fill_indexes

    refuse_unapplied(home.path, SOURCE)
    with _source(home) as source:
        _say("Making the tables")
        migrate()
        moved = _plan(source, target.database)
        _say(f"Copying {len(moved.tables)} tables")
        with target.filling():
            sums = copy_tables(moved.tables, source, target.database, _progress)
            target.database.set_last_ids(source.last_ids())
        _say("Verifying")
        verify(moved.tables, target.database, sums, _progress)
    _say("Building the search indexes")
    build_search_index(_indexed)
    fill_indexes()
    return moved, sum(each.rows for each in sums.values())


def _plan(source: Source, target: Source) -> Plan:
    if isinstance(source, SqliteDatabase) and isinstance(target, PostgresqlDatabase):
        return plan(source, target, from_sqlite=True)
    assert isinstance(source, PostgresqlDatabase)  # noqa: S101 - the only other pair
    assert isinstance(target, SqliteDatabase)  # noqa: S101
    return plan(target, source, from_sqlite=False)


def _say(what: str) -> None:
    print(f"{what} …", flush=True)


def _progress(table: Table, rows: int) -> None:
    print(f"  {table.name}: {rows:,} rows", flush=True)


def _indexed(what: str, done: int, total: int) -> None:
    print(f"  {what}: {done:,} of {total:,}", flush=True)


def _report(home: Home, url: str, result: tuple[Plan, int]) -> None:
    moved, rows = result
    print(f"Moved {rows} rows of {len(moved.tables)} tables; counts and checksums are the same on both sides.")
    if left_out := [name for name in moved.left_out if name not in BUILT_ANEW]:
        print(f"Left out, because this version knows no such table: {', '.join(left_out)}")
    old = home.database if home.uses_sqlite else "the PostgreSQL database"
    print(f"{home.path / CONFIG_FILE} names {_shown(url)} now; {old} stays as it was.")
    print(f"Next:  standfirst serve --home {home.path}")


def _shown(url: str) -> str:
    """Return the address without its password."""
    parts = urlsplit(url)
    return f"postgresql://{parts.hostname or ''}{parts.path}" if url else "SQLite in the home folder"
