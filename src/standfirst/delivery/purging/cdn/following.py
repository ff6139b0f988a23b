"""Follows the ordered log for the CDN: what this node's page store knows of, the CDN is told."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from django.conf import settings
from django.db import close_old_connections, connection, connections

from standfirst.delivery.models import Purge
from standfirst.delivery.published import Slot
from standfirst.delivery.purging.cdn.memory import Told, read_told, write_told
from standfirst.delivery.purging.cdn.service import Service
from standfirst.delivery.purging.cdn.status import make_slot, publish
from standfirst.delivery.purging.cdn.targets import targets_of
from standfirst.delivery.purging.cdn.telling import Teller
from standfirst.delivery.purging.position import NOWHERE, Position
from standfirst.delivery.store import PageStore, State

logger = logging.getLogger("standfirst.purging")

LOOK = 0.05
"""Seconds between looks at the store's sequence, one small read each."""
LOOK_AT_LOG = 2.0
"""Seconds between looks at the log when the sequence says that nothing changed."""
PAUSE_AFTER_ERROR = 2.0
BATCH = 500


class CdnFollower:
    """Follows the log for `service`, told by `teller`, on the node whose page store is `store`."""

    def __init__(self, store: PageStore, service: Service, teller: Teller) -> None:
        self.store = store
        self.service = service
        self.teller = teller
        self._folder: Path = store.folder
        self._told = read_told(self._folder)
        self._read = Position(self._told.position, self._told.made_at) if self._told else NOWHERE
        self._slot: Slot | None = None
        self._failing = False

    def run(self, stopping: threading.Event) -> None:
        """Tell the CDN within a moment of each change until `stopping` is set. No failure ends it."""
        self._slot = make_slot(settings.RUN_FOLDER)
        seen: object = None
        due = 0.0
        while not stopping.wait(LOOK):
            state = self.store.state()
            now, changed = time.monotonic(), (state.identity, state.sequence, state.everything)
            if changed == seen and now < due:
                continue
            seen, due = changed, now + min(self._look_safely(), self.work())
            publish(self._slot, self.service, self.teller.waiting())
        connections.close_all()

    def _look_safely(self) -> float:
        """Look, whatever happens; return the seconds until the next look is due. What waits is told meanwhile."""
        try:
            close_old_connections()
            self.look()
        except Exception as error:  # noqa: BLE001 - the CDN must be told again as soon as that can be
            self._failed(error)
            return PAUSE_AFTER_ERROR
        self._failing = False
        return LOOK_AT_LOG

    def look(self) -> int:
        """Read what was logged since the last look, as far as this node's store knows of it; return how many rows.

        Before that the CDN forgets everything when what it keeps and the log no longer fit together: at the first
        start, after a new release, when the store began anew, and when the log does not hold the row read last. What
        was pruned from the log is older than anything a CDN keeps.
        """
        count = 0
        while True:
            state = self.store.state()
            if state.lost:
                return count
            rows = list(Purge.objects.filter(pk__gte=self._read.id).order_by("pk")[:BATCH])
            if not self._fits(rows, state):
                self._begin_anew(state)
                continue
            known = self._known(rows if self._read == NOWHERE else rows[1:])
            for row in known:
                self._read = _position(row)
                self.teller.add(self._read, targets_of(row.keys, self.service, self.store))
            count += len(known)
            if not known or len(rows) < BATCH:
                return count

    def work(self) -> float:
        """Tell the CDN what may be told now and remember it; return the seconds until there may be more to do."""
        wait = self.teller.work()
        done = self.teller.done
        if done is not None and self._told is not None and done.id != self._told.position:
            self._told = replace(self._told, position=done.id, made_at=done.made_at)
            write_told(self._folder, self._told)
        return LOOK_AT_LOG if wait is None else wait

    def _fits(self, rows: Sequence[Purge], state: State) -> bool:
        told = self._told
        if told is None or (told.identity, told.everything) != (state.identity, state.everything):
            return False
        if (told.release, told.service) != (self.store.release, self.service.account):
            return False
        return self._read == NOWHERE or (bool(rows) and _position(rows[0]) == self._read)

    def _begin_anew(self, state: State) -> None:
        """Let the CDN forget everything, and follow from the newest row on.

        What is remembered is written at once: a restart before the CDN accepted it begins anew, because the position
        is that of no row then.
        """
        newest = Purge.objects.order_by("-pk").first()
        self._read = _position(newest) if newest else NOWHERE
        self._told = Told(-1, "", state.identity, state.everything, self.store.release, self.service.account)
        write_told(self._folder, self._told)
        self.teller.add(self._read, None)
        logger.info("the CDN is told to forget everything, and then what changes from row %d on", self._read.id)

    def _known(self, rows: Sequence[Purge]) -> list[Purge]:
        """The first of `rows`, as far as this node would not answer with the old page any more."""
        cursor = self.store.cursor()
        known = []
        for row in rows:
            if row.pk > cursor and not self.store.applied(row.pk):
                break
            known.append(row)
        return known

    def _failed(self, error: Exception) -> None:
        if not self._failing:
            logger.error("the log of purges cannot be followed for the CDN; it is tried again", exc_info=error)
        self._failing = True
        connection.close()


def _position(row: Purge) -> Position:
    return Position(row.pk, row.created.isoformat())
