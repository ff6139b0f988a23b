"""What every test shares: closed sockets, and a migrated database copied instead of migrated anew."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

CACHE = Path(__file__).resolve().parent.parent / ".cache"


def _migrations_digest() -> str:
    """Name the state of all migrations, ours and our dependencies', by their files."""
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
def django_db_setup_migrated(request: pytest.FixtureRequest, django_db_blocker: pytest.FixtureRequest) -> object:
    """A migrated in-memory database: from the cache when no migration changed since, else migrated and cached."""
    from django.core.management import call_command
    from django.db import connection

    cached = CACHE / f"migrated-{_migrations_digest()}.sqlite3"
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        connection.ensure_connection()
        if not cached.exists():
            call_command("migrate", verbosity=0, interactive=False)
            CACHE.mkdir(exist_ok=True)
            partial = cached.with_suffix(f".{id(request)}")
            target = sqlite3.connect(partial)
            connection.connection.backup(target)
            target.close()
            partial.replace(cached)
        else:
            source = sqlite3.connect(cached)
            source.backup(connection.connection)
            source.close()
        yield


@pytest.fixture(autouse=True)
def environment_of_our_own() -> Iterator[None]:
    """Give back the environment variables that the command sets for its children."""
    before = {name: value for name, value in os.environ.items() if name.startswith("STANDFIRST_")}
    yield
    for name in [name for name in os.environ if name.startswith("STANDFIRST_")]:
        del os.environ[name]
    os.environ.update(before)
