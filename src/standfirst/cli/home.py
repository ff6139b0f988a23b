"""A newsroom's home folder: found, checked, and put under Django."""

from __future__ import annotations

import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from standfirst.cli.errors import Refusal
from standfirst.config.options import CONFIG_FILE, SECRET_FILE, Options, OptionsError, load

DATABASE_FILE = "db.sqlite3"
PAGE_STORE_FOLDER = "pages.lmdb"
UNFINISHED_FILE = "unfinished"


@dataclass(frozen=True)
class Home:
    """A home folder that was found and checked, with its options."""

    path: Path
    options: Options

    @property
    def database(self) -> Path:
        """The SQLite file; it exists unless the newsroom is on PostgreSQL."""
        return self.path / DATABASE_FILE

    @property
    def page_store(self) -> Path:
        """The folder of rendered pages; it may be missing, and is never part of a backup."""
        return self.path / PAGE_STORE_FOLDER

    @property
    def uses_sqlite(self) -> bool:
        """Whether the newsroom's database is the file in its home folder."""
        return not self.options.database_url


def required(path: Path | None) -> Path:
    """Return the absolute home folder that was named. Raises Refusal when none was."""
    if path is None:
        raise Refusal("no home folder was named; add --home DIR, or set STANDFIRST_HOME.")
    return path.expanduser().absolute()


def find(path: Path | None, *, unfinished: bool = False) -> Home:
    """Return the checked home folder at `path`.

    Raises Refusal when the folder, its configuration, secret key or database is missing or damaged; with `unfinished`
    a newsroom whose making was interrupted is let through.
    """
    folder = required(path)
    if not folder.is_dir():
        raise Refusal(f"there is no newsroom at {folder}; make one with `standfirst init --home {folder}`.")
    if not (folder / CONFIG_FILE).exists():
        raise Refusal(
            f"{folder} is not a newsroom's home folder ({CONFIG_FILE} is missing); name another folder, restore a "
            "backup, or make a newsroom with `standfirst init`."
        )
    if (folder / UNFINISHED_FILE).exists() and not unfinished:
        raise Refusal(
            f"the newsroom at {folder} was not made to its end; run the same `standfirst init` or `standfirst demo` "
            "again, or remove the folder."
        )
    try:
        home = Home(folder, load(folder))
    except OptionsError as error:
        raise Refusal(str(error)) from error
    _check_secret(folder)
    if home.uses_sqlite:
        _check_sqlite(home.database, unfinished=unfinished)
    return home


def _check_secret(folder: Path) -> None:
    file = folder / SECRET_FILE
    try:
        length = len(file.read_text(encoding="ascii").strip())
    except FileNotFoundError as error:
        raise Refusal(f"{file} is missing; bring it back from a backup (a new key signs everybody out).") from error
    except (OSError, UnicodeDecodeError) as error:
        raise Refusal(f"{file} cannot be read ({error}); check its owner and permissions.") from error
    if length < 40:
        raise Refusal(f"{file} holds only {length} characters; bring it back from a backup.")


def _check_sqlite(file: Path, *, unfinished: bool) -> None:
    """Raise Refusal unless `file` is a database with a newsroom in it; an unfinished one may still be empty."""
    if not file.exists():
        raise Refusal(f"the database {file} is missing; bring it back with `standfirst restore`.")
    try:
        connection = sqlite3.connect(f"{file.resolve().as_uri()}?mode=rw", uri=True, timeout=20)
        try:
            tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise Refusal(
            f"the database {file} cannot be used ({error}); bring it back with `standfirst restore`."
        ) from error
    if "django_migrations" not in tables and not unfinished:
        raise Refusal(f"{file} holds no newsroom; bring it back with `standfirst restore`.")


def start_django(home: Home) -> None:
    """Load Django for `home`. Raises Refusal when its settings cannot be used."""
    os.environ["STANDFIRST_HOME"] = str(home.path)
    os.environ["DJANGO_SETTINGS_MODULE"] = "standfirst.config.settings"
    import django
    from django.core.exceptions import ImproperlyConfigured

    try:
        django.setup()
    except ImproperlyConfigured as error:
        if "psycopg" in str(error):
            remedy = ".venv/bin/python -m pip install --require-hashes -r requirements-postgresql.txt"
            raise Refusal(f"database_url names PostgreSQL, whose driver is not installed; run {remedy}") from error
        raise Refusal(f"the configuration of {home.path} cannot be used: {error}") from error
