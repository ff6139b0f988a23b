"""One line in the log for a request that was slow or failed, and none for any other.

A line says what was asked and how it went, never by whom: no address of a reader, no cookie, no query string.
"""

from __future__ import annotations

import logging
import threading
import time

from django.conf import settings

logger = logging.getLogger("standfirst.request")

LONGEST_PATH = 300
MOST_A_SECOND = 20
"""Lines of one process: a spike into a newsroom whose database is away must not fill the disk with its log."""


class _Limit:
    """Lets so many lines through a second, and counts the others."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._second = 0
        self._written = 0
        self._left_out = 0

    def lets_through(self) -> tuple[bool, int]:
        """Return whether a line may be written now, and how many were left out since the last one that was."""
        with self._lock:
            second = int(time.monotonic())
            if second != self._second:
                self._second, self._written = second, 0
            if self._written >= MOST_A_SECOND:
                self._left_out += 1
                return False, 0
            self._written += 1
            left_out, self._left_out = self._left_out, 0
            return True, left_out


_limit = _Limit()


def log_request(*, method: str, path: str, status: int, seconds: float, outcome: str) -> None:
    """Log a request that ended with a 5xx (as an error) or took longer than `slow_request_ms` (as a warning).

    `path` is without its query, `outcome` how it was answered (hit, miss, passed, …).
    """
    milliseconds = round(seconds * 1000)
    slow = 0 < settings.SLOW_REQUEST_MS < milliseconds
    if not slow and status < 500:
        return
    written, left_out = _limit.lets_through()
    if not written:
        return
    if left_out:
        logger.warning("%d more requests that were slow or failed have no line of their own", left_out)
    fields = {
        "method": _printable(method[:20]),
        "path": _printable(path),
        "status": status,
        "ms": milliseconds,
        "outcome": outcome,
    }
    words = " ".join(f"{name}={value}" for name, value in fields.items())
    logger.log(logging.ERROR if status >= 500 else logging.WARNING, "%s", words, extra={"fields": fields})


def _printable(path: str) -> str:
    """Return `path` without line breaks or anything else that could pass for another line of the log."""
    shown = "".join(letter if letter.isprintable() and letter != " " else f"\\x{ord(letter):02x}" for letter in path)
    return shown if len(shown) <= LONGEST_PATH else f"{shown[:LONGEST_PATH]}…"
