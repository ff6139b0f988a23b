"""Shows what a transactional test has changed; its transaction is never committed, so nothing reaches the log."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from standfirst.delivery.tracing.changes import complete


@contextmanager
def changed_keys() -> Iterator[set[str]]:
    """Collect the keys that everything inside changes: the set is filled when the block ends.

    >>> with changed_keys() as keys:
    ...     story.save()
    >>> assert "story:12" in keys
    """
    before, connection.changed_keys = connection.changed_keys, set()  # type: ignore[attr-defined] # of our engines
    keys: set[str] = set()
    try:
        yield keys
        complete(connection)  # type: ignore[arg-type]
    finally:
        keys |= connection.changed_keys  # type: ignore[attr-defined]
        connection.changed_keys |= before  # type: ignore[attr-defined]
