"""The ordered log of changes: one row a transaction, written by it and right before its end."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Collection
from contextlib import closing
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

from standfirst.delivery.purging.announce import announce
from standfirst.delivery.purging.taking import take
from standfirst.delivery.store import current

log = logging.getLogger(__name__)
LOG_TABLE = "delivery_purge"
CHANNEL = "standfirst_purge"
LOCK = 0x5374616E64
"""The advisory lock under which PostgreSQL gives out numbers of the log: its own, hence in the order of commits."""


def commit_with_log(connection: BaseDatabaseWrapper, keys: Collection[str], commit: Callable[[], Any]) -> None:
    """Commit a transaction that changed `keys`: logged in it, and marked in this node's page store right after it.

    Raises whatever the database raises; then nothing is committed and nothing marked.
    """
    number = append(connection, keys)
    commit()
    mark(keys, number)


def append(connection: BaseDatabaseWrapper, keys: Collection[str]) -> int | None:
    """Write one row of the log. Returns its number, or `None` while the table does not exist yet."""
    with connection.wrap_database_errors, closing(connection.create_cursor()) as cursor:
        if not _exists(connection, cursor):
            return None
        on_postgresql = connection.vendor == "postgresql"
        if on_postgresql:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        created = connection.ops.adapt_datetimefield_value(timezone.now())
        sql = f"INSERT INTO {LOG_TABLE} (created, keys) VALUES (%s, %s) RETURNING id"  # noqa: S608 - a constant
        cursor.execute(sql, [created, json.dumps(sorted(keys))])
        number = int(cursor.fetchone()[0])
        if on_postgresql:
            cursor.execute(f"NOTIFY {CHANNEL}")
        return number


def _exists(connection: BaseDatabaseWrapper, cursor: Any) -> bool:
    """Whether the log's migration has run in this database; asked until it has."""
    if not connection.log_exists:  # type: ignore[attr-defined] # of our engines
        if connection.vendor == "postgresql":
            cursor.execute("SELECT to_regclass(%s)::text", [LOG_TABLE])
        else:
            cursor.execute("SELECT max(name) FROM sqlite_master WHERE type = 'table' AND name = %s", [LOG_TABLE])
        connection.log_exists = cursor.fetchone()[0] is not None  # type: ignore[attr-defined]
    return bool(connection.log_exists)  # type: ignore[attr-defined]


def mark(keys: Collection[str], number: int | None) -> None:
    """Mark `keys` in the page store. A store that fails breaks no writer: the log's follower marks them later."""
    try:
        store = current()
        if store is not None:
            take(store, sorted(keys), log_id=number, at=timezone.now().timestamp())
    except Exception:  # the change is committed and logged: whatever the store raises, the writer goes on
        log.exception("The page store took no mark of change %s; it will when the log is followed.", number)
    announce()
