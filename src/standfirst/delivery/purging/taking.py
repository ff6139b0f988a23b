"""What a page store takes from a row of the log: marks, and whose access tokens count no more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from standfirst.delivery.store import PageStore

ACCESS = "access:"
"""What a key begins with that revokes the access tokens of a subject: `access:SUBJECT`."""


def take(store: PageStore, keys: Sequence[str], *, log_id: int | None, at: float) -> None:
    """Note in `store` that `keys` changed `at` (seconds since the epoch), by the row `log_id`."""
    take_revocations(store, keys, at=at)
    store.mark(keys, log_id=log_id)


def take_revocations(store: PageStore, keys: Iterable[str], *, at: float) -> None:
    """Revoke whose access `keys` name."""
    for key in keys:
        if key.startswith(ACCESS):
            store.revoke(key.removeprefix(ACCESS), at)
