"""Made-up roll-ups, and what follows from them: added up one by one in plain Python, without the database."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from standfirst.counting.models import StoryHour, StorySlot

CLOCK = ZoneInfo("Asia/Tbilisi")
REFERRERS = ("", "own", "google.com", "t.me")


@dataclass(frozen=True)
class Counted:
    """One row as a node wrote it."""

    hour: datetime
    story: int
    edition: int
    referrer: str
    campaign: str
    device: str
    source: str
    views: int
    reads: int
    seconds: int
    depth: int

    @property
    def local(self) -> datetime:
        """The hour on the newsroom's clock."""
        return self.hour.astimezone(CLOCK)


def make_rows(seed: int, stories: Sequence[tuple[int, int]], begin: datetime, hours: int, number: int) -> list[Counted]:
    """`number` rows of `stories` (story and edition), within so many hours from `begin`; no row stands twice."""
    chance = random.Random(seed)  # noqa: S311 # figures, not secrets
    found: dict[tuple[object, ...], Counted] = {}
    start = begin.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    while len(found) < number:
        story, edition = chance.choice(stories)
        views = chance.randrange(1, 40)
        row = Counted(
            start + timedelta(hours=chance.randrange(hours)), story, edition, chance.choice(REFERRERS),
            chance.choice(("", "", "spring")), chance.choice(("", "phone", "tablet", "desktop")),
            chance.choice(("node-a", "node-b")), views, chance.randrange(views + 1), chance.randrange(views * 90),
            chance.randrange(views * 100),
        )  # fmt: skip
        found[row.hour, row.story, row.edition, row.referrer, row.campaign, row.device, row.source] = row
    return list(found.values())


def write(rows: Iterable[Counted]) -> None:
    """Put `rows` into the database."""
    StoryHour.objects.bulk_create(
        StoryHour(
            hour=row.hour, story_id=row.story, edition_id=row.edition, referrer=row.referrer, campaign=row.campaign,
            device=row.device, source=row.source, views=row.views, reads=row.reads, engaged_seconds=row.seconds,
            depth_total=row.depth,
        )
        for row in rows
    )  # fmt: skip


def added_up(rows: Iterable[Counted], key: Callable[[Counted], Any]) -> dict[Any, tuple[int, int, int, int]]:
    """Views, reads, seconds and depth of `rows` by `key`."""
    found: dict[Any, tuple[int, int, int, int]] = {}
    for row in rows:
        own = row.views, row.reads, row.seconds, row.depth
        found[key(row)] = tuple(map(sum, zip(found.get(key(row), (0, 0, 0, 0)), own, strict=True)))  # type: ignore[assignment]
    return found


def slot(at: datetime, story: int, views: int, reads: int = 0, **given: Any) -> StorySlot:
    """Five minutes of a story."""
    return StorySlot.objects.create(
        slot=at, story_id=story, edition_id=given.pop("edition_id", 1), views=views, reads=reads, source="a", **given
    )
