"""Gets entries that are true: from the store, or rendered anew, once for everybody who asks."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from standfirst.delivery import metrics
from standfirst.delivery.edge.flight import Flight, Flights
from standfirst.delivery.edge.rendering import Rendered
from standfirst.delivery.metrics import COUNTS
from standfirst.delivery.store import PageStore
from standfirst.delivery.store.entry import Entry

GRACE = 0.2
"""Seconds after a change in which the old page is sent at once while the new one renders; then readers wait for it."""
PATIENCE_WITH_STALE = 1.0
"""Seconds to wait for a new page when there is an old one to fall back on."""
PATIENCE_WITHOUT = 8.0
MOST_WAITING = 64
"""Requests of a process that may wait for renderings at once; each holds a thread that stored pages may need."""
BACK_OFF = 1.0
"""Seconds for which a page that could not be rendered is not tried again, while there is an old one."""
MOST_FAILED = 10_000
TRIES = 3


@dataclass(frozen=True, slots=True)
class Result:
    """How a rendering ended: with an entry (`stored` or not), or with a failure or a private answer."""

    entry: Entry | None
    rendered: Rendered | None = None
    stored: bool = False


@dataclass(frozen=True, slots=True)
class Stale:
    """For how many seconds an entry has been out of date, `inf` when nobody knows; and why it is sent all the same."""

    seconds: float
    reason: str = "renewing"


@dataclass(frozen=True, slots=True)
class Got:
    """An entry to send, `stale` when it is not current, `new` when somebody waited for it to be rendered."""

    entry: Entry | None
    stale: Stale | None = None
    rendered: Rendered | None = None
    new: bool = False


class Current:
    """Entries of one process. `render` is given the store's sequence and returns what Django made of it."""

    def __init__(self, flights: Flights[Result], release: str) -> None:
        self.flights = flights
        self.release = release
        self._benches = threading.BoundedSemaphore(MOST_WAITING)
        self._failed_until: dict[bytes, float] = {}
        self._everything_failed_until = 0.0

    def staleness(self, store: PageStore, entry: Entry) -> Stale | None:
        """Return how stale `entry` is, or `None` when it is current."""
        state = store.state()
        if entry.release != self.release or entry.sequence < state.everything or state.lost:
            return Stale(math.inf)
        mark = store.newest_mark(entry.keys)
        if mark is not None and mark.sequence > entry.sequence:
            return Stale(max(0.0, time.monotonic() - mark.at))
        now = time.time()
        if entry.fresh_until is not None and now >= entry.fresh_until:
            return Stale(now - entry.fresh_until)
        # A clock that was set back must not keep pages for ever.
        return Stale(math.inf) if entry.rendered_at > now + 60 else None

    def get(
        self,
        store: PageStore,
        key: bytes,
        known: Entry | None,
        render: Callable[[], Rendered],
        *,
        is_question: bool = False,
    ) -> Got:
        """Return the entry of `key`, rendered anew with `render` if needed; `known` is what this process remembers.

        `is_question`: it is one of endlessly many. They are kept apart, and never take the threads that renew pages.
        """
        entry = store.read(key) or known
        new = False
        for _ in range(TRIES):
            stale = self.staleness(store, entry) if entry else None
            if entry and stale is None:
                return Got(entry, None, new=new)
            if entry and self._backs_off(key):
                return Got(entry, replace(stale or Stale(math.inf), reason="failed"))
            flight = self._start(store, key, entry, render, is_question=is_question)
            if entry and stale and stale.seconds < GRACE:
                return Got(entry, stale, new=new)
            if flight is None or not self._benches.acquire(blocking=False):
                return Got(entry, replace(stale or Stale(math.inf), reason="busy"))
            try:
                result = flight.wait(PATIENCE_WITH_STALE if entry else PATIENCE_WITHOUT)
            finally:
                self._benches.release()
            if result is None or result.entry is None:
                if entry and not flight.is_over:  # what is known cannot be renewed in time: none of it is waited for
                    self._everything_failed_until = time.monotonic() + BACK_OFF
                return self._without(entry, stale, result)
            if not result.stored:
                return Got(result.entry, None, result.rendered, new=True)
            entry, new = result.entry, True
            if store.state().lost:  # nothing can be shown to be current, however often it is rendered
                break
        return Got(entry, self.staleness(store, entry) if entry else None, new=True)

    def _without(self, entry: Entry | None, stale: Stale | None, result: Result | None) -> Got:
        """What to answer when nothing new came in time, or it was a failure or private."""
        rendered = result.rendered if result else None
        if rendered is not None and rendered.private:
            return Got(None, None, rendered)
        if entry is None:
            return Got(None, None, rendered)
        return Got(entry, replace(stale or Stale(math.inf), reason="failed" if result else "busy"), rendered)

    def _start(
        self,
        store: PageStore,
        key: bytes,
        old: Entry | None,
        render: Callable[[], Rendered],
        *,
        is_question: bool,
    ) -> Flight[Result] | None:
        def fly() -> Result:
            return self._render(store, key, old, render, is_question=is_question)

        def elsewhere() -> Result | None:
            entry = store.read(key)
            return Result(entry, stored=True) if entry and self.staleness(store, entry) is None else None

        return self.flights.start(key, fly, elsewhere, is_known=old is not None and not is_question)

    def _render(
        self,
        store: PageStore,
        key: bytes,
        old: Entry | None,
        render: Callable[[], Rendered],
        *,
        is_question: bool,
    ) -> Result:
        sequence = store.state().sequence
        rendered = render()
        metrics.observe_render(rendered.seconds)
        if rendered.failed:
            metrics.render_failed(rendered.failure)
            if old is not None:
                self._back_off(key)
            return Result(None, rendered)
        self._failed_until.pop(key, None)
        self._everything_failed_until = 0.0
        if rendered.private:
            return Result(None, rendered)
        entry = rendered.entry(sequence=sequence, release=self.release)
        if old is not None and old.digest == entry.digest:
            entry = replace(entry, modified_at=old.modified_at)
        if not rendered.storable:
            return Result(entry, rendered)
        if not store.write(key, entry, is_question=is_question):
            COUNTS.error("store_write")
        return Result(entry, rendered, stored=True)

    def _backs_off(self, key: bytes) -> bool:
        now = time.monotonic()
        return now < self._everything_failed_until or now < self._failed_until.get(key, 0.0)

    def _back_off(self, key: bytes) -> None:
        """Do not try `key` again for a moment. Only what is known gets here, so strangers cannot fill this."""
        if len(self._failed_until) >= MOST_FAILED:
            self._failed_until.clear()
        self._failed_until[key] = time.monotonic() + BACK_OFF
