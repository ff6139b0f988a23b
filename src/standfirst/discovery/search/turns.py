"""One search after the other where each of them keeps this process busy."""

from __future__ import annotations

import threading
from collections import deque
from types import TracebackType


class Turns:
    """A lock that is given to whoever asked first.

    Eight threads that search by this process's own work finish none of it sooner: they take the interpreter from each
    other in the middle. Measured with 100,000 stories, eight searches at once in one process: the slowest twentieth
    took 177 ms side by side and 105 ms in turns, because the work itself took 10 ms each instead of 6. A usual lock is
    no help, since it is taken by whoever comes by; then some waited for seconds.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._is_taken = False

    def __enter__(self) -> None:
        with self._guard:
            if not self._is_taken:
                self._is_taken = True
                return
            mine = threading.Lock()
            mine.acquire()
            self._waiting.append(mine)
        mine.acquire()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._is_taken = False
