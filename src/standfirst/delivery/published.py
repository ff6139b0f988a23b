"""Small facts that one process of a newsroom publishes and another reads: a file each, written in place.

A file has its full size from the start, so that a full disk stops nothing; and a checksum, so that a reader who comes
in the middle of a write reads again instead of believing half of it.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

logger = logging.getLogger("standfirst.metrics")

SIZE = 8192
ATTEMPTS = 5
SUFFIX = ".slot"


@dataclass(frozen=True)
class Published:
    """What a process published last: its role, its process id and the facts."""

    role: str
    process: int
    facts: dict[str, Any]


class Slot:
    """The place of one process; made by `make`."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self._descriptor = descriptor

    @classmethod
    def make(cls, folder: Path, role: str, process: int) -> Slot | None:
        """Make the file of `process` in `folder`; `None`, with a line in the log, where that is not possible."""
        path = folder / f"{role}-{process}{SUFFIX}"
        try:
            folder.mkdir(mode=0o700, exist_ok=True)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
            os.pwrite(descriptor, b" " * SIZE, 0)
        except OSError as error:
            logger.warning("%s cannot be written (%s): the metrics of this process are missing", path, error.strerror)
            return None
        return cls(path, descriptor)

    def write(self, facts: dict[str, Any]) -> None:
        """Publish `facts` in place of what was published before. Facts longer than the file are left out."""
        body = json.dumps(facts, separators=(",", ":")).encode()
        data = b"%08x%s" % (zlib.crc32(body), body)
        if len(data) <= SIZE:
            with contextlib.suppress(OSError):  # a disk's failure is for the health check to tell
                os.pwrite(self._descriptor, data.ljust(SIZE), 0)

    def close(self) -> None:
        """Take the file away."""
        self.path.unlink(missing_ok=True)
        os.close(self._descriptor)


def read(path: Path) -> dict[str, Any] | None:
    """Return what `path` holds, or `None` when there is nothing, or nothing whole after some attempts."""
    for _attempt in range(ATTEMPTS):
        try:
            data = path.read_bytes().rstrip(b" ")
        except OSError:
            return None
        body = data[8:]
        if body and data[:8] == b"%08x" % zlib.crc32(body):
            facts: dict[str, Any] = json.loads(body)
            return facts
    return None


def read_all(folder: Path) -> Iterator[Published]:
    """Yield what each process of the newsroom published last, those included that have ended."""
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        role, _dash, process = path.name.removesuffix(SUFFIX).rpartition("-")
        facts = read(path)
        if facts is not None and process.isdecimal():
            yield Published(role, int(process), facts)


def forget_all(folder: Path) -> None:
    """Take away what processes of earlier starts published; only while none of the newsroom's runs."""
    for path in folder.glob(f"*{SUFFIX}"):
        path.unlink(missing_ok=True)
