"""Changes that no statement on a declared table shows: code says itself which keys it changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.db import DEFAULT_DB_ALIAS, connections

from standfirst.delivery.tracing.observing import own_transaction

if TYPE_CHECKING:
    from standfirst.delivery.engines.observed import ObservedWrapper


def change(*keys: str, using: str = DEFAULT_DB_ALIAS) -> None:
    """Let the running transaction change `keys`, too; without one, they change at once.

    Pages that recorded one of them with `standfirst.delivery.trace.record` are stale when the transaction is committed.
    """
    connection = connections[using]
    with own_transaction(connection):
        cast("ObservedWrapper", connection).changed_keys.update(keys)
