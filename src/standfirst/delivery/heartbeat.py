"""Signs of life between the processes of a newsroom on one machine.

A beat is the monotonic clock, which all processes of a machine share and which no change of the wall clock moves. The
file keeps its size, so that a full disk does not make a living process look dead.
"""

from __future__ import annotations

import contextlib
import logging
import os
import time
from collections.abc import Callable
from pathlib import Path

logger = logging.getLogger("standfirst.delivery")

SUFFIX = ".beat"
WIDTH = 20


class Heartbeat:
    """What one process or loop says of itself, under a name of its own; without a folder nobody listens."""

    def __init__(self, folder: Path | None, name: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._descriptor = -1 if folder is None else self._open(folder, name)

    def _open(self, folder: Path, name: str) -> int:
        path = folder / f"{name}{SUFFIX}"
        try:
            folder.mkdir(mode=0o700, exist_ok=True)
            return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            logger.warning("%s cannot be written (%s): this process will look silent", path, error.strerror)
            return -1

    def beat(self) -> None:
        """Say: alive now."""
        if self._descriptor >= 0:
            with contextlib.suppress(OSError):
                os.pwrite(self._descriptor, b"%*.3f" % (WIDTH, self.clock()), 0)


def silent_for(folder: Path, name: str, *, clock: Callable[[], float] = time.monotonic) -> float | None:
    """Return the seconds since the last beat of `name`, or `None` when it has not beaten since the machine began."""
    try:
        seconds = clock() - float((folder / f"{name}{SUFFIX}").read_bytes())
    except (OSError, ValueError):
        return None
    # Rounding may put a beat a little ahead; one from before the machine began is far ahead, or old.
    return max(0.0, seconds) if seconds > -1 else None
