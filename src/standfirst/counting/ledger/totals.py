"""The sums of one day: numbers that only grow, and which of them the database does not have yet."""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import lmdb

from standfirst.counting.ledger.folder import remove_lmdb
from standfirst.delivery.store.access import DAMAGE

SIZE = 512 * 1024 * 1024
"""Bytes that a day's sums may take; some three million rows. The file grows only as far as it is used."""
SEPARATOR = "\x1f"
_SOURCE, _PLACE = b"source", b"place"
Key = tuple[str, ...]
"""What is summed: the letter of a kind of row (`counting.rows`) and the values that tell the row from others."""


@dataclass(frozen=True, slots=True)
class Change:
    """A row as it was read: `numbers` are its totals so far."""

    key: Key
    numbers: tuple[int, ...]
    name: bytes
    stored: bytes


class Totals:
    """The file of one day. `source` names it for ever: a file that is made anew counts under another."""

    def __init__(self, path: Path, *, size: int = SIZE) -> None:
        self.path = path
        self._env = _open(path, size)
        self._sums, self._changed, about = (self._env.open_db(name) for name in (b"sums", b"changed", b"about"))
        with self._env.begin(write=True) as transaction:
            kept = transaction.get(_SOURCE, db=about)
            if kept is None:
                kept = secrets.token_hex(16).encode()
                transaction.put(_SOURCE, kept, db=about)
                transaction.put(_PLACE, _place(path), db=about)
            self.is_copy = transaction.get(_PLACE, db=about) != _place(path)
        self.source = kept.decode()
        self._inode = os.stat(path).st_ino

    def add(self, sums: Mapping[Key, Sequence[int]]) -> None:
        """Add numbers to rows, all or none. Raises lmdb.Error when that cannot be kept."""
        with self._env.begin(write=True) as transaction:
            for key, numbers in sums.items():
                name = SEPARATOR.join(key).encode()
                stored = transaction.get(name, db=self._sums)
                before = unpack(stored) if stored else (0,) * len(numbers)
                total = [old + new for old, new in zip(before, numbers, strict=True)]
                transaction.put(name, pack(total), db=self._sums)
                transaction.put(name, b"", db=self._changed)

    def changed(self, most: int) -> list[Change]:
        """Return up to `most` rows whose totals have changed since they were settled."""
        with self._env.begin() as transaction, transaction.cursor(db=self._changed) as cursor:
            found: list[Change] = []
            for name in cursor.iternext(values=False):
                if len(found) == most:
                    break
                stored = transaction.get(name, db=self._sums) or b""
                found.append(Change(tuple(name.decode().split(SEPARATOR)), unpack(stored), name, stored))
            return found

    def settle(self, changes: Sequence[Change]) -> None:
        """Note that the database has these totals; what grew meanwhile stays changed."""
        with self._env.begin(write=True) as transaction:
            for change in changes:
                if transaction.get(change.name, db=self._sums) == change.stored:
                    transaction.delete(change.name, db=self._changed)

    def unsettled(self) -> int:
        """How many rows the database does not have as they are."""
        with self._env.begin() as transaction:
            return int(transaction.stat(self._changed)["entries"])

    def is_in_place(self) -> bool:
        """Whether the file that is open still stands under its name."""
        with contextlib.suppress(FileNotFoundError):
            return os.stat(self.path).st_ino == self._inode
        return False

    def close(self) -> None:
        """Let go of the file."""
        self._env.close()


def open_totals(path: Path) -> Totals:
    """Open the sums at `path`, or begin them anew: where there are none, where they are damaged, and in a copy.

    A copied home folder brings the file along. If two machines went on under one source, each would hide what the
    other counted; what the first had counted stands in the database already.
    """
    try:
        totals = Totals(path)
    except DAMAGE:
        remove_lmdb(path)
        return Totals(path)
    if not totals.is_copy:
        return totals
    totals.close()
    remove_lmdb(path)
    return Totals(path)


def pack(numbers: Sequence[int]) -> bytes:
    """Numbers as they stand in the file."""
    return struct.pack(f"<{len(numbers)}Q", *numbers)


def unpack(stored: bytes) -> tuple[int, ...]:
    """The numbers of `pack`."""
    return struct.unpack(f"<{len(stored) // 8}Q", stored)


def _open(path: Path, size: int) -> lmdb.Environment:
    # Without metasync a crash of the machine may lose the last commit, never more, and damages nothing.
    env = lmdb.open(str(path), subdir=False, map_size=size, max_dbs=3, mode=0o600, metasync=False)
    env.reader_check()  # a process that was killed while it read would keep old pages for ever
    return env


def _place(path: Path) -> bytes:
    """What differs between a file and its copy."""
    return f"{socket.gethostname()}:{os.stat(path).st_ino}".encode()
