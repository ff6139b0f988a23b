"""Invents visits, hour by hour. Each hour of an edition has a chance of its own, so that any can be replayed alone."""

from __future__ import annotations

import math
import random
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import accumulate
from typing import Generic, TypeVar

from standfirst.counting.models import OWN_REFERRER
from standfirst.demo.traffic.world import CAMPAIGN, DEVICES, HOURS_OF_A_DAY, WEEKEND, Readers, Told, World

HOUR = timedelta(hours=1)
FADES = 18.0
"""Hours after which a story has lost more than half of its readers."""
EVERGREEN = 0.02
"""What the oldest story keeps of the readers of its first hour."""
VISITORS = 4
"""Visits that a visitor makes a day, on average."""
READS = {"search": 0.62, "site": 0.42, "own": 0.60, "direct": 0.58}
"""How many of those who come from there read on, to the half and for ten seconds."""
MEMBERS_READ = 0.82
Choice = TypeVar("Choice")


class Who(StrEnum):
    """What sort of visitor it is."""

    READER = "reader"
    MEMBER = "member"
    SILENT = "silent"
    """Asks not to be counted."""
    ROBOT = "robot"
    ATTACKER = "attacker"


@dataclass(frozen=True, slots=True)
class Visit:
    """One page opened; story 0 is a front page. It was looked at for `seconds`, and `depth` percents of it passed."""

    at: datetime
    story: int
    edition: int
    who: Who
    visitor: int
    referrer: str
    campaign: str
    device: str
    seconds: int
    depth: int

    @property
    def is_counted(self) -> bool:
        """Whether a reader made it who may be counted."""
        return self.who in (Who.READER, Who.MEMBER)

    @property
    def is_read(self) -> bool:
        """Whether it is a read as counting says: half of a story, and ten seconds."""
        return self.story > 0 and self.seconds >= 10 and self.depth >= 50


def visits(world: World, start: datetime, end: datetime) -> Iterator[Visit]:
    """Yield all visits from `start` (a full hour) until before `end`, each hour's in the order of time."""
    hour = start
    while hour < end:
        found = [visit for readers in world.readers for visit in _of_hour(world, readers, hour)]
        found += [*_viral(world, hour), *_attack(world, hour)]
        yield from sorted((visit for visit in found if visit.at < end), key=_order)
        hour += HOUR


def _order(visit: Visit) -> tuple[datetime, int, int, str]:
    return visit.at, visit.visitor, visit.story, visit.who


def _chance(seed: int, *what: object) -> random.Random:
    return random.Random(":".join(map(str, (seed, *what))))  # noqa: S311 - traffic, not a secret


def _of_hour(world: World, readers: Readers, hour: datetime) -> Iterator[Visit]:
    """The visits of one edition in one hour."""
    stories = [told for told in world.stories if told.edition == readers.edition and told.since <= hour]
    if not stories:
        return
    chance = _chance(world.seed, readers.edition, hour.isoformat())
    local = hour.astimezone(readers.zone)
    pace = HOURS_OF_A_DAY[local.hour] / sum(HOURS_OF_A_DAY) * (WEEKEND if local.weekday() > 4 else 1.0)
    number = _poisson(chance, world.views_a_day * readers.share * pace)
    chosen = _Weighed(stories, [_pull(world, told, hour) for told in stories])
    referrers = _Weighed(list(world.referrers), list(world.referrers.values()))
    visitors = max(10, round(world.views_a_day * readers.share / VISITORS))
    for _ in range(number):
        at = hour + chance.random() * HOUR
        told, referrer = chosen.draw(chance), referrers.draw(chance)
        visitor = readers.edition * 1_000_000 + chance.randrange(visitors)
        yield from _visits(world, chance, at, told, referrer, visitor)


def _pull(world: World, told: Told, hour: datetime) -> float:
    """How many readers a story draws: by its luck (Zipf's law over all stories) and by its age."""
    age = (hour - told.since) / HOUR
    return _luck(world.seed, told.story) * max(EVERGREEN, (1 + age / FADES) ** -1.4)


@lru_cache(maxsize=100_000)
def _luck(seed: int, story: int) -> float:
    """A rank by chance among a hundred, as one over it: a few stories have most readers, most have few."""
    return 1.0 / (1 + _chance(seed, "luck", story).randrange(100)) ** 0.7


