"""What every test shares: closed sockets, and a migrated database copied instead of migrated anew."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path

import hypothesis
import pytest

hypothesis.settings.register_profile("the same every time", derandomize=True)
hypothesis.settings.load_profile(
    "the same every time"
)  # pytest --hypothesis-profile=default goes looking for new examples
USES_THE_DATABASE = {"db", "transactional_db"}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--uses-database`."""
    parser.addoption("--uses-database", action="store_true", help="leave out what would be the same on any database")


LONGEST_FIRST = (
    "tests/journeys/test_a_story_goes_out.py",
    "tests/cli/test_newsroom_life.py",
    "tests/journeys/test_reading.py",
    "tests/journeys/test_supporting.py",
)
"""Files of journeys that last longest: begun first, so that no process waits in the end for another one."""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell why a test needed its second try: what happens once in a while is otherwise never seen."""
    tried_again = terminalreporter.stats.get("rerun", [])
    if tried_again:
        terminalreporter.section("needed a second try")
    for report in tried_again:
        told = [line for line in report.longreprtext.splitlines() if line.startswith((">", "E", "tests/"))]
        terminalreporter.write_line(report.nodeid)
        terminalreporter.write_line("\n".join(told[:20]))
        terminalreporter.write_line("\n".join(text for _title, text in report.sections))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with the longest files, and leave out, with `--uses-database`, every test that uses none."""
    rank = {file: place for place, file in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: rank.get(item.nodeid.partition("::")[0], len(rank)))
    if not config.getoption("--uses-database"):
        return
    using = {
        item
        for item in items
        if item.get_closest_marker("django_db") or USES_THE_DATABASE & set(getattr(item, "fixturenames", ()))
    }
    config.hook.pytest_deselected(items=[item for item in items if item not in using])
    items[:] = [item for item in items if item in using]


class _State:
    """What this process knows of its database."""

    template = ""
    is_emptied = False


_state = _State()
_databases = count(1)
CACHE = Path(__file__).resolve().parent.parent / ".cache"


@cache
def _migrations_digest() -> str:
    """Name the state of all migrations, ours and our dependencies', by their files as they are when the run begins."""
    from django.apps import apps

    digest = hashlib.sha256()
    for folder in sorted(config.path for config in apps.get_app_configs()):
        for file in sorted(Path(folder).glob("migrations/*.py")):
            digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:16]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup_migrated: None) -> None:
    """Replaces pytest-django's own fixture; see `django_db_setup_migrated`."""


