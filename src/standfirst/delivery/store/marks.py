"""Marks inside one transaction: which dependency keys changed when, which rows of the purge log were applied."""

from __future__ import annotations

import struct
import time
from collections.abc import Sequence
from hashlib import blake2b
from typing import Any

from standfirst.delivery.store.entry import Mark
from standfirst.delivery.store.opening import number, numbered

BYTES_A_MARK = 1000
"""One mark is kept for so many bytes of the store; beyond, the older half goes and the floor rises."""
_MARK = struct.Struct("<Qd")
Tables = dict[str, Any]


def _kept(key: str) -> bytes:
    encoded = key.encode("utf-8", "surrogatepass")
    return encoded if 0 < len(encoded) <= 128 else b"\xff" + blake2b(encoded, digest_size=32).digest()


class Marks:
    """The marks as one transaction sees them; `sequence` is what the file `sequence` says."""

    def __init__(self, tables: Tables, transaction: Any, sequence: int = 0) -> None:
        self._tables = tables
        self._transaction = transaction
        self.sequence = max(sequence, number(transaction.get(b"sequence", db=tables["facts"])))
        """The number of the newest change, also of one whose writer died before it could announce it."""

    def add(self, keys: Sequence[str], log_id: int | None) -> int:
        """Note that `keys` changed now; return the number of the change."""
        self.sequence += 1
        value = _MARK.pack(self.sequence, time.monotonic())
        marks = self._tables["marks"]
        for key in keys:
            self._transaction.put(_kept(key), value, db=marks)
        self._transaction.put(b"sequence", numbered(self.sequence), db=self._tables["facts"])
        if log_id is not None and log_id > self.cursor():
            self._transaction.put(numbered(log_id), b"", db=self._tables["applied"])
        return self.sequence

    def floor(self, size: int) -> int:
        """Forget the older half when there are too many, and return the newest change that was forgotten (else 0).

        Entries rendered before it can no longer be told from true ones, so the caller lets them all be stale.
        """
        marks = self._tables["marks"]
        if self._transaction.stat(marks)["entries"] <= max(size // BYTES_A_MARK, 1):
            return 0
        with self._transaction.cursor(db=marks) as cursor:
            ages = sorted((_MARK.unpack(value)[0], key) for key, value in cursor)
        oldest = ages[: len(ages) // 2 + 1]
        for _age, key in oldest:
            self._transaction.delete(key, db=marks)
        return int(oldest[-1][0])

    def newest(self, keys: Sequence[str]) -> Mark | None:
        """Return the newest mark of any of `keys`."""
        marks, get = self._tables["marks"], self._transaction.get
        found = [value for key in keys if (value := get(_kept(key), db=marks)) is not None]
        if not found:
            return None
        sequence, at = max(_MARK.unpack(value) for value in found)
        # Written before the machine was started again, the moment lies on another clock: long ago, then.
        return Mark(sequence, at if at <= time.monotonic() else 0.0)

    def cursor(self) -> int:
        """Return the row of the purge log up to which all are applied; 0 for none."""
        return number(self._transaction.get(b"cursor", db=self._tables["facts"]))

    def set_cursor(self, row: int) -> None:
        """Note that all rows up to `row` are applied."""
        self._transaction.put(b"cursor", numbered(row), db=self._tables["facts"])
        with self._transaction.cursor(db=self._tables["applied"]) as cursor:
            found = cursor.first()
            while found and number(cursor.key()) <= row:
                found = cursor.delete()

    def applied(self, row: int) -> bool:
        """Whether row `row` of the purge log is marked already."""
        return row <= self.cursor() or self._transaction.get(numbered(row), db=self._tables["applied"]) is not None
