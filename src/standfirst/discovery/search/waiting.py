"""Which stories have to be written anew into the search: noted with the change, worked off a moment later.

`note` writes a row in the transaction of whatever changed a story, in any process. `work_off` is run by the background
worker (`looking_after`) and by `standfirst manage rebuild_search`; killed at any moment it goes on where it was.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from standfirst.discovery.search.models import Waiting
from standfirst.discovery.search.writing import write_documents

logger = logging.getLogger("standfirst.search")

AT_ONCE = 10
"""Stories in one transaction: some 100 ms in which, on SQLite, nobody else writes."""
AGAIN_AFTER = timedelta(minutes=5)
NOTED_AT_ONCE = 500


def note(story_ids: Iterable[int], now: datetime | None = None) -> None:
    """Let these stories be written anew, also those that failed before."""
    moment = now or timezone.now()
    rows = [Waiting(story_id=key, since=moment, not_before=moment, failures=0) for key in sorted(set(story_ids))]
    Waiting.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["story_id"],
        update_fields=["not_before", "failures"],
        batch_size=NOTED_AT_ONCE,
    )


def work_off(
    now: datetime | None = None, is_stopping: Callable[[], bool] = lambda: False, most: int | None = None
) -> int:
    """Write every story that waits until none is left, or `most` were written; return how many were."""
    moment = now or timezone.now()
    done = 0
    while not is_stopping() and (most is None or done < most) and (taken := _take(moment)):
        done += taken
    return done


def _take(moment: datetime) -> int:
    """Write the next few; when one of them fails, each on its own."""
    keys = list(_due(moment).values_list("story_id", flat=True)[:AT_ONCE])
    try:
        _write(keys)
    except (OperationalError, InterfaceError):
        raise
    except Exception:  # noqa: BLE001 - one odd story must not keep the others out; it is found and told below
        for key in keys:
            _write_alone(key, moment)
    return len(keys)


def _write_alone(key: int, moment: datetime) -> None:
    try:
        _write([key])
    except (OperationalError, InterfaceError):
        raise
    except Exception:  # whatever is odd about one story
        logger.exception("story %s could not be written into the search; trying again in five minutes", key)
        found = Waiting.objects.filter(pk=key).first()
        failures = found.failures + 1 if found else 1
        Waiting.objects.filter(pk=key).update(not_before=moment + AGAIN_AFTER, failures=failures)


@transaction.atomic
def _write(keys: list[int]) -> None:
    """Take the rows of `keys` away and write the stories; one that changes meanwhile is noted again after this."""
    mine = Waiting.objects.filter(pk__in=keys)
    if connection.vendor == "postgresql":  # on several nodes each story is written by one
        mine = mine.select_for_update(skip_locked=True)
    taken = list(mine.values_list("pk", flat=True))
    Waiting.objects.filter(pk__in=taken).delete()
    write_documents(taken)


def _due(moment: datetime) -> QuerySet[Waiting]:
    return Waiting.objects.filter(not_before__lte=moment).order_by("not_before", "story_id")
