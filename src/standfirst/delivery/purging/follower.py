"""Follows the ordered log of purges: what another process or node changed is marked in this node's store.

The log in the database is the truth, and it is read once a second; a wake-up only shortens the wait.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from time import monotonic

from django.db import InterfaceError, OperationalError, close_old_connections, connection, connections
from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils import timezone

from standfirst.delivery.edge.access import LONGEST_LIFE
from standfirst.delivery.models import Purge
from standfirst.delivery.purging.position import NOWHERE, Position, read_position, write_position
from standfirst.delivery.purging.taking import ACCESS, take, take_revocations
from standfirst.delivery.store import PageStore

logger = logging.getLogger("standfirst.purging")

INTERVAL = 1.0
LONGEST_WAIT = 5.0
OLD_NEWS = 1.0
"""An answer that took longer (a connection that hung) may be as old as its question, and is asked for again."""
BATCH = 100
PRUNE_EVERY = 3600.0


class Follower:
    """Follows the log for the store in `folder`; `woken` is set by whoever knows of a new row."""

    def __init__(self, store: PageStore, folder: Path, woken: threading.Event | None = None) -> None:
        self.store = store
        self.folder = folder
        self.woken = woken or threading.Event()
        self._position = read_position(folder)
        self._wait = INTERVAL
        self._deaf_since: float | None = None
        self._prune_at = 0.0

    def run(self, stopping: threading.Event) -> None:
        """Look once a second, and at once when woken, until `stopping` is set. No failure ends it."""
        while not stopping.is_set():
            self.woken.clear()
            close_old_connections()
            try:
                self.look()
                self._heard_again()
                self._prune_when_due()
            except Exception as error:  # noqa: BLE001 - whatever happens, the node must hear again as soon as it can
                self._failed(error)
            self._pause(stopping)
        connections.close_all()

    def _pause(self, stopping: threading.Event) -> None:
        until = monotonic() + self._wait
        while not stopping.is_set() and (left := until - monotonic()) > 0:
            if self.woken.wait(min(left, INTERVAL)):
                return

    def look(self) -> int:
        """Mark everything that was logged since the last look; return how many rows were read.

        Reads on until the end is reached; only then has this node heard everything.
        """
        count = 0
        while True:
            begun = monotonic()
            rows = list(Purge.objects.filter(pk__gte=self._position.id).order_by("pk")[:BATCH])
            if not self._is_followed(rows):
                self._begin_anew()
                continue
            new = rows[1:]
            self._apply(new)
            count += len(new)
            if len(rows) < BATCH and monotonic() - begun < OLD_NEWS:
                self.store.hear()
                return count

    def _is_followed(self, rows: Sequence[Purge]) -> bool:
        """Return whether the row read last is still the first of `rows`, so that nothing between was missed.

        It is not when the log was pruned beyond it, when the database was restored or exchanged, and when the store
        began empty.
        """
        if self.store.cursor() != self._position.id:
            return False
        if self._position == NOWHERE:
            return not rows
        return bool(rows) and _position(rows[0]) == self._position

    def _begin_anew(self) -> None:
        """Trust nothing that is stored, and follow from the newest row on."""
        newest = Purge.objects.order_by("-pk").first()
        self._take_past_revocations()
        self.store.mark_everything()
        self._move_to(_position(newest) if newest else NOWHERE)
        logger.info("the log of purges is followed from row %d on; every stored page is made anew", self._position.id)

    def _take_past_revocations(self) -> None:
        """Revoke again all tokens that may still be about: a store that began empty knows of none."""
        since = timezone.now() - timedelta(seconds=LONGEST_LIFE)
        recent = Purge.objects.filter(created__gte=since).annotate(text=Cast("keys", TextField()))
        for row in recent.filter(text__contains=f'"{ACCESS}').order_by("pk").iterator(chunk_size=BATCH):
            take_revocations(self.store, row.keys, at=row.created.timestamp())

    def _apply(self, rows: Sequence[Purge]) -> None:
        for row in rows:
            if not self.store.applied(row.pk):
                take(self.store, row.keys, log_id=row.pk, at=row.created.timestamp())
        if rows:
            self._move_to(_position(rows[-1]))

    def _move_to(self, position: Position) -> None:
        self.store.set_cursor(position.id)
        write_position(self.folder, position)
        self._position = position

    def _heard_again(self) -> None:
        self._wait = INTERVAL
        if self._deaf_since is not None:
            silence = monotonic() - self._deaf_since
            logger.warning("the log of purges is followed again after %.0f s", silence)
            self._deaf_since = None

    def _failed(self, error: Exception) -> None:
        """Log the first failure of a row of them, drop the connection, and wait a little longer each time."""
        if self._deaf_since is None:
            self._deaf_since = monotonic()
            away = isinstance(error, OperationalError | InterfaceError)
            logger.error(
                "the log of purges cannot be followed (%s: %s); pages are served as stale until it can",
                type(error).__name__,
                str(error).strip(),
                exc_info=None if away else error,
            )
        connection.close()
        self._wait = min(self._wait * 1.5, LONGEST_WAIT)

    def _prune_when_due(self) -> None:
        if monotonic() >= self._prune_at:
            self._prune_at = monotonic() + PRUNE_EVERY
            Purge.prune()


def catch_up(store: PageStore, patience: float = 2.0) -> None:
    """Mark what was committed and not announced when the processes were killed, before the first reader is answered.

    Waits `patience` seconds at most: a database that is away keeps nobody from being served.
    """
    thread = threading.Thread(target=_catch_up, args=(store,), name="catch-up", daemon=True)
    thread.start()
    thread.join(patience)


def _catch_up(store: PageStore) -> None:
    try:
        mark_unread(store)
    except Exception as error:  # noqa: BLE001 - the follower tells it, and goes on trying
        logger.warning("the log of purges cannot be read at the start (%s)", type(error).__name__)
    finally:
        connections.close_all()


def mark_unread(store: PageStore) -> None:
    """Mark what the log has beyond the follower's place in it, which stays: the follower will read the same rows."""
    place = read_position(store.folder)
    if place == NOWHERE:  # nothing is stored that the follower will not mark as a whole
        return
    for row in Purge.objects.filter(pk__gt=place.id).order_by("pk").iterator(chunk_size=BATCH):
        if not store.applied(row.pk):
            take(store, row.keys, log_id=row.pk, at=row.created.timestamp())


def _position(row: Purge) -> Position:
    return Position(row.pk, row.created.isoformat())
