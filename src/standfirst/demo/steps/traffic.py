"""Invented readers of the last eight days, so that what counts them has something to show; the rows say `invented`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from standfirst.counting.models import StoryHour
from standfirst.demo.traffic.newsroom import world_of
from standfirst.demo.traffic.rollups import RollUps
from standfirst.demo.traffic.visits import visits
from standfirst.discovery.popular.keeping import refresh

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
    world = world_of(start, now, views_a_day=VIEWS_A_DAY, viral_views=VIRAL_VIEWS, attack_beacons=ATTACK_BEACONS)
    if not world.stories:
        return
    sums = RollUps(timezone.get_current_timezone())
    sums.add(visits(world, start, now))
    rows = sums.write()
    refresh(now)
    progress(f"Readers: eight invented days, {rows} rows of counts.")
