"""For what no statement shows to have changed: code says so itself."""

from __future__ import annotations

from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections


def change(*keys: str, using: str = DEFAULT_DB_ALIAS) -> None:
    """Let the running transaction of the database `using` change `keys` too; outside one, they are logged at once.

    Call it after the write: what a page reads between a change and its log would stay in the store as fresh.
    """
    connection: Any = connections[using]
    connection.changed_keys.update(keys)
    if keys and connection.get_autocommit():
        connection.log_changes()
