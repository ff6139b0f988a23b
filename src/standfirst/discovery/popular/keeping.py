"""Rewrites the lists of what is read most every few minutes, beside all requests; only what changed is written.

One loop in the background worker of each node. Several may run at once: all find the same, and what two write at the
same moment the next look puts right.
"""

from __future__ import annotations

import logging
import threading
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime

from django.conf import settings
from django.db import InterfaceError, OperationalError, close_old_connections, connection, connections, transaction
from django.utils import timezone

from standfirst.discovery.popular.models import PopularEntry
from standfirst.discovery.popular.reading import all_lists

logger = logging.getLogger("standfirst.discovery")


class PopularKeeper:
    """Looks at once, and then every `popular_seconds`."""

    def __init__(self, now: Callable[[], datetime] = timezone.now, interval: float | None = None) -> None:
        """Take the clock from `now`; `interval` is in seconds, else that of the newsroom's settings."""
        self.now = now
        self.interval: float = settings.POPULAR_SECONDS if interval is None else interval

    def run(self, stopping: threading.Event) -> None:
        """Look until `stopping` is set. What fails is logged and tried again at the next look."""
        is_away = False
        while not stopping.is_set():
            close_old_connections()
            try:
                refresh(self.now())
                is_away = False
            except (OperationalError, InterfaceError) as error:
                if not is_away:
                    logger.warning("Most popular could not be worked out (%s); the old lists stay", error)
                is_away = True
                connection.close()
            except Exception:  # a list that cannot be made must not end the worker that looks after money
                logger.exception("Most popular could not be worked out; the old lists stay")
            stopping.wait(self.interval)
        connections.close_all()


def refresh(now: datetime) -> int:
    """Work all lists out and write what changed; return how many lists changed."""
    return write_lists(all_lists(now))


def write_lists(wanted: Mapping[str, list[int]]) -> int:
    """Let the entries be `wanted` (primary keys of stories by list, in order); return how many lists changed.

    Rows that stand as they should are not written, so that no fragment becomes stale but those of changed lists.
    """
    kept: dict[str, dict[int, PopularEntry]] = defaultdict(dict)
    for entry in PopularEntry.objects.all():
        kept[entry.list_key][entry.rank] = entry
    changed = [key for key in sorted({*kept, *wanted}) if not _stands(kept.get(key, {}), wanted.get(key, []))]
    if changed:
        with transaction.atomic():
            for key in changed:
                _write(key, kept.get(key, {}), wanted.get(key, []))
    return len(changed)


def _stands(kept: Mapping[int, PopularEntry], wanted: list[int]) -> bool:
    return {rank: entry.story_id for rank, entry in kept.items()} == dict(enumerate(wanted, start=1))


def _write(key: str, kept: Mapping[int, PopularEntry], wanted: list[int]) -> None:
    surplus = [entry.pk for rank, entry in kept.items() if rank > len(wanted)]
    if surplus:
        PopularEntry.objects.filter(pk__in=surplus).delete()
    new: list[PopularEntry] = []
    for rank, story in enumerate(wanted, start=1):
        entry = kept.get(rank)
        if entry is None:
            new.append(PopularEntry(list_key=key, rank=rank, story_id=story))
        elif entry.story_id != story:
            PopularEntry.objects.filter(pk=entry.pk).update(story_id=story)
    PopularEntry.objects.bulk_create(new, ignore_conflicts=True)  # another node may have found the same just now