@pytest.fixture(scope="session")
def django_db_setup_migrated(django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """A migrated database of this process's own: a copy of one that was migrated once."""
    from django.db import connection

    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        if connection.vendor == "sqlite":
            _copy_sqlite()
            with _emptying_past_triggers():
                yield
        else:
            with _postgresql_copy():
                yield


def _copy_sqlite() -> None:
    """Fill the in-memory database from the cache, or migrate it and fill the cache when a migration has changed."""
    from django.core.management import call_command
    from django.db import connection

    cached = CACHE / f"migrated-{_migrations_digest()}.sqlite3"
    connection.ensure_connection()
    if cached.exists():
        source = sqlite3.connect(cached)
        source.backup(connection.connection)
        source.close()
        return
    call_command("migrate", verbosity=0, interactive=False)
    CACHE.mkdir(exist_ok=True)
    partial = cached.with_suffix(f".{os.getpid()}")
    target = sqlite3.connect(partial)
    connection.connection.backup(target)
    target.close()
    partial.replace(cached)


@contextmanager
def _emptying_past_triggers() -> Iterator[None]:
    """Let Django empty tables whose triggers forbid to delete a row, as `TRUNCATE` does on PostgreSQL."""
    from django.db import connection, transaction

    empty = connection.ops.execute_sql_flush

    def without_triggers(statements: list[str]) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            found = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%BEFORE DELETE%'"
            triggers = dict(cursor.execute(found).fetchall())
            for name in triggers:
                cursor.execute(f"DROP TRIGGER {name}")
            empty(statements)
            for statement in triggers.values():
                cursor.execute(statement)

    connection.ops.execute_sql_flush = without_triggers  # type: ignore[method-assign]
    try:
        yield
    finally:
        connection.ops.execute_sql_flush = empty  # type: ignore[method-assign]


@contextmanager
def _postgresql_copy() -> Iterator[None]:
    """Make a database of our own on the server of `TEST_DATABASE_URL`; the first process migrates the template."""
    import psycopg
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    template = f"standfirst_migrated_{_migrations_digest()}"
    own = f"standfirst_test_{os.getpid()}"
    with psycopg.connect(os.environ["TEST_DATABASE_URL"], autocommit=True) as server:
        # The lock belongs to the session: the other processes wait here until the template is whole.
        server.execute("SELECT pg_advisory_lock(1)")
        if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template]).fetchone():
            server.execute(f"CREATE DATABASE {own}")
            _use_database(own)
            call_command("migrate", verbosity=0, interactive=False)
            connection.close()
            server.execute(f"ALTER DATABASE {own} RENAME TO {template}")
        server.execute(f"CREATE DATABASE {own} TEMPLATE {template}")
        server.execute("SELECT pg_advisory_unlock(1)")
        before = settings.DATABASES["default"]["NAME"]
        _use_database(own)
        _state.template = template
        try:
            yield
        finally:
            connection.close()
            _use_database(before)
            server.execute(f"DROP DATABASE {own} WITH (FORCE)")


def _copy_postgresql_anew() -> None:
    """Make this process's own database once more from the template."""
    import psycopg
    from django.db import connection

    own = connection.settings_dict["NAME"]
    connection.close()
    with psycopg.connect(os.environ["TEST_DATABASE_URL"], autocommit=True) as server:
        server.execute(f"DROP DATABASE {own} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {own} TEMPLATE {_state.template}")


def _use_database(name: str) -> None:
    from django.db import connection

    connection.close()
    connection.settings_dict["NAME"] = name


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Put back what the migrations made, when a test with transactions of its own has emptied the database before.

    Django empties all tables after such a test, and with several processes other tests come after it.
    """
    from django.contrib.contenttypes.models import ContentType
    from django.db import connection
    from pytest_django.plugin import blocking_manager_key

    marker = item.get_closest_marker("django_db")
    fixtures = set(getattr(item, "fixturenames", ()))
    if (marker and marker.kwargs.get("transaction")) or fixtures & {"transactional_db", "live_server"}:
        _state.is_emptied = True
    elif _state.is_emptied and (marker or "db" in fixtures):
        with item.config.stash[blocking_manager_key].unblock():
            _copy_sqlite() if connection.vendor == "sqlite" else _copy_postgresql_anew()
        ContentType.objects.clear_cache()
        _state.is_emptied = False


@pytest.fixture(autouse=True)
def environment_of_our_own() -> Iterator[None]:
    """Give back the environment variables that the command sets for its children."""
    before = {name: value for name, value in os.environ.items() if name.startswith("STANDFIRST_")}
    yield
    for name in [name for name in os.environ if name.startswith("STANDFIRST_")]:
        del os.environ[name]
    os.environ.update(before)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The URL of a PostgreSQL server's own database, whose role may do everything."""
    from tests.postgresql import REMEDY, VARIABLE, find_programs, server

    if os.environ.get(VARIABLE):
        yield os.environ[VARIABLE]
        return
    if find_programs() is None:
        pytest.skip(REMEDY)
    with server() as url:
        yield url


@pytest.fixture
def empty_database(postgresql_server: str) -> Iterator[str]:
    """The URL of an empty PostgreSQL database, dropped afterwards."""
    import psycopg

    name = f"empty_{os.getpid()}_{next(_databases)}"
    with psycopg.connect(postgresql_server, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        yield postgresql_server.replace("/postgres?", f"/{name}?")
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")
