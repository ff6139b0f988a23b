"""Invented readers of the last eight days, so that what counts them has something to show; the rows say `invented`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta

from django.utils import timezone

from standfirst.counting.models import StoryHour
from standfirst.demo.traffic.rollups import RollUps
from standfirst.demo.traffic.visits import visits
from standfirst.demo.traffic.world import Attack, Told, Viral, World, readers_of
from standfirst.discovery.popular.keeping import refresh
from standfirst.stories.models import Edition, ListedStory

HOURS = 7 * 24 + 20
"""A little less than the eight days for which counting keeps five minutes."""
VIEWS_A_DAY = 2500
VIRAL_VIEWS = 900
ATTACK_BEACONS = 600


def invent_readers(progress: Callable[[str], None]) -> None:
    """Let the public stories have been read until this moment, unless anything was counted already."""
    if StoryHour.objects.exists():
        return
    now = timezone.now()
    start = now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=HOURS)
    world = _world(start, now)
    if not world.stories:
        return
    sums = RollUps(timezone.get_current_timezone())
    sums.add(visits(world, start, now))
    rows = sums.write()
    refresh(now)
    progress(f"Readers: eight invented days, {rows} rows of counts.")


def _world(start: datetime, now: datetime) -> World:
    editions = {edition.slug: edition.pk for edition in Edition.objects.live().order_by("path")}
    told = _told(start, now, set(editions.values()))
    newest = [story.story for story in told[:3]]
    hour = now.replace(minute=0, second=0, microsecond=0)
    return World(
        told,
        readers_of(editions),
        views_a_day=VIEWS_A_DAY,
        viral=Viral(newest[1], hour - timedelta(hours=31), VIRAL_VIEWS) if len(newest) > 1 else None,
        attack=Attack(newest[2], hour - timedelta(hours=50), ATTACK_BEACONS) if len(newest) > 2 else None,
    )


def _told(start: datetime, now: datetime, editions: set[int]) -> list[Told]:
    """The public stories, each edition's newest first, as if the days had brought them out one after the other.

    The stories of the demo are as old as the events they tell; their readers come as to a paper of this week.
    """
    by_edition: dict[int, list[int]] = defaultdict(list)
    keys = [f"edition:{edition}" for edition in editions]
    rows = ListedStory.objects.filter(list_key__in=keys).order_by("-published_at", "-article")
    for list_key, story in rows.values_list("list_key", "article_id"):
        by_edition[int(list_key.rpartition(":")[2])].append(story)
    told = []
    for edition, stories in sorted(by_edition.items()):
        apart = (now - start) / len(stories)
        told += [Told(story, edition, now - (at + 0.3) * apart) for at, story in enumerate(stories)]
    return told
