"""Takes beacons in a web process, and twice a second adds them to the day's files."""

from __future__ import annotations

import atexit
import logging
import os
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from datetime import date, datetime, tzinfo

import lmdb

from standfirst.counting import caps
from standfirst.counting.judging import Beacon
from standfirst.counting.ledger.folder import Folder
from standfirst.counting.reasons import Reason
from standfirst.counting.today import Today
from standfirst.delivery.metrics import COUNTS
from standfirst.delivery.store.access import DAMAGE

logger = logging.getLogger(__name__)

INTERVAL = 0.5
"""Seconds between two additions: what a process that is killed loses at most, beside the addition under way."""
COMPLAIN_EVERY = 60.0
MOST_WAITING = 20_000
"""Beacons that wait for the next addition; a few megabytes. What comes beyond that is filtered as `full`."""
PRESSING = 4_000
"""With so many waiting they are added at once, and who brings more stands still meanwhile: threads that take would
otherwise leave the one that adds too little of the processor."""
LONGEST_WAIT = 0.5
"""Seconds that a beacon may stand still."""


class ReadCounter:
    """What one process counts. A fork counts with an own thread, and not what its parent had taken."""

    def __init__(self, folder: Folder, zone: tzinfo, clock: Callable[[], float] = time.time) -> None:
        self._folder = folder
        self._zone = zone
        self._clock = clock
        self._today: Today | None = None
        self._process = 0
        self._complained_at = -COMPLAIN_EVERY
        self._stopped = threading.Event()
        self.numbers: Counter[str] = Counter()
        """What this process took and filtered since it began, for the metrics."""
        self._forget()

    def _forget(self) -> None:
        self._opening, self._adding = threading.RLock(), threading.Lock()
        self._filtering = threading.Lock()
        self._pressed, self._room = threading.Event(), threading.Event()
        self._waiting: deque[Beacon] = deque()
        self._networks: Counter[bytes] = Counter()
        self._filtered: Counter[tuple[int, Reason]] = Counter()

    def now(self) -> float:
        """Seconds since the epoch."""
        return self._clock()

    def begin(self) -> None:
        """Start the thread that adds, unless it runs in this process."""
        if self._process == os.getpid():
            return
        with self._opening:
            if self._process != os.getpid():
                self._process = os.getpid()
                self._today = None  # a parent's LMDB must not be used after a fork, and not closed either
                self._forget()
                atexit.register(self.stop)
                threading.Thread(target=self._run, name="counting", daemon=True).start()

    def stop(self) -> None:
        """End the thread, and add what waits."""
        self._stopped.set()
        self._pressed.set()
        self.add()
        self.close()

    def close(self) -> None:
        """Let go of the day's files; whatever comes next opens them again."""
        with self._adding:
            self._close()

    def today(self) -> Today:
        """The day that it is in the newsroom. Raises lmdb.Error or OSError when its files cannot be opened."""
        today = self._today
        if today is not None and today.day == self._date():
            return today
        with self._opening:
            if self._today is None:
                self._today = Today(self._folder, self._date())
            # Over midnight the old day is still the one until it is closed, after at most half a second.
            return self._today

    def take(self, beacon: Beacon) -> None:
        """Take a beacon; it is judged within half a second."""
        if len(self._waiting) >= PRESSING:
            self._room.clear()
            self._pressed.set()
            self._room.wait(LONGEST_WAIT)
        if len(self._waiting) >= MOST_WAITING:
            self.filter(Reason.FULL)
        elif self._networks[beacon.network] >= caps.PROCESS_RATE:
            self.filter(Reason.BURST)
        else:
            self._networks[beacon.network] += 1
            self.numbers["taken"] += 1
            self._waiting.append(beacon)

    def filter(self, reason: Reason, hits: int = 1) -> None:
        """Count beacons that are not looked at further."""
        with self._filtering:
            self._filtered[int(self._clock() // 3600), reason] += hits
            self.numbers[reason] += hits

    def add(self) -> None:
        """Add what waits to the day's files, and turn to the next day when this one is over."""
        with self._adding:
            waiting = [self._waiting.popleft() for _ in range(len(self._waiting))]
            with self._filtering:
                filtered, self._filtered = self._filtered, Counter()
            self._networks = Counter()
            if waiting or filtered:
                self._add(waiting, filtered)
            today = self._today
            if today is not None and (today.day != self._date() or not today.is_in_place()):
                self._close()

    def _add(self, waiting: list[Beacon], filtered: Counter[tuple[int, Reason]]) -> None:
        try:
            refused = self.today().count(waiting, filtered)
            self.numbers.update(refused)
            if Reason.FULL in refused:
                self._complain("counting_full", "there is no room for more of today's visits: beacons do not count")
        except DAMAGE as error:
            if self._today is not None:
                self._today.discard()
            self._close()
            self._complain("counting", f"the files of today's reads were damaged and begin anew ({error})")
        except (lmdb.Error, OSError) as error:
            with self._filtering:
                self._filtered.update(filtered)
            self._close()
            self._complain(
                "counting", f"{len(waiting)} beacons do not count: today's files cannot be written ({error})"
            )

    def _complain(self, kind: str, sentence: str) -> None:
        """Count an error, and log it unless one was logged within a minute."""
        COUNTS.error(kind)
        if self._clock() - self._complained_at >= COMPLAIN_EVERY:
            self._complained_at = self._clock()
            logger.error("%s", sentence)

    def _close(self) -> None:
        with self._opening:
            today, self._today = self._today, None
        if today is not None:
            today.close()

    def _date(self) -> date:
        return datetime.fromtimestamp(self._clock(), self._zone).date()

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._pressed.wait(INTERVAL)
            self._pressed.clear()
            try:
                self.add()
            except Exception:
                COUNTS.error("counting")
                logger.exception("reads could not be added up")
            self._room.set()
