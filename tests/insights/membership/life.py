"""Made-up lives of members, and what follows from them: counted one by one in plain Python, without the database."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone
from tests.money import factories

from standfirst.membership.models import Pledge, PledgeEvent, Tier

COUNTING = {"active", "past_due", "cancelling"}
NEXT = {
    "pending": ["active"],
    "active": ["past_due", "paused", "cancelling", "lapsed", "ended"],
    "past_due": ["active", "lapsed", "ended", "cancelling"],
    "paused": ["active", "ended"],
    "cancelling": ["active", "ended"],
    "lapsed": ["active"],
    "ended": [],
}


@dataclass
class Life:
    """One pledge: whose, what, and each move with its moment."""

    member: int
    amount: int
    currency: str
    interval: str
    moves: list[tuple[datetime, str, str]] = field(default_factory=list)
    due: datetime | None = None

    def state_at(self, moment: datetime) -> str:
        """Its state just before `moment`."""
        before = [became for at, _was, became in self.moves if at < moment]
        return before[-1] if before else "pending"

    @property
    def state(self) -> str:
        return self.moves[-1][2] if self.moves else "pending"

    @property
    def began(self) -> datetime | None:
        return next((at for at, _was, became in self.moves if became == "active"), None)

    @property
    def ended(self) -> datetime | None:
        return self.moves[-1][0] if self.state in {"ended", "lapsed"} else None


def make_lives(seed: int, members: int, start: datetime, until: datetime) -> list[Life]:
    """Up to three pledges for each of `members`; no two moves happen at the same moment."""
    chance = random.Random(seed)  # noqa: S311 # lives, not secrets
    lives, taken = [], set()
    for member in range(members):
        for _number in range(chance.choice([1, 1, 1, 2, 3])):
            life = Life(
                member, chance.choice([0, 500, 1200, 1200, 6000]), chance.choice(["GEL", "EUR", "JPY"]),
                chance.choice(["month", "month", "year", "once"]),
            )  # fmt: skip
            state, at = "pending", start + (until - start) * chance.random()
            for _move in range(chance.randrange(6)):
                if at >= until or not NEXT[state]:
                    break
                while at in taken:
                    at += timedelta(microseconds=1)
                taken.add(at)
                became = chance.choice(NEXT[state])
                life.moves.append((at, state, became))
                state = became
                at += timedelta(hours=chance.choice([1, 24, 24 * 9, 24 * 31, 24 * 200]), seconds=chance.randrange(9999))
            lives.append(life)
    return lives


def write(lives: list[Life], tier: Tier) -> None:
    """The rows that such lives leave."""
    members = {number: factories.member(source=f"story:{number % 3}" if number % 2 else "header") for number in
               sorted({life.member for life in lives})}  # fmt: skip
    for life in lives:
        pledge = Pledge.objects.create(
            member=members[life.member], tier=tier, state=life.state, amount=life.amount, currency=life.currency,
            interval=life.interval, began_at=life.began, ended_at=life.ended,
        )  # fmt: skip
        PledgeEvent.objects.bulk_create(
            PledgeEvent(pledge=pledge, at=at, was=was, became=became, why="") for at, was, became in life.moves
        )


def flow_by(lives: list[Life], form: str) -> tuple[Counter[str], Counter[str]]:
    """New and lost members by `form` of the local date: every move of every member, one after the other."""
    new: Counter[str] = Counter()
    lost: Counter[str] = Counter()
    for member in {life.member for life in lives}:
        counting: set[int] = set()
        own = [(at, number, became) for number, life in enumerate(lives) if life.member == member
               for at, _was, became in life.moves]  # fmt: skip
        for at, number, became in sorted(own):
            before = bool(counting)
            counting = counting | {number} if became in COUNTING else counting - {number}
            if bool(counting) != before:
                (new if counting else lost)[local(at).strftime(form)] += 1
    return new, lost


def local(at: datetime) -> datetime:
    """On the newsroom's clock."""
    return at.astimezone(ZoneInfo(timezone.get_current_timezone_name()))


START = datetime(2023, 11, 1, tzinfo=UTC)
