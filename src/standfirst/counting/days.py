"""Sums up the days that are over, and says which sums stand.

What was counted in a day can change long after it: a node that was away brings its hours later. The day is then not
summed any more (triggers of the database see to that) and is summed anew by the next round.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import InterfaceError, OperationalError, close_old_connections, connection, connections, transaction
from django.utils import timezone

from standfirst.counting.models import StoryHour
from standfirst.counting.models.days import NUMBERS, ShareDay, StoryDay, SummedDay

logger = logging.getLogger("standfirst.counting")

ROUND_SECONDS = 60.0
BETWEEN = 1.0
"""Seconds from one round to the next, and while there is more to do."""
MOST_A_ROUND = 30
"""Days; a year that was brought in is summed within the hour."""


def bounds(day: date) -> tuple[datetime, datetime]:
    """When `day` begins and ends on the newsroom's clock, in UTC."""
    return _begins(day), _begins(day + timedelta(days=1))


def _begins(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time())).astimezone(UTC)


def summed_days(first: date, last: date) -> list[date]:
    """The days from `first` to `last` whose sums stand, in order."""
    rows = SummedDay.objects.filter(day__gte=first, day__lte=last).order_by("day")
    return [row.day for row in rows if (row.begins, row.ends) == bounds(row.day)]


def days_to_sum(now: datetime | None = None) -> list[date]:
    """The days that are over and not summed, from the first that was counted, the latest first."""
    today = timezone.localdate(now)
    earliest = StoryHour.objects.order_by("hour").values_list("hour", flat=True).first()
    if earliest is None:
        return []
    first = timezone.localdate(earliest)
    done = set(summed_days(first, today))
    number = (today - first).days
    return [day for day in (today - timedelta(days=back) for back in range(1, number + 1)) if day not in done]


@transaction.atomic
def sum_day(day: date) -> None:
    """Sum up `day` if its sums do not stand."""
    _wait_for_writers()
    if summed_days(day, day):
        return  # by another node, while this one waited
    begins, ends = bounds(day)
    hours = StoryHour.objects.between(begins, ends)
    for model in (StoryDay, ShareDay):
        model.objects.filter(day=day).delete()
    StoryDay.objects.bulk_create(
        (StoryDay(day=day, **row) for row in hours.by("story_id", "edition_id")), batch_size=500
    )
    ShareDay.objects.bulk_create(_shares(day, hours), batch_size=500)
    SummedDay.objects.update_or_create(day=day, defaults={"begins": begins, "ends": ends})


def _wait_for_writers() -> None:
    """Let nobody write hours until the sums stand: who is writing now cannot see a day that is not summed yet.

    SQLite has one writer at a time anyhow: the first statement that writes waits for the others.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {StoryHour._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")
    else:
        SummedDay.objects.filter(pk=0).delete()


def _shares(day: date, hours: Any) -> Iterable[ShareDay]:
    hours = hours.filter(story_id__gt=0)  # fronts and sections are no stories: nobody reads them to an end
    for kind in (ShareDay.Kind.REFERRER, ShareDay.Kind.CAMPAIGN, ShareDay.Kind.DEVICE):
        for row in hours.by("edition_id", kind.value):
            yield ShareDay(day=day, kind=kind, value=row.pop(kind.value), **row)
    clock: dict[tuple[int, int], Counter[str]] = {}
    for row in hours.by("edition_id", "hour"):
        key = row["edition_id"], timezone.localtime(row["hour"]).hour
        clock.setdefault(key, Counter()).update({name: row[name] for name in NUMBERS})
    for (edition, hour), sums in clock.items():
        yield ShareDay(day=day, kind=ShareDay.Kind.HOUR, value=str(hour), edition_id=edition, **sums)


def sum_round() -> int:
    """Sum up what is not summed, at most `MOST_A_ROUND` days; return how many."""
    todo = days_to_sum()[:MOST_A_ROUND]
    for day in todo:
        sum_day(day)
    return len(todo)


class DaySummer:
    """Sums up days beside all requests, in the background worker of each node."""

    def run(self, stopping: threading.Event) -> None:
        """Go round until `stopping` is set. What a database that is away prevents, the next round does."""
        is_away, number = False, 0
        while not stopping.wait(BETWEEN if number == MOST_A_ROUND else ROUND_SECONDS):
            close_old_connections()
            try:
                number, is_away = sum_round(), False
            except (OperationalError, InterfaceError) as error:
                if not is_away:
                    logger.warning("days could not be summed up (%s); trying again", error)
                number, is_away = 0, True
                connection.close()
        connections.close_all()
