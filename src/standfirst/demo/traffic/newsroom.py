"""The world of a newsroom that is there: its public stories, read as if they were of these days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from standfirst.demo.traffic.world import Attack, Told, Viral, World, readers_of
from standfirst.stories.models import Edition, ListedStory

VIRAL_BEFORE = timedelta(hours=31)
ATTACKED_BEFORE = timedelta(hours=50)


def world_of(
    start: datetime, end: datetime, *, views_a_day: int, viral_views: int, attack_beacons: int, seed: int = 1
) -> World:
    """Return the world whose readers read the newsroom's public stories between `start` and `end` (aware).

    The second of the newest stories goes through a social site 31 hours before the end, the third is attacked for an
    hour 50 hours before it, where there are so many stories.
    """
    editions = {edition.slug: edition.pk for edition in Edition.objects.live().order_by("path")}
    told = as_new(start, end, editions.values())
    newest = [story.story for story in told[:3]]
    hour = end.replace(minute=0, second=0, microsecond=0)
    return World(
        told,
        readers_of(editions) if editions else [],
        seed=seed,
        views_a_day=views_a_day,
        viral=Viral(newest[1], hour - VIRAL_BEFORE, viral_views) if len(newest) > 1 else None,
        attack=Attack(newest[2], hour - ATTACKED_BEFORE, attack_beacons) if len(newest) > 2 else None,
    )


def as_new(start: datetime, end: datetime, editions: Iterable[int]) -> list[Told]:
    """Return each edition's public stories, the newest first, as if these days had brought them out one by one.

    The stories of the demo are as old as the events they tell; their readers come as to a paper of this week.
    """
    by_edition: dict[int, list[int]] = defaultdict(list)
    rows = ListedStory.objects.filter(list_key__in=[f"edition:{edition}" for edition in editions])
    for list_key, story in rows.order_by("-published_at", "-article").values_list("list_key", "article_id"):
        by_edition[int(list_key.rpartition(":")[2])].append(story)
    told = []
    for edition, stories in sorted(by_edition.items()):
        apart = (end - start) / len(stories)
        told += [Told(story, edition, end - (at + 0.3) * apart) for at, story in enumerate(stories)]
    return told
