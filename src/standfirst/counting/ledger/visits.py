"""What tells the beacons of one visit from others, for one day: salted hashes, and how often each was counted.

Nothing here outlives the day (`ledger.folder`).
"""

from __future__ import annotations

import contextlib
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lmdb

from standfirst.counting.ledger.folder import remove_lmdb
from standfirst.delivery.store.access import DAMAGE

SIZE = 1024 * 1024 * 1024
"""Bytes that a day's hashes may take: some four million views. The file grows only as far as it is used."""
_COUNT = struct.Struct("<I")
_VIEW = struct.Struct("<dIIBHB")
_SEPARATOR = "\x1f"


@dataclass(slots=True)
class View:
    """One counted view of a page, as far as its reader has got; `settled` when its read is counted or refused."""

    at: float
    story: int
    edition: int
    referrer: str
    campaign: str
    device: str
    depth: int = 0
    seconds: int = 0
    settled: bool = False

    def pack(self) -> bytes:
        """The view as it stands in the file."""
        words = _SEPARATOR.join((self.referrer, self.campaign, self.device)).encode()
        return _VIEW.pack(self.at, self.story, self.edition, self.depth, self.seconds, self.settled) + words

    @classmethod
    def unpack(cls, stored: bytes) -> View:
        """The view of `pack`."""
        at, story, edition, depth, seconds, settled = _VIEW.unpack_from(stored)
        referrer, campaign, device = stored[_VIEW.size :].decode().split(_SEPARATOR)
        return cls(at, story, edition, referrer, campaign, device, depth, seconds, bool(settled))


class Visits:
    """The file of one day."""

    def __init__(self, path: Path, *, size: int = SIZE) -> None:
        # What a crash of the machine leaves of it is at worst forgotten, so nothing waits for the disk.
        self._env = lmdb.open(str(path), subdir=False, map_size=size, max_dbs=2, mode=0o600, sync=False)
        self._env.reader_check()
        self._views, self._counts = (self._env.open_db(name) for name in (b"views", b"counts"))

    @contextmanager
    def deciding(self) -> Iterator[Deciding]:
        """One transaction, alone among all processes; kept when the block ends, else none of it.

        Raises lmdb.Error when that cannot be kept.
        """
        with self._env.begin(write=True) as transaction:
            deciding = Deciding(transaction, self._views, self._counts)
            yield deciding
            deciding.write()

    def close(self) -> None:
        """Let go of the file."""
        self._env.close()


class Deciding:
    """Views and counts within one transaction, each read once and written once."""

    def __init__(self, transaction: Any, views: Any, counts: Any) -> None:
        self._transaction = transaction
        self._tables = views, counts
        self._views: dict[bytes, View | None] = {}
        self._counts: dict[bytes, int] = {}

    def view(self, name: bytes) -> View | None:
        """The view called `name`, if it was counted."""
        if name not in self._views:
            stored = self._transaction.get(name, db=self._tables[0])
            self._views[name] = View.unpack(stored) if stored else None
        return self._views[name]

    def put(self, name: bytes, view: View) -> None:
        """Keep `view` under `name`; a view that is changed is put again."""
        self._views[name] = view

    def count(self, name: bytes) -> int:
        """How often `name` was counted."""
        if name not in self._counts:
            stored = self._transaction.get(name, db=self._tables[1])
            self._counts[name] = _COUNT.unpack(stored)[0] if stored else 0
        return self._counts[name]

    def add(self, name: bytes) -> None:
        """Count `name` once more."""
        self._counts[name] = self.count(name) + 1

    def write(self) -> None:
        """Put everything into the transaction."""
        views, counts = self._tables
        for name, view in self._views.items():
            if view is not None:
                self._transaction.put(name, view.pack(), db=views)
        for name, number in self._counts.items():
            if number:
                self._transaction.put(name, _COUNT.pack(number), db=counts)


def open_visits(path: Path) -> Visits:
    """Open the hashes at `path`; where they are damaged the day begins anew."""
    with contextlib.suppress(*DAMAGE):
        return Visits(path)
    remove_lmdb(path)
    return Visits(path)
