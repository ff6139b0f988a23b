"""What a web worker does beside answering: listens whether it still hears of changes, and reports what is read."""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from collections.abc import Callable

from standfirst.delivery.edge.hot import HotPages
from standfirst.delivery.metrics import COUNTS
from standfirst.delivery.purging.hearing import heard
from standfirst.delivery.store import PageStore

logger = logging.getLogger("standfirst.delivery")

INTERVAL = 0.5
TOUCH_EVERY = 20.0
SWITCH_INTERVAL = 0.001
"""Seconds; Python's own 0.005 lets a request that has to wait for the interpreter several times take 50 ms."""


class Pulse:
    """A thread of its own in each process, begun by the first request that needs the store."""

    def __init__(self, hot: HotPages, store: Callable[[], PageStore | None]) -> None:
        self.hears = True
        self._hot = hot
        self._store = store
        self._process = 0
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._touched_at = time.monotonic()

    def begin(self) -> None:
        """Start the thread unless it runs in this process."""
        if self._process == os.getpid():
            return
        with self._lock:
            if self._process != os.getpid():
                self._process = os.getpid()
                # A page that renders holds the interpreter for so long at a time while stored ones wait.
                sys.setswitchinterval(SWITCH_INTERVAL)
                self.beat()
                threading.Thread(target=self._run, name="pulse", daemon=True).start()

    def stop(self) -> None:
        """End the thread."""
        self._stopped.set()

    def _run(self) -> None:
        while not self._stopped.wait(INTERVAL):
            try:
                self.beat()
            except Exception:
                COUNTS.error("pulse")
                logger.exception("the page store could not be looked after")

    def beat(self) -> None:
        """One look."""
        store = self._store()
        if store is None:
            return
        self.hears = heard(store.state()) is None
        if time.monotonic() - self._touched_at > TOUCH_EVERY:
            self._touched_at = time.monotonic()
            store.touch([page.key for page in list(self._hot.pages.values()) if page.used])
