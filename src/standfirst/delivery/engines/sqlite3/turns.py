"""Long work that writes leaves others a turn.

SQLite lets one connection write at a time, and whoever waits for that looks again from time to time, at last every
tenth of a second (https://www.sqlite.org/c3ref/busy_timeout.html). Work that begins its next transaction a millisecond
after it has ended one, an import or the search written anew, is so never found resting. Measured beside transactions of
a tenth of a second, others waited for 3 seconds in the middle and for 10 at most; a page that has to note a payment
gives up after 20. With a pause of a little more than a tenth of a second, everybody who waits has looked.
"""

from __future__ import annotations

import time
from collections.abc import Callable

TOGETHER = 1.0
"""Seconds that one connection may hold the lock in transactions that follow each other without a pause."""
PAUSE = 0.12


class Turn:
    """What one connection has of the lock. A single transaction, however long, is never held up by this."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], object] = time.sleep
    ) -> None:
        self._clock, self._sleep = clock, sleep
        self._held = self._begun = 0.0
        self._ended = clock() - PAUSE

    def leave_to_others(self) -> None:
        """Wait, before the lock is asked for, when it was held for long and others had no time to look."""
        rested = self._clock() - self._ended
        if rested < PAUSE:
            if self._held < TOGETHER:
                return
            self._sleep(PAUSE - rested)
        self._held = 0.0

    def begin(self) -> None:
        """Note that this connection has the lock."""
        self._begun = self._clock()

    def end(self) -> None:
        """Note that it has given it back."""
        if self._begun:
            self._ended = self._clock()
            self._held += self._ended - self._begun
            self._begun = 0.0
