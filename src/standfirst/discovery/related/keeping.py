"""Keeps the related stories true: looks every two seconds whether a story changed.

One loop in the background worker of each node; several may run at once, and each may be killed at any moment. When it
begins it also finds the stories that nobody ever looked at, those of an archive from before an upgrade for example.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from django.db import InterfaceError, OperationalError, close_old_connections, connection, connections

from standfirst.discovery.related.actions.rebuild_related import rebuild_related
from standfirst.discovery.related.models import RelatedList
from standfirst.discovery.related.noting import note
from standfirst.discovery.related.waiting import work_off
from standfirst.stories.models import Edition, ListedStory

logger = logging.getLogger("standfirst.related")

INTERVAL = 2.0
MANY = 1000
"""From so many unknown stories all are related in one go, which costs each of them less."""


class RelatedKeeper:
    """One look every two seconds; what fails is logged and found again by its row."""

    def run(self, stopping: threading.Event) -> None:
        """Look until `stopping` is set."""
        is_away = is_complete = False
        while not stopping.wait(INTERVAL):
            close_old_connections()
            try:
                if not is_complete:
                    take_in_unknown(stopping.is_set)
                    is_complete = True
                work_off(is_stopping=stopping.is_set)
                is_away = False
            except _Stopping:
                break
            except (OperationalError, InterfaceError) as error:
                if not is_away:
                    logger.warning("the keeper of related stories could not use the database (%s); trying again", error)
                is_away = True
                connection.close()
        connections.close_all()


class _Stopping(Exception):
    """The worker ends; what a rebuild has done so far stays done."""


def take_in_unknown(is_stopping: Callable[[], bool]) -> int:
    """Have every public story related that never was; return how many there were.

    Its list is what is written last: a worker that was killed before has left stories with a profile and without one.
    """
    listed = ListedStory.objects.filter(list_key__startswith="edition:")
    unknown = listed.exclude(article_id__in=RelatedList.objects.values("pk"))
    keys = list(unknown.order_by("article_id").values_list("article_id", flat=True))
    if len(keys) < MANY:
        note(keys)
        return len(keys)

    def say(_what: str, _count: int) -> None:
        if is_stopping():
            raise _Stopping

    rebuild_related(editions=list(Edition.objects.order_by("path").values_list("pk", flat=True)), say=say)
    return len(keys)
