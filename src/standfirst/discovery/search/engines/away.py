"""A server that did not answer is left alone for a while, so that its silence costs one search and not every one."""

from __future__ import annotations

import time

LEFT_ALONE = 30.0
"""Seconds in which this process asks the database at once: a server that hangs keeps whoever asks it for five."""
_until = 0.0


def is_away() -> bool:
    """Whether the server failed less than `LEFT_ALONE` seconds ago."""
    return time.monotonic() < _until


def failed(error: Exception) -> None:
    """Leave the server alone, unless it answered and merely refused this one question (a status of 400 to 499)."""
    global _until
    status = getattr(error, "status_code", None)
    if not (isinstance(status, int) and 400 <= status < 500):
        _until = time.monotonic() + LEFT_ALONE


def forget() -> None:
    """Ask the server again at once."""
    global _until
    _until = 0.0
