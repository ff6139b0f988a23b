"""Sums of what was counted: views, reads, time and depth, by whatever a counted row carries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Reading:
    """What was read: `views` begun, `reads` finished, `seconds` engaged, `depth` the sum of per cents scrolled."""

    views: int = 0
    reads: int = 0
    seconds: int = 0
    depth: int = 0

    def __add__(self, other: Reading) -> Reading:
        return Reading(
            self.views + other.views,
            self.reads + other.reads,
            self.seconds + other.seconds,
            self.depth + other.depth,
        )

    @property
    def share(self) -> float | None:
        """What part of the views became reads, from 0 to 1; `None` without a view."""
        return self.reads / self.views if self.views else None

    @property
    def mean_seconds(self) -> float | None:
        """Engaged seconds of a view."""
        return self.seconds / self.views if self.views else None

    @property
    def mean_depth(self) -> float | None:
        """How far down a view came, from 0 to 1."""
        return self.depth / self.views / 100 if self.views else None


NOTHING = Reading()


def together(found: Iterable[Reading]) -> Reading:
    """All of `found` in one."""
    views = reads = seconds = depth = 0
    for one in found:
        views += one.views
        reads += one.reads
        seconds += one.seconds
        depth += one.depth
    return Reading(views, reads, seconds, depth)


def merged(sums: Mapping[Any, Reading], *more: Mapping[Any, Reading]) -> dict[Any, Reading]:
    """Sums of different rows under the same keys."""
    found = dict(sums)
    for other in more:
        for key, one in other.items():
            found[key] = found[key] + one if key in found else one
    return found
