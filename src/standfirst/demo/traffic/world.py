"""Who reads what: a newsroom's stories, and the habits of its invented readers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from standfirst.counting.models import OWN_REFERRER, Device

HOURS_OF_A_DAY = (
    0.55, 0.35, 0.22, 0.15, 0.13, 0.20, 0.45, 0.90, 1.35, 1.50, 1.40, 1.30,
    1.40, 1.45, 1.30, 1.20, 1.15, 1.20, 1.35, 1.50, 1.65, 1.60, 1.25, 0.85,
)  # fmt: skip
"""How much is read in each hour of the readers' own day: a morning, a lunch and an evening, and hardly a night."""
WEEKEND = 0.75
"""What a Saturday or Sunday has of another day."""
ZONES = {
    "en": "Europe/London",
    "ru": "Europe/Moscow",
    "ka": "Asia/Tbilisi",
    "hy": "Asia/Yerevan",
    "az": "Asia/Baku",
    "fa": "Asia/Tehran",
}
"""Where most readers of an edition live."""
WEIGHTS = {"en": 0.40, "ru": 0.25, "ka": 0.12, "hy": 0.09, "az": 0.08, "fa": 0.06}
"""What each edition has of all views."""
REFERRERS = {
    "": 0.30,
    OWN_REFERRER: 0.28,
    "google.com": 0.17,
    "facebook.com": 0.09,
    "t.me": 0.08,
    "duckduckgo.com": 0.03,
    "reddit.com": 0.03,
    "en.wikipedia.org": 0.02,
}
DEVICES = {Device.PHONE: 0.68, Device.DESKTOP: 0.28, Device.TABLET: 0.04}
CAMPAIGN = "morning-letter"
"""Where some of the readers without a referrer come from."""


@dataclass(frozen=True)
class Told:
    """A story that is read: `since` is when its readers begin to come, on a newsroom in use when it was published."""

    story: int
    edition: int
    since: datetime


@dataclass(frozen=True)
class Readers:
    """An edition's readers: where their clocks are, and what share of all views is theirs."""

    edition: int
    zone: ZoneInfo
    share: float


@dataclass(frozen=True)
class Viral:
    """A story that one social site sends many readers to, most of them in the first hours after `at`."""

    story: int
    at: datetime
    views: int
    site: str = "facebook.com"
    half_life: timedelta = timedelta(hours=3)


@dataclass(frozen=True)
class Attack:
    """One network that tries to lift a story from `at`, a full hour, for an hour.

    It sends beacons of its own, old ones again, and forged ones.
    """

    story: int
    at: datetime
    beacons: int


@dataclass(frozen=True)
class World:
    """Everything that decides what is invented: the same world gives the same visits.

    `views_a_day` are those of all editions together; `robots`, `silent` and `members` are shares of all visitors:
    programs, readers who ask not to be counted, and members, who read more of what they open.
    """

    stories: Sequence[Told]
    readers: Sequence[Readers]
    seed: int = 1
    views_a_day: int = 1500
    robots: float = 0.22
    silent: float = 0.08
    members: float = 0.05
    referrers: Mapping[str, float] = field(default_factory=lambda: REFERRERS)
    viral: Viral | None = None
    attack: Attack | None = None


def readers_of(editions: Mapping[str, int]) -> list[Readers]:
    """Return the readers of editions, given by language: `{"en": 3, "ka": 4}`. An unknown language reads by UTC."""
    total = sum(WEIGHTS.get(language, 0.05) for language in editions)
    return [
        Readers(edition, ZoneInfo(ZONES.get(language, "UTC")), WEIGHTS.get(language, 0.05) / total)
        for language, edition in editions.items()
    ]
