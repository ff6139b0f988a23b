"""Copies what was counted to the database: totals, never differences.

A row of the database belongs to one file of one node for one day (its source), and a copy only ever raises its numbers
to the file's. Whatever happens in between (a crash before or after the commit, the same rows copied twice or by two
processes, an older copy that arrives late), the row ends at the file's totals, and nothing is counted twice.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta, tzinfo

import lmdb
from django.db import Error, close_old_connections, connection, connections, transaction
from django.utils import timezone

from standfirst.counting import rows
from standfirst.counting.ledger.folder import Folder, remove_lmdb
from standfirst.counting.ledger.totals import Change, Totals, open_totals
from standfirst.counting.models import RollUp, StorySlot
from standfirst.delivery.metrics import COUNTS

logger = logging.getLogger(__name__)

EVERY = 1.0
"""Seconds from one copy to the next."""
AT_ONCE = 500
"""Rows in one transaction."""
A_STATEMENT = 50
"""Rows in one statement: SQLite takes no more than 999 values in its older versions."""
SLOTS_KEPT = timedelta(days=8)
TIDY_EVERY = 3600.0


class Copier:
    """Follows the files of one node, in its background worker."""

    def __init__(self, folder: Folder, zone: tzinfo, clock: Callable[[], float] = time.time) -> None:
        self._folder = folder
        self._zone = zone
        self._clock = clock
        self._open: dict[date, Totals] = {}
        self._tidied_at = 0.0
        self._behind_since: float | None = None
        self.numbers: dict[str, float] = {"lag_seconds": 0.0, "waiting": 0}
        """For the metrics: since when the database does not have everything, and how many rows it lacks."""

    def run(self, stopping: threading.Event) -> None:
        """Copy every second until `stopping` is set, and once more then. A database that is away is waited for."""
        is_away = False
        while True:
            is_last = stopping.wait(EVERY)
            close_old_connections()
            try:
                self.copy()
                self.tidy()
                is_away = False
            except Error as error:
                connection.close()
                if not is_away:
                    logger.warning("what is read cannot be copied to the database now, and waits: %s", error)
                is_away = True
            except (lmdb.Error, OSError):
                COUNTS.error("counting")
                logger.exception("what is read cannot be copied: the day's files cannot be read")
                self._close()
            if is_last:
                break
        self._close()
        connections.close_all()

    def copy(self) -> None:
        """Forget the visits of days that are over, and copy everything that is new. Raises what the database raises."""
        today = self.today()
        self._folder.forget_visits_before(today)
        try:
            for day in self._folder.days_with_totals():
                self._copy_day(day)
                if day < today - timedelta(days=1) or (day < today and self._is_past_midnight()):
                    self._remove(day)
            self._behind_since = None
        finally:
            self._note()

    def today(self) -> date:
        """The day that it is in the newsroom."""
        return datetime.fromtimestamp(self._clock(), self._zone).date()

    def _is_past_midnight(self) -> bool:
        """Whether the day began a while ago: a process may still be adding to yesterday's file in its first seconds."""
        now = datetime.fromtimestamp(self._clock(), self._zone)
        return now - now.replace(hour=0, minute=0, second=0, microsecond=0) > timedelta(minutes=2)

    def _copy_day(self, day: date) -> None:
        totals = self._totals(day)
        while changes := totals.changed(AT_ONCE):
            if self._behind_since is None:
                self._behind_since = self._clock()
            save(totals.source, day, changes)
            totals.settle(changes)

    def _totals(self, day: date) -> Totals:
        kept = self._open.get(day)
        if kept is not None and not kept.is_in_place():
            kept.close()
            kept = None
        if kept is None:
            kept = self._open[day] = open_totals(self._folder.totals(day))
        return kept

    def _remove(self, day: date) -> None:
        """Remove a file that is copied and gets no more."""
        self._open.pop(day).close()
        remove_lmdb(self._folder.totals(day))

    def _note(self) -> None:
        lag = 0.0 if self._behind_since is None else max(0.0, self._clock() - self._behind_since)
        waiting = sum(totals.unsettled() for totals in self._open.values())
        self.numbers = {"lag_seconds": lag, "waiting": waiting}

    def tidy(self) -> None:
        """Delete, once an hour, the five minutes that are older than eight days."""
        if time.monotonic() - self._tidied_at < TIDY_EVERY and self._tidied_at:
            return
        self._tidied_at = time.monotonic()
        StorySlot.objects.filter(slot__lt=timezone.now() - SLOTS_KEPT).delete()

    def _close(self) -> None:
        for totals in self._open.values():
            totals.close()
        self._open.clear()


def save(source: str, day: date, changes: Iterable[Change]) -> None:
    """Raise the rows of `source` to the totals in `changes`, all or none."""
    by_kind: dict[str, list[Change]] = {}
    for change in changes:
        by_kind.setdefault(change.key[0], []).append(change)
    with transaction.atomic():
        for kind, found in by_kind.items():
            model = rows.MODELS[kind]
            values = [[*rows.columns(change.key, day).values(), source, *change.numbers] for change in found]
            # In one order wherever it is done: two that wait for each other's rows would wait for ever.
            values.sort(key=str)
            for start in range(0, len(values), A_STATEMENT):
                _raise_to(model, values[start : start + A_STATEMENT])


def _raise_to(model: type[RollUp], values: Sequence[Sequence[object]]) -> None:
    """Insert rows, or raise the numbers of those that exist; a number is never lowered."""
    quote = connection.ops.quote_name
    table, numbers = quote(model._meta.db_table), [quote(name) for name in model.numbers]
    names = [name for name in model.keyed_by() if name != "source"] + ["source"]
    columns = [*map(quote, names), *numbers]
    one = f"({', '.join(['%s'] * len(columns))})"
    greater = "MAX" if connection.vendor == "sqlite" else "GREATEST"
    raised = ", ".join(f"{name} = {greater}({table}.{name}, excluded.{name})" for name in numbers)
    is_more = " OR ".join(f"excluded.{name} > {table}.{name}" for name in numbers)
    statement = (
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join([one] * len(values))} "  # noqa: S608 - own names
        f"ON CONFLICT ({', '.join(map(quote, names))}) DO UPDATE SET {raised} WHERE {is_more}"
    )
    fields = {field.name: field for field in model._meta.local_concrete_fields}
    prepare = [fields[name].get_db_prep_save for name in [*names, *model.numbers]]
    prepared = [save(value, connection) for row in values for save, value in zip(prepare, row, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(statement, prepared)
