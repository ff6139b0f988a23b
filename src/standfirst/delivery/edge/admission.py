"""How many requests may be inside Django at once, so that threads stay free for stored pages whatever happens there."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any


class Admission:
    """Lets `at_once` requests in; `waiting` more wait for at most `patience` seconds each, the rest are turned away."""

    def __init__(self, *, at_once: int, waiting: int, patience: float) -> None:
        self._places = threading.BoundedSemaphore(at_once)
        self._benches = threading.BoundedSemaphore(waiting)
        self._patience = patience

    def enter(self) -> bool:
        """Take a place, and say whether there was one; every `True` needs a `leave`."""
        if self._places.acquire(blocking=False):
            return True
        if not self._benches.acquire(blocking=False):
            return False
        try:
            return self._places.acquire(timeout=self._patience)
        finally:
            self._benches.release()

    def leave(self) -> None:
        """Give the place back."""
        self._places.release()


class Admitted:
    """A response body that gives the place back when the server has sent it or given up."""

    def __init__(self, body: Any, admission: Admission) -> None:
        self._body = body
        self._admission: Admission | None = admission
        self._pieces = iter(body)

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        piece: bytes = next(self._pieces)
        return piece

    def close(self) -> None:
        """Close the body, once."""
        admission, self._admission = self._admission, None
        if admission is None:
            return
        try:
            close = getattr(self._body, "close", None)
            if close is not None:
                close()
        finally:
            admission.leave()
