"""How rows with a state go from one to another: by their table, and not otherwise."""

from __future__ import annotations

from typing import Any


class StateError(Exception):
    """A move that the table does not allow: somebody's mistake, and nothing was changed."""


def moved(row: Any, state: str) -> bool:
    """Set `row.state` to `state` when `row.ALLOWED` has that move; return whether it is another state now.

    A repeated move is none. Raises StateError. The row has to be saved under a lock that was taken before it was read.
    """
    if row.state == state:
        return False
    if state not in row.ALLOWED[row.state]:
        raise StateError(f"{row._meta.verbose_name} {row.pk} cannot go from {row.state} to {state}")
    row.state = state
    return True
