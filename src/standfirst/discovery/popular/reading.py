"""Reads of a period out of the five-minute slots, and the lists that follow from them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, F, FloatField, QuerySet, Sum, Value, When

from standfirst.counting.models import StorySlot
from standfirst.discovery.popular.models import Exclusion
from standfirst.discovery.popular.scoring import PERIODS, Period, Reads, Standing, listed, standings, weight
from standfirst.stories.models import ListedStory

STEPS = 36
"""Decay goes down in so many steps, each weighed as its beginning: for three hours, one for each slot."""
PORTION = 500
"""Stories asked for in one statement."""
LISTS = ("edition", "section")
"""The kinds of `ListedStory` that have a list of what is read most."""


@dataclass(frozen=True)
class Listed:
    """A public story: its lists, and when it was published."""

    lists: tuple[str, ...]
    published_at: datetime


def reads_of(period: Period, now: datetime) -> dict[int, list[Reads]]:
    """Return what was read in `period` before `now`: the sources of each story with enough reads to be listed.

    One statement adds up all slots; what it returns is as large as the stories and their referrers, not as the slots.
    """
    rows = (
        StorySlot.objects.between(now - period.length, now)
        .filter(reads__gt=0, story_id__gt=0)
        .order_by()
        .values_list("story_id", "referrer")
        .annotate(counted=Sum("reads"), weighed=Sum(F("reads") * _weight_of_slot(period, now)))
    )
    found: dict[int, list[Reads]] = defaultdict(list)
    for story, source, reads, weighed in rows:
        found[story].append(Reads(source, reads, weighed))
    return {
        story: sources for story, sources in found.items() if sum(source.reads for source in sources) >= period.least
    }


def _weight_of_slot(period: Period, now: datetime) -> Case:
    step = period.length / STEPS
    steps = [step * (at + 1) for at in range(STEPS)]
    whens = [When(slot__gte=now - ago, then=Value(weight(period, ago))) for ago in steps]
    return Case(*whens, default=Value(0.0), output_field=FloatField())


def public(stories: Iterable[int]) -> dict[int, Listed]:
    """Return those of these stories that are public, with their lists."""
    lists: dict[int, list[str]] = defaultdict(list)
    dates: dict[int, datetime] = {}
    for portion in _portions(sorted(stories)):
        rows: QuerySet[ListedStory, tuple[int, str, datetime]] = ListedStory.objects.filter(
            article_id__in=portion
        ).values_list("article_id", "list_key", "published_at")
        for story, key, published_at in rows:
            if key.partition(":")[0] in LISTS:
                lists[story].append(key)
                dates[story] = published_at
    return {story: Listed(tuple(keys), dates[story]) for story, keys in lists.items()}


def _portions(stories: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(stories), PORTION):
        yield stories[start : start + PORTION]


def lists_of(period: Period, now: datetime) -> dict[str, list[Standing]]:
    """Return every list of `period` that has enough stories, by its key (`edition:3:day`), the first story first."""
    reads = reads_of(period, now)
    stories = public(reads)
    excluded = set(Exclusion.objects.in_force(now).values_list("story_id", flat=True))
    dates = {story: found.published_at for story, found in stories.items() if story not in excluded}
    by_list: dict[str, list[Standing]] = defaultdict(list)
    for standing in standings(period, reads, dates, now):
        for key in stories[standing.story].lists:
            by_list[f"{key}:{period.name}"].append(standing)
    return {key: shown for key, found in by_list.items() if (shown := listed(found))}


def all_lists(now: datetime) -> dict[str, list[int]]:
    """Return the stories of every list of every period, by the list's key."""
    return {
        key: [standing.story for standing in found]
        for period in PERIODS.values()
        for key, found in lists_of(period, now).items()
    }