def _visits(
    world: World, chance: random.Random, at: datetime, told: Told, referrer: str, visitor: int
) -> Iterator[Visit]:
    who = _who(world, visitor)
    campaign = CAMPAIGN if not referrer and chance.random() < 0.15 else ""
    device = _device(visitor)
    if referrer == OWN_REFERRER:  # from the front page, which was opened a little earlier
        before = at - timedelta(seconds=chance.uniform(4, 40))
        yield Visit(before, 0, told.edition, who, visitor, "", "", device, chance.randrange(3, 40), 0)
    seconds, depth = _reading(chance, who, referrer)
    yield Visit(at, told.story, told.edition, who, visitor, referrer, campaign, device, seconds, depth)


def _who(world: World, visitor: int) -> Who:
    """A visitor stays what he is."""
    drawn = _chance(world.seed, "who", visitor).random()
    for who, share in ((Who.ROBOT, world.robots), (Who.SILENT, world.silent), (Who.MEMBER, world.members)):
        if drawn < share:
            return who
        drawn -= share
    return Who.READER


def _device(visitor: int) -> str:
    return str(_DEVICES.at((visitor * 0.618034) % 1.0))


def _reading(chance: random.Random, who: Who, referrer: str) -> tuple[int, int]:
    """How long and how far: reads are as frequent as where the reader comes from makes them."""
    if who is Who.ROBOT:
        return 0, 100
    kind = {"": "direct", OWN_REFERRER: "own"}.get(referrer, "search" if "oogle" in referrer else "site")
    if chance.random() < (MEMBERS_READ if who is Who.MEMBER else READS[kind]):
        return round(min(900, 10 + chance.lognormvariate(4.0, 0.7))), min(100, 50 + chance.randrange(70))
    return chance.randrange(1, 40), chance.randrange(50)


def _viral(world: World, hour: datetime) -> Iterator[Visit]:
    """Readers whom one site sends to one story, each for the first time."""
    viral = world.viral
    if viral is None or hour + HOUR <= viral.at:
        return
    told = next(told for told in world.stories if told.story == viral.story)
    chance = _chance(world.seed, "viral", hour.isoformat())
    passed = max(0.0, (hour - viral.at) / viral.half_life)
    share = 0.5**passed - 0.5 ** (passed + HOUR / viral.half_life)
    for at in range(_poisson(chance, viral.views * share)):
        moment = max(hour, viral.at) + chance.random() * (hour + HOUR - max(hour, viral.at))
        visitor = 900_000_000 + int(hour.timestamp()) % 1_000_000 * 100 + at
        seconds, depth = _reading(chance, Who.READER, viral.site)
        device = _device(visitor)
        yield Visit(moment, told.story, told.edition, Who.READER, visitor, viral.site, "", device, seconds, depth)


def _attack(world: World, hour: datetime) -> Iterator[Visit]:
    attack = world.attack
    if attack is None or not attack.at <= hour < attack.at + HOUR:
        return
    told = next(told for told in world.stories if told.story == attack.story)
    for number in range(attack.beacons):
        at = hour + HOUR * (number / attack.beacons)
        yield Visit(at, told.story, told.edition, Who.ATTACKER, number % 250, "", "", "desktop", 30, 100)


def _poisson(chance: random.Random, mean: float) -> int:
    """How many come when `mean` are expected."""
    if mean > 200:
        return max(0, round(chance.gauss(mean, math.sqrt(mean))))
    limit, product, number = math.exp(-mean), chance.random(), 0
    while product > limit:
        product *= chance.random()
        number += 1
    return number


class _Weighed(Generic[Choice]):
    """Draws one of `choices`, each as often as its weight says."""

    def __init__(self, choices: Sequence[Choice], weights: Sequence[float]) -> None:
        self.choices = choices
        self.sums = list(accumulate(weights))

    def draw(self, chance: random.Random) -> Choice:
        return self.at(chance.random())

    def at(self, share: float) -> Choice:
        """The choice that stands at `share` (0 to 1) of all weights."""
        return self.choices[min(bisect(self.sums, share * self.sums[-1]), len(self.choices) - 1)]


_DEVICES = _Weighed(list(DEVICES), list(DEVICES.values()))
