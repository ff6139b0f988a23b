"""What tests of counting share: a folder of their own, a clock that they set, beacons as readers send them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from standfirst.counting.counter import ReadCounter
from standfirst.counting.intake import Intake
from standfirst.counting.ledger.folder import Folder
from standfirst.counting.ledger.totals import Key, open_totals
from tests.counting.sending import Readers

NOON = datetime(2026, 11, 23, 8, 0, tzinfo=UTC).timestamp()
"""Noon in Tbilisi, in seconds since the epoch."""
ZONE = ZoneInfo("Asia/Tbilisi")


@dataclass
class Clock:
    """A clock that stands until somebody turns it."""

    now: float = NOON

    def __call__(self) -> float:
        return self.now


@dataclass
class Counting:
    """A counter whose thread never begins, and everything around it."""

    folder: Folder
    clock: Clock
    counter: ReadCounter = field(init=False)
    readers: Readers = field(init=False)

    def __post_init__(self) -> None:
        self.counter = self.another()
        self.readers = Readers(Intake(self.counter))

    def another(self) -> ReadCounter:
        """The counter of another process."""
        return Quiet(self.folder, ZONE, self.clock)

    def add(self) -> None:
        self.counter.add()

    def sums(self) -> dict[Key, tuple[int, ...]]:
        """Everything that was counted and not copied yet, in all files."""
        self.add()
        self.counter.close()
        found: dict[Key, tuple[int, ...]] = {}
        for day in self.folder.days_with_totals():
            totals = open_totals(self.folder.totals(day))
            found |= {change.key: change.numbers for change in totals.changed(100_000)}
            totals.close()
        return found

    def of(self, kind: str) -> dict[tuple[str, ...], tuple[int, ...]]:
        """The sums of one kind of row, without its letter."""
        return {key[1:]: numbers for key, numbers in self.sums().items() if key[0] == kind}

    def story(self, story: int = 12) -> tuple[int, ...]:
        """Views, reads, seconds and depth of a story, over all hours, referrers and devices."""
        rows = [numbers for key, numbers in self.of("h").items() if key[1] == str(story)]
        return tuple(map(sum, zip(*rows, strict=True))) if rows else (0, 0, 0, 0)

    def filtered(self) -> dict[str, int]:
        """Hits by reason."""
        found: dict[str, int] = {}
        for (_hour, reason), (hits,) in self.of("f").items():
            found[reason] = found.get(reason, 0) + hits
        return found


class Quiet(ReadCounter):
    """A counter that only adds when it is told to."""

    def begin(self) -> None:
        """Begin no thread."""


@pytest.fixture
def counting(tmp_path: Path) -> Iterator[Counting]:
    found = Counting(Folder(tmp_path / "counts.lmdb"), Clock())
    yield found
    found.counter.close()


@pytest.fixture
def clock(counting: Counting) -> Clock:
    return counting.clock


@pytest.fixture
def readers(counting: Counting) -> Any:
    return counting.readers
