"""The key of a document says when its story was published, so that an index read backwards gives the newest first.

A key is the minute of publication times 256, plus a number among the stories of that minute. Where more than 256 belong
to one minute (an import without times), the next ones take the minutes behind it.
"""

from __future__ import annotations

from datetime import UTC, datetime

IN_A_MINUTE = 256
LAST_PLACE = 2**63 - 1


def first_place(moment: datetime) -> int:
    """Return the lowest key of a story that was published in the minute of `moment` (aware)."""
    return max(0, int(moment.timestamp() // 60)) * IN_A_MINUTE


def moment_of(place: int) -> datetime:
    """Return the minute that `place` belongs to."""
    return datetime.fromtimestamp(place // IN_A_MINUTE * 60, tz=UTC)


def free_place(moment: datetime, taken: set[int]) -> int:
    """Return the first key at or behind `moment` that is not among those `taken`."""
    place = first_place(moment)
    while place in taken:
        place += 1
    return place
