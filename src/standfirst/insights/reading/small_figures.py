"""How often stories were read, today and in all: small enough for the editor and for lists of pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from standfirst.counting.models import StoryHour
from standfirst.insights.reading.counted import Counted
from standfirst.insights.reading.periods import days_between, period_of
from standfirst.insights.reading.scope import Scope
from standfirst.insights.reading.sums import NOTHING


def reads_of(stories: Sequence[int], now: datetime | None = None) -> dict[int, tuple[int, int]]:
    """Reads of each story today and in all; only those that were ever counted."""
    begin = StoryHour.objects.filter(story_id__in=stories).order_by("hour").values_list("hour", flat=True).first()
    if begin is None:
        return {}
    today = period_of({"period": "today"}, now)
    ever = days_between(timezone.localdate(begin), today.last)
    fresh = Counted(today, Scope(), tuple(stories)).by_story()
    found = Counted(ever, Scope(), tuple(stories)).by_story()
    return {story: (fresh.get(story, NOTHING).reads, one.reads) for story, one in found.items()}
