"""Changes that no statement on a declared table shows: code says itself which keys it changed."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, cast

from django.db import DEFAULT_DB_ALIAS, connections

from standfirst.delivery.tracing.observing import own_transaction
from standfirst.delivery.tracing.writes import is_migrating

if TYPE_CHECKING:
    from standfirst.delivery.engines.observed import ObservedWrapper

Consequence = Callable[["ObservedWrapper", frozenset[str]], Collection[str]]
_consequences: list[Consequence] = []


def before_commit(consequence: Consequence) -> None:
    """Call `consequence` with the connection and the changed keys before each commit that changes any.

    It returns further keys, and may write by a plain cursor of the connection (`create_cursor`), whose statements
    nobody observes.
    """
    if consequence not in _consequences:
        _consequences.append(consequence)


def complete(connection: ObservedWrapper) -> None:
    """Add to the changed keys what follows from them; nothing while tables that it writes to may not exist yet."""
    keys = frozenset(connection.changed_keys)
    if keys and not is_migrating(connection.alias):
        for consequence in _consequences:
            connection.changed_keys.update(consequence(connection, keys))


def change(*keys: str, using: str = DEFAULT_DB_ALIAS) -> None:
    """Let the running transaction change `keys`, too; without one, they change at once.

    Pages that recorded one of them with `standfirst.delivery.trace.record` are stale when the transaction is committed.
    """
    connection = connections[using]
    with own_transaction(connection):
        cast("ObservedWrapper", connection).changed_keys.update(keys)
