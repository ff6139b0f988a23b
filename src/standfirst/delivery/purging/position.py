"""Which row of the log was followed last, told apart from a row of the same number in another database."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

FILE = "position"


@dataclass(frozen=True)
class Position:
    """The number of a row, and the moment it was made (ISO 8601): together they name one row of one history."""

    id: int
    made_at: str


NOWHERE = Position(0, "")


def read_position(folder: Path) -> Position:
    """Return the position kept in the store's `folder`, or `NOWHERE`."""
    with suppress(OSError, ValueError):
        number, made_at = (folder / FILE).read_text(encoding="ascii").split()
        return Position(int(number), made_at)
    return NOWHERE


def write_position(folder: Path, position: Position) -> None:
    """Keep `position` in `folder`. A disk that is full only costs a start that trusts nothing it has."""
    new = folder / f"{FILE}.new"
    with suppress(OSError):
        new.write_text(f"{position.id} {position.made_at}\n", encoding="ascii")
        os.replace(new, folder / FILE)
