"""One rendering a key, however many ask for it: in this process, and among all processes of the newsroom."""

from __future__ import annotations

import fcntl
import logging
import os
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Generic, TypeVar

from standfirst.delivery.metrics import COUNTS

Result = TypeVar("Result")
LOOK_EVERY = 0.005
OTHERS_TURN = 3.0
"""Seconds that another process gets before its rendering is taken for stuck."""
MOST_UNDER_WAY = 128
"""Renderings of one kind that run or wait for a thread; whoever wants one more is told to come back."""
logger = logging.getLogger("standfirst.delivery")


class Flight(Generic[Result]):
    """One rendering that is under way, or over."""

    def __init__(self) -> None:
        self._over = threading.Event()
        self._result: Result | None = None

    def wait(self, seconds: float) -> Result | None:
        """The result, or `None` when it takes longer than `seconds` or there is none because of a mistake of ours."""
        return self._result if self._over.wait(seconds) else None

    @property
    def is_over(self) -> bool:
        """Whether nobody needs to wait any more."""
        return self._over.is_set()

    def land(self, result: Result | None) -> None:
        """Give everybody who waits the result."""
        self._result = result
        self._over.set()


class Flights(Generic[Result]):
    """Starts renderings in a few threads of its own, never two of the same key.

    Pages that are known and those nobody asked for before have `threads` each, and a bounded queue each: strangers can
    ask for new pages faster than any machine renders them, and what the newsroom changes must not wait behind that.
    Other processes are kept off a key by a lock on one byte of `lock_file`, which the system takes back from a process
    that is killed.
    """

    def __init__(self, lock_file: Path, *, threads: int) -> None:
        self._lock_file = lock_file
        self._lock = threading.Lock()
        self._under_way: dict[bytes, Flight[Result]] = {}
        self._pools = {
            True: ThreadPoolExecutor(threads, thread_name_prefix="renew"),
            False: ThreadPoolExecutor(threads, thread_name_prefix="render"),
        }
        self._queued = {True: 0, False: 0}
        self._descriptor: int | None = None

    def start(
        self,
        key: bytes,
        render: Callable[[], Result],
        done_elsewhere: Callable[[], Result | None],
        *,
        is_known: bool,
    ) -> Flight[Result] | None:
        """Return the flight of `key`, begun now unless it is under way already; `None` when too many are.

        `done_elsewhere` returns the result when another process has stored it meanwhile; `is_known` says whether there
        is an older result.
        """
        with self._lock:
            flight = self._under_way.get(key)
            if flight is not None:
                return flight
            if self._queued[is_known] >= MOST_UNDER_WAY:
                return None
            self._queued[is_known] += 1
            flight = self._under_way[key] = Flight()
        self._pools[is_known].submit(self._fly, key, flight, render, done_elsewhere, is_known)
        return flight

    def is_under_way(self, key: bytes) -> bool:
        """Whether this process renders `key` just now."""
        return key in self._under_way

    def finish(self) -> None:
        """Wait until nothing is under way."""
        while flights := list(self._under_way.values()):
            flights[0].wait(OTHERS_TURN)

    def _fly(
        self,
        key: bytes,
        flight: Flight[Result],
        render: Callable[[], Result],
        done_elsewhere: Callable[[], Result | None],
        is_known: bool,
    ) -> None:
        result: Result | None = None
        try:
            with self._turn(key, done_elsewhere) as done:
                result = done if done is not None else render()
        except Exception:
            COUNTS.error("rendering")
            logger.exception("a page was rendered and could not be kept or sent")
        finally:
            with self._lock:
                del self._under_way[key]
                self._queued[is_known] -= 1
            flight.land(result)

    @contextmanager
    def _turn(self, key: bytes, done_elsewhere: Callable[[], Result | None]) -> Iterator[Result | None]:
        """Hold this key's lock, or give what another process made of it meanwhile."""
        place = zlib.crc32(key) & 0x3FFFFFFF
        deadline = time.monotonic() + OTHERS_TURN
        while not self._try_lock(place):
            time.sleep(LOOK_EVERY)
            done = done_elsewhere()
            if done is not None or time.monotonic() > deadline:
                yield done
                return
        try:
            # Somebody may have been done between this thread's look at the store and now.
            yield done_elsewhere()
        finally:
            self._unlock(place)

    def _try_lock(self, place: int) -> bool:
        """Whether this process may render now; a lock file that cannot be used keeps nobody from rendering."""
        try:
            if self._descriptor is None:
                self._descriptor = os.open(self._lock_file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.lockf(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place)
        except BlockingIOError:
            return False
        except OSError:
            return True
        return True

    def _unlock(self, place: int) -> None:
        try:
            if self._descriptor is not None:
                fcntl.lockf(self._descriptor, fcntl.LOCK_UN, 1, place)
        except OSError:
            return
