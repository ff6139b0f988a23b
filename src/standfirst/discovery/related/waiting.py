"""Relates what waits for it (`noting`).

`work_off` is run by the background
worker (`keeping`) and by `standfirst manage related rebuild`; killed at any moment it goes on where it was, because a
row goes in the transaction that wrote what it asked for. Two nodes may do the same story: the result is the same.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from standfirst.discovery.related.index import EditionIndex, open_index
from standfirst.discovery.related.models import NearStories, StoryProfile, WaitingStory
from standfirst.discovery.related.noting import note
from standfirst.discovery.related.relating import forget, relate
from standfirst.discovery.related.texts import write_profiles

logger = logging.getLogger("standfirst.related")

AT_ONCE = 100
"""Stories that share one look into the index: an import's thousands come in such portions."""
AGAIN_AFTER = timedelta(minutes=5)


def work_off(now: Callable[[], datetime] = timezone.now, is_stopping: Callable[[], bool] = lambda: False) -> int:
    """Relate every story that waits until none is left; return how many were looked at."""
    done = 0
    while not is_stopping():
        waiting = list(WaitingStory.objects.filter(not_before__lte=now()).order_by("not_before", "pk")[:AT_ONCE])
        if not waiting:
            break
        _work_off(waiting, now, is_stopping)
        done += len(waiting)
    return done


def _work_off(waiting: list[WaitingStory], now: Callable[[], datetime], is_stopping: Callable[[], bool]) -> None:
    """Bring the profiles of a portion up to date, then relate each story; what fails waits five minutes."""
    keys = [row.pk for row in waiting]
    try:
        write_profiles(keys, now())
    except (OperationalError, InterfaceError):
        raise
    except Exception:  # noqa: BLE001 - one odd story must not keep the others out; it is found and told here
        for row in waiting:
            _guarded(row, now, partial(write_profiles, [row.pk], now()))
    profiles = StoryProfile.objects.filter(pk__in=keys).only("edition_id", "digest").in_bulk()
    indexes = {edition: open_index(edition) for edition in sorted({each.edition_id for each in profiles.values()})}
    for row in waiting:
        if is_stopping():
            return
        profile = profiles.get(row.pk)
        index = indexes[profile.edition_id] if profile else None
        _guarded(row, now, partial(_finish, row, index, profile.digest if profile else ""))


@transaction.atomic
def _finish(row: WaitingStory, index: EditionIndex | None, digest: str) -> None:
    """Relate one story whose profile is up to date, and take its row away unless it was noted again meanwhile."""
    before = NearStories.objects.filter(pk=row.pk).values_list("digest", flat=True).first()
    if index is None:
        forget([row.pk])
    elif row.is_forced or before != digest:
        relate(row.pk, index)
        if before is None:
            note(_translations_of(row.pk), is_forced=True)
    WaitingStory.objects.filter(pk=row.pk, noted_at=row.noted_at).delete()


def _translations_of(story_id: int) -> list[int]:
    """The other editions' versions that have neighbours already: what is near to this one is news to them."""
    key = StoryProfile.objects.filter(pk=story_id).values_list("translation_key", flat=True)[:1]
    others = StoryProfile.objects.filter(translation_key__in=key).exclude(pk=story_id).values_list("pk", flat=True)
    return list(NearStories.objects.filter(pk__in=others).values_list("pk", flat=True))


def _guarded(row: WaitingStory, now: Callable[[], datetime], act: Callable[[], object]) -> None:
    """Do it; a story that fails is told and put off, and never holds up the others."""
    try:
        act()
    except (OperationalError, InterfaceError):
        raise
    except Exception:  # whatever is odd about one story
        logger.exception("story %s could not be related to others; trying again in five minutes", row.pk)
        WaitingStory.objects.filter(pk=row.pk).update(not_before=now() + AGAIN_AFTER)
