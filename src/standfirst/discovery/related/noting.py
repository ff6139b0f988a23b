"""Which stories have to be related anew: noted in the transaction of whatever changed them, in any process."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from standfirst.discovery.related.models import WaitingStory

NOTED_AT_ONCE = 500


def note(story_ids: Iterable[int], *, is_forced: bool = False, now: datetime | None = None) -> None:
    """Let these stories be related anew; with `is_forced` also those of which nothing changed."""
    moment = now or timezone.now()
    rows = [
        WaitingStory(story_id=key, noted_at=moment, not_before=moment, is_forced=is_forced)
        for key in sorted(set(story_ids))
    ]
    fields = ["noted_at", "not_before", *(["is_forced"] if is_forced else [])]
    WaitingStory.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["story_id"], update_fields=fields, batch_size=NOTED_AT_ONCE
    )
