"""The key of a document says which edition it is of and when its story was published.

So the stories of one edition are one stretch of the index, which looks at no other, and the stretch read backwards
gives the newest first. A key is the edition's key times 2^38, plus the minute of publication times 256, plus a number
among the stories of that minute. Where more than 256 belong to one minute (an import without times), the next ones take
the minutes behind it.
"""

from __future__ import annotations

from datetime import UTC, datetime

IN_A_MINUTE = 256
IN_AN_EDITION = 2**38
"""Room for the minutes until the year 4012; the keys of editions have 25 bits, some 33 million."""


def first_place(edition_id: int, moment: datetime) -> int:
    """Return the lowest key of a story of an edition that was published in the minute of `moment` (aware)."""
    minute = max(0, int(moment.timestamp() // 60)) * IN_A_MINUTE
    return edition_id * IN_AN_EDITION + min(minute, IN_AN_EDITION - 1)


def places_of(edition_id: int) -> tuple[int, int]:
    """Return the lowest and the highest key that a story of an edition can have."""
    return edition_id * IN_AN_EDITION, (edition_id + 1) * IN_AN_EDITION - 1


def moment_of(place: int) -> datetime:
    """Return the minute that `place` belongs to."""
    return datetime.fromtimestamp(place % IN_AN_EDITION // IN_A_MINUTE * 60, tz=UTC)


def edition_of(place: int) -> int:
    """Return the key of the edition that `place` belongs to."""
    return place // IN_AN_EDITION


def free_place(start: int, taken: set[int]) -> int:
    """Return the first key at or behind `start` that is not among those `taken`."""
    place = start
    while place in taken:
        place += 1
    return place
