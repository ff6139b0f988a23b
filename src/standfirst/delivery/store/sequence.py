"""The file `sequence`: one block of fixed size that tells every process with one read whether anything changed.

It is never mapped into memory, so that a deleted, truncated or overwritten file is an error one can answer and not a
signal that ends the process. Its checksum tells a block that was read while it was written from a good one.
"""

from __future__ import annotations

import fcntl
import os
import struct
import threading
import weakref
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

MAGIC = b"sfpages1"
_BODY = struct.Struct("<8sQQQdQ16sB3x")
_CHECK = struct.Struct("<I")
SIZE = _BODY.size + _CHECK.size
TRIES = 5
"""Reads of a block before it counts as damaged: a writer may be at it for a microsecond."""


class Block(NamedTuple):
    """What the file says.

    `identity` is drawn when a store is made; `sequence` counts changes, `everything` is the newest sequence at which
    everything changed; `heard_at` is monotonic seconds; `size` is the length of the data file in bytes; `boot` names
    the run of the operating system that wrote; `clean` says that everything was brought to the disk afterwards.
    """

    identity: int
    sequence: int
    everything: int
    heard_at: float
    size: int
    boot: bytes
    clean: bool


def encode(block: Block) -> bytes:
    """Return `block` as the bytes of the file."""
    body = _BODY.pack(MAGIC, *block)
    return body + _CHECK.pack(zlib.crc32(body))


def decode(data: bytes) -> Block | None:
    """Return the block in `data`, or `None` when there is none."""
    if len(data) != SIZE or data[:8] != MAGIC or _CHECK.unpack(data[-4:])[0] != zlib.crc32(data[:-4]):
        return None
    _magic, identity, sequence, everything, heard_at, size, boot, clean = _BODY.unpack(data[:-4])
    return Block(identity, sequence, everything, heard_at, size, boot, bool(clean))


class SequenceFile:
    """The opened file. Raises OSError when it cannot be opened for reading and writing."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.fd = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        weakref.finalize(self, os.close, self.fd)
        found = os.fstat(self.fd)
        self.inode = (found.st_dev, found.st_ino)
        self._lock = threading.Lock()
        self._last: tuple[bytes, Block | None] = (b"", None)

    def read(self) -> Block | None:
        """Return the block with one system call, or `None` when it is damaged."""
        for _ in range(TRIES):
            try:
                raw = os.pread(self.fd, SIZE, 0)
            except OSError:
                return None
            known, block = self._last
            if raw == known:
                return block
            block = decode(raw)
            if block is not None:
                self._last = (raw, block)
                return block
            if len(raw) != SIZE:
                return None
        return None

    def write(self, block: Block) -> None:
        """Replace the block in place, which needs no new space on the disk. Only inside `locked`. Raises OSError."""
        if os.pwrite(self.fd, encode(block), 0) != SIZE:
            raise OSError(f"{self.path} could not be written whole")

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep every other thread and process from changing the block. Ends with the process, however that ends."""
        with self._lock:
            fcntl.flock(self.fd, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(self.fd, fcntl.LOCK_UN)

    def spoil(self) -> None:
        """Make the file unreadable, so that every process finds the store lost and begins an empty one.

        Raises OSError when the file can be neither cut nor removed.
        """
        try:
            os.ftruncate(self.fd, 0)
        except OSError:
            self.path.unlink(missing_ok=True)
