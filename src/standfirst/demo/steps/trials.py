"""Tests of the campaign's words, one that is over and one that runs: invented views, and members who joined by them.

Views follow what the invented readers read: each hour before their week is as the same hour of that week. Everything
that is shown of a test is reckoned from these rows and from the members' pledges, as in any newsroom.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from standfirst.accounts.models import User
from standfirst.appeals.models import Appeal, Place, TrialDecision, Variant
from standfirst.counting.models import AppealHour, StoryHour
from standfirst.demo.errors import ContentError
from standfirst.demo.steps.members import Invented, join
from standfirst.demo.traffic.rollups import SOURCE
from standfirst.membership.join_source import JoinSource
from standfirst.membership.periods import months_after

HOUR, WEEK = timedelta(hours=1), timedelta(days=7)
CLICKED, CLOSED = 0.012, 0.03
"""What part of those who see an appeal press a button, and close it; whoever joins has pressed one besides."""
AMOUNTS = (500, 500, 300, 1000, 500, 300)
"""What they give a month, in turn; minor units."""
CURRENCY = "EUR"
A_STATEMENT = 500


@dataclass(frozen=True)
class Tried:
    """One of `[[trials]]` in `content/appeals.toml`, which says what each field means."""

    edition: str
    place: str
    begun: int
    seen: float
    a: int
    people: list[str]
    ended: int = 0
    headline: str = ""
    text: str = ""
    why: str = ""


def load_trials(words: dict[str, Any], path: Path) -> list[Tried]:
    """Read the tests among the `words` of the file `path`. Raises ContentError."""
    known = {field.name for field in fields(Tried)}
    found = []
    for entry in words.get("trials", []):
        if surplus := entry.keys() - known:
            raise ContentError(path, 1, f"a test has no field {', '.join(sorted(surplus))}.")
        one = Tried(**entry)
        if one.place not in Place.values:
            raise ContentError(path, 1, f"“{one.place}” is no place; there are {', '.join(Place.values)}.")
        found.append(one)
    return found


def try_words(tests: Sequence[Tried], manager: User) -> None:
    """Let `tests` have been begun, and ended, by `manager`; an appeal that has a second variant is left alone."""
    now = timezone.now()
    for one in tests:
        appeals = Appeal.objects.filter(edition__slug=one.edition, place=one.place, trial_begun=None)
        appeal = appeals.select_related("campaign").first()
        if appeal is not None and appeal.variants.count() == 1:
            _try(one, appeal, manager, now)


@transaction.atomic
def _try(one: Tried, appeal: Appeal, manager: User, now: datetime) -> None:
    begun = now - timedelta(days=one.begun)
    ended = now - timedelta(days=one.ended) if one.ended else None
    first = appeal.variants.get()
    second = Variant.objects.get(pk=first.pk)
    second.pk, second.number = None, Variant.CONTROL + 1
    second.headline, second.text = one.headline or first.headline, one.text or first.text
    second.save()
    appeal.trial_begun = appeal.shuffled_at = begun
    appeal.trial_ended, appeal.winner = ended, second if ended else None
    appeal.save()
    decided = TrialDecision.objects.create
    decided(appeal=appeal, kind=TrialDecision.Kind.BEGUN, at=begun, why="2 variants", by=manager)
    if ended:
        decided(appeal=appeal, kind=TrialDecision.Kind.WON, at=ended, why=one.why, by=manager, variant=second)
    chance = random.Random(f"{one.edition} {one.place}")  # noqa: S311 - invented readers, not a secret
    for variant, people in ((first, one.people[: one.a]), (second, one.people[one.a :])):
        hours = list(_seen(one, variant, _next_hour(begun), ended or now, chance))
        _join(people, appeal, hours, chance)
        AppealHour.objects.bulk_create(hours, batch_size=A_STATEMENT)


def _next_hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0) + HOUR


def _seen(
    one: Tried, variant: Variant, begun: datetime, ended: datetime, chance: random.Random
) -> Iterator[AppealHour]:
    """What was counted of a variant in each full hour of its test: half of the views, as two share them."""
    week = _views(variant.appeal)
    hour = begun
    while hour + HOUR <= ended and week:
        alike = hour + max(0, -((hour - min(week)) // WEEK)) * WEEK
        for story, views in week.get(alike, ()):
            seen = sum(chance.random() < one.seen / 2 for _view in range(views))
            if seen:
                clicks, closes = (sum(chance.random() < part for _view in range(seen)) for part in (CLICKED, CLOSED))
                yield AppealHour(
                    hour=hour, variant_id=variant.pk, story_id=story, source=SOURCE,
                    seen=seen, clicks=clicks, closes=min(closes, seen - clicks),
                )  # fmt: skip
        hour += HOUR


def _views(appeal: Appeal) -> dict[datetime, list[tuple[int, int]]]:
    """Stories (0: no story) and their views by hour, of pages on which the appeal stands."""
    counted = StoryHour.objects.filter(edition_id=appeal.edition_id, source=SOURCE)
    if appeal.place in {Place.BOX, Place.END}:
        counted = counted.exclude(story_id=0)
    found: dict[datetime, list[tuple[int, int]]] = defaultdict(list)
    for row in counted.by("hour", "story_id").order_by("hour", "story_id"):
        found[row["hour"]].append((row["story_id"], row["views"]))
    return dict(found)


def _join(people: Sequence[str], appeal: Appeal, hours: Sequence[AppealHour], chance: random.Random) -> None:
    """Let each of `people` have joined in one of `hours`, by a click that is added there, and pay since."""
    now = timezone.now()
    for at, (name, hour) in enumerate(zip(people, chance.sample(hours, min(len(people), len(hours))), strict=False)):
        hour.clicks += 1
        hour.seen += 1
        one = Invented(
            email=f"{name.lower()}@readers.example", name=f"{name} (invented)", tier="reader",
            currency=CURRENCY, amount=AMOUNTS[at % len(AMOUNTS)], months=0, source="",
        )  # fmt: skip
        source = JoinSource(
            place=appeal.place, story=hour.story_id or None, appeal=appeal.pk, variant=hour.variant_id,
            campaign=appeal.campaign.word,
        )  # fmt: skip
        join(one, list(_paid(hour.hour + chance.random() * HOUR, now)), source)


def _paid(joined: datetime, now: datetime) -> Iterator[datetime]:
    """The days of payments, one a month since `joined`."""
    months, day = 0, joined
    while day < now:
        yield day
        months += 1
        day = months_after(joined, months, joined.astimezone(UTC).day)
