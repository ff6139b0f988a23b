"""What this process counts, for operators to see: plain numbers in the process, published once a second.

The edge adds to the attributes of `COUNTS` as they are (`COUNTS.hit += 1`): that costs some ten nanoseconds and needs
no lock, because CPython does not change threads within such a statement. A thread of its own writes the numbers once a
second where `standfirst serve` reads them (`standfirst.delivery.published`); nothing here waits for a disk.

The metrics that come of it are listed in docs/reference/metrics.md.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from standfirst.delivery.published import Slot

logger = logging.getLogger("standfirst.metrics")

INTERVAL = 1.0
OUTCOMES = ("hit", "not_modified", "miss", "passed", "refused", "endpoint")
STALE_REASONS = ("renewing", "failed", "busy", "cut_off")
RENDER_BUCKETS = (0.005, 0.01, 0.015, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds in seconds; an article's budget is 15 ms, a reader waits for ten seconds at most."""
MOST_KINDS = 20


class Counts:
    """What one process counted since it began.

    Each request adds to exactly one of

    - `hit`: answered from the store, and current
    - `not_modified`: answered with 304
    - `stale_renewing`, `stale_failed`, `stale_busy`, `stale_cut_off`: answered with an older page, because a new one
      is being rendered, could not be rendered, found no room to be rendered in time, or because this node does not
      hear of changes
    - `miss`: rendered for this reader (or for several who waited for the same rendering)
    - `passed`: given to Django whole (desk, media, what differs by person)
    - `refused`: turned away by the edge (4xx, or 503 when there is no room)
    - `endpoint`: answered at the edge by an endpoint that another app gave it
    """

    __slots__ = (
        *OUTCOMES,
        *(f"stale_{reason}" for reason in STALE_REASONS),
        "_lock",
        "errors",
        "failed_last",
        "render_buckets",
        "render_seconds",
        "renders_failed",
    )

    hit: int
    not_modified: int
    miss: int
    passed: int
    refused: int
    endpoint: int
    stale_renewing: int
    stale_failed: int
    stale_busy: int
    stale_cut_off: int

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.clear()

    def clear(self) -> None:
        """Begin anew: what a parent counted is not its child's."""
        for name in OUTCOMES:
            setattr(self, name, 0)
        for reason in STALE_REASONS:
            setattr(self, f"stale_{reason}", 0)
        self.render_buckets = [0] * (len(RENDER_BUCKETS) + 1)
        self.render_seconds = 0.0
        self.renders_failed: dict[str, int] = {}
        self.errors: dict[str, int] = {}
        self.failed_last: dict[str, object] = {}

    def observe_render(self, seconds: float) -> None:
        """Count one rendering that took `seconds`, whether it went well or not."""
        with self._lock:
            self.render_buckets[bisect_left(RENDER_BUCKETS, seconds)] += 1
            self.render_seconds += seconds

    @contextmanager
    def rendering(self) -> Iterator[None]:
        """Count the rendering inside and, when it raises, its failure by the name of the exception."""
        begun = time.perf_counter()
        try:
            yield
        except Exception as error:
            self.render_failed(type(error).__name__)
            raise
        finally:
            self.observe_render(time.perf_counter() - begun)

    def render_failed(self, kind: str) -> None:
        """Count a rendering that gave no page; `kind` is an exception's name, or `status_500`."""
        self._count(self.renders_failed, kind)
        self.failed_last = {"kind": kind, "at": time.time()}

    def error(self, kind: str) -> None:
        """Count something that went wrong outside a rendering: `store_write`, `store_read`, `log_unreachable`, …"""
        self._count(self.errors, kind)

    def _count(self, kinds: dict[str, int], kind: str) -> None:
        with self._lock:
            # A bounded number of names, whatever raises: each is a time series of its own.
            known = kind if kind in kinds or len(kinds) < MOST_KINDS else "other"
            kinds[known] = kinds.get(known, 0) + 1

    def snapshot(self) -> dict[str, Any]:
        """Return all numbers as JSON can hold them."""
        with self._lock:
            return {
                "requests": {name: getattr(self, name) for name in OUTCOMES},
                "stale": {reason: getattr(self, f"stale_{reason}") for reason in STALE_REASONS},
                "render_buckets": list(self.render_buckets),
                "render_seconds": round(self.render_seconds, 6),
                "renders_failed": dict(self.renders_failed),
                "errors": dict(self.errors),
                "failed_last": self.failed_last,
            }


COUNTS = Counts()
_others: dict[str, Callable[[], Mapping[str, float]]] = {}


def publish_also(name: str, numbers: Callable[[], Mapping[str, float]]) -> None:
    """Publish under `name` what another app counts in this process; `numbers` is called once a second."""
    _others[name] = numbers


observe_render = COUNTS.observe_render
render_failed = COUNTS.render_failed
error = COUNTS.error


def publish(folder: Path | None, role: str) -> None:
    """Begin to publish what this process counts, under its `role` ("web" or "background"); call it once a process.

    Without a `folder` (tests, single commands) nothing is published.
    """
    COUNTS.clear()
    if folder is None:
        return
    slot = Slot.make(folder, role, os.getpid())
    if slot is not None:
        threading.Thread(target=_publish, args=(slot,), name="metrics", daemon=True).start()


def _publish(slot: Slot) -> None:
    begun = time.time()
    while True:
        slot.write({"begun": begun, **COUNTS.snapshot(), **{name: dict(count()) for name, count in _others.items()}})
        time.sleep(INTERVAL)
