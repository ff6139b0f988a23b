"""One line in the log for a request that was slow or failed, and none for any other.

A line says what was asked and how it went, never by whom: no address of a reader, no cookie, no query string.
"""

from __future__ import annotations

import logging

from django.conf import settings

logger = logging.getLogger("standfirst.request")

LONGEST_PATH = 300


def log_request(
    *, method: str, path: str, status: int, seconds: float, outcome: str, queries: int | None = None
) -> None:
    """Log a request that ended with a 5xx (as an error) or took longer than `slow_request_ms` (as a warning).

    `path` is without its query, `outcome` how it was answered (hit, miss, passed, …), `queries` the number of database
    queries where it is known.
    """
    milliseconds = round(seconds * 1000)
    slow = 0 < settings.SLOW_REQUEST_MS < milliseconds
    if not slow and status < 500:
        return
    fields = {"method": method, "path": _printable(path), "status": status, "ms": milliseconds, "outcome": outcome}
    if queries is not None:
        fields["queries"] = queries
    words = " ".join(f"{name}={value}" for name, value in fields.items())
    logger.log(logging.ERROR if status >= 500 else logging.WARNING, "%s", words, extra={"fields": fields})


def _printable(path: str) -> str:
    """Return `path` without line breaks or anything else that could pass for another line of the log."""
    shown = "".join(letter if letter.isprintable() and letter != " " else f"\\x{ord(letter):02x}" for letter in path)
    return shown if len(shown) <= LONGEST_PATH else f"{shown[:LONGEST_PATH]}…"
