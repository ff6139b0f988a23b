"""Pages inside one transaction: put, found, counted and removed, with everything that belongs to them.

A page is a description (`pages`) and its bytes (`shared`, counted in `references`, so that equal bytes are kept once),
the bodies made of it (`assembled`, whose bytes are shared, too), when it was used (`used`), its place in the row of
unknown addresses (`missing`) or of answers to questions (`questions`), and hashes of what it depends on (`depends`).
"""

from __future__ import annotations

import struct
import time
import zlib
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import Any

from standfirst.delivery.store import encoding
from standfirst.delivery.store.encoding import Damaged, Description
from standfirst.delivery.store.entry import Entry
from standfirst.delivery.store.opening import number, numbered

LONGEST_KEY = 480
"""Bytes of a key that stands as it is; LMDB takes 511."""
MOST_MISSING = 20_000
"""Unknown addresses (404 and 410) that are remembered; the oldest are forgotten first."""
MISSING, QUESTIONS = ROWS = ("missing", "questions")
"""What strangers can make more and more of stands in rows, and leaves from the front."""
STEP = 60
"""Seconds: how exactly the last use of a page is known."""
_USED = struct.Struct("<IQ")
_COUNT = struct.Struct("<I")
_NAME = 16
Tables = dict[str, Any]


def kept_key(key: bytes) -> bytes:
    """Return the name of `key` inside the store: itself, or a hash when LMDB would not take it."""
    if 0 < len(key) <= LONGEST_KEY:
        return key
    return b"\xff" + blake2b(key, digest_size=32).digest()


def step_now() -> int:
    """The current step of the clock that usage is counted in."""
    return int(time.time()) // STEP


def _body_key(kept: bytes, encoding_name: str) -> bytes:
    return blake2b(kept, digest_size=_NAME).digest() + encoding_name.encode()


class Pages:
    """The pages as one transaction sees them; `tables` are the opened tables of the store."""

    def __init__(self, tables: Tables, transaction: Any) -> None:
        self.tables = tables
        self.transaction = transaction

    def _get(self, table: str, key: bytes) -> bytes | None:
        return self.transaction.get(key, db=self.tables[table])

    def _put(self, table: str, key: bytes, value: bytes) -> None:
        self.transaction.put(key, value, db=self.tables[table])

    def _delete(self, table: str, key: bytes) -> None:
        self.transaction.delete(key, db=self.tables[table])

    def entry(self, key: bytes) -> Entry | None:
        """Return the entry of `key`, or `None`. Raises Damaged."""
        value = self._get("pages", kept_key(key))
        if value is None:
            return None
        description = encoding.described(value)
        data = self._get("shared", description.shared)
        if description.key != key or data is None:
            raise Damaged("an entry lacks its bytes or belongs to another key")
        return description.entry(encoding.decompress(data))

    def put(self, key: bytes, entry: Entry, *, is_question: bool = False) -> bool:
        """Keep `entry` as the answer for `key` unless one of the same release is kept whose rendering began later."""
        kept = kept_key(key)
        old = self._description(kept)
        if old and old.fields["sequence"] > entry.sequence and old.fields["release"] == entry.release:
            return False
        data = encoding.content(entry)
        shared = blake2b(data, digest_size=_NAME).digest()
        self._add_reference(shared, data)
        if old:
            self._drop_reference(old.shared)
        self._put("pages", kept, encoding.describe(key, entry, shared))
        hashes = _hashes(entry.keys)
        if self._get("depends", kept) != hashes:
            self._put("depends", kept, hashes)
        row = MISSING if entry.status in (404, 410) else QUESTIONS if is_question else ""
        self._put("used", kept, _USED.pack(step_now(), self._queue(kept, row)))
        return True

    def _description(self, kept: bytes) -> Description | None:
        """Return what describes the entry of a kept key; a damaged one counts as none.

        The bytes of a damaged one stay until the store is made anew: better than to remove what another page needs.
        """
        value = self._get("pages", kept)
        try:
            return encoding.described(value) if value is not None else None
        except Damaged:
            return None

    def _add_reference(self, shared: bytes, data: bytes, *, compressed: bool = True) -> None:
        count = self._get("references", shared)
        if count is None:
            self._put("shared", shared, encoding.compress(data) if compressed else encoding.pack(data))
        self._put("references", shared, _COUNT.pack(_COUNT.unpack(count)[0] + 1 if count else 1))

    def _drop_reference(self, shared: bytes) -> None:
        count = self._get("references", shared)
        left = _COUNT.unpack(count)[0] - 1 if count else 0
        if left > 0:
            self._put("references", shared, _COUNT.pack(left))
            return
        self._delete("references", shared)
        self._delete("shared", shared)

    def _queue(self, kept: bytes, row: str) -> int:
        """Take `kept` out of the row it stands in, put it at the end of `row` ("" for none), and return its place."""
        used = self._get("used", kept)
        if used is not None and (place := _USED.unpack(used)[1]):
            for old in ROWS:
                if self._get(old, numbered(place)) == kept:
                    self._delete(old, numbered(place))
        if not row:
            return 0
        with self.transaction.cursor(db=self.tables[row]) as cursor:
            place = number(cursor.key()) + 1 if cursor.last() else 1
        self._put(row, numbered(place), kept)
        return place

    def forget_missing(self, most: int = MOST_MISSING) -> None:
        """Remove the oldest unknown addresses beyond `most`."""
        self.forget_oldest(MISSING, most)

    def forget_oldest(self, row: str, most: int) -> None:
        """Remove the pages that stand first in `row` beyond `most`."""
        beyond = self.transaction.stat(self.tables[row])["entries"] - most
        for _ in range(beyond):
            with self.transaction.cursor(db=self.tables[row]) as cursor:
                cursor.first()
                place, kept = cursor.item()
            self._delete(row, place)
            self.remove(kept)

    def remove(self, kept: bytes) -> None:
        """Remove a page and everything that belongs to it; `kept` is its key as `kept_key` returns it."""
        self._queue(kept, "")
        if (old := self._description(kept)) is not None:
            self._drop_reference(old.shared)
        for key, value in list(self._bodies(kept)):
            self._delete("assembled", key)
            self._drop_reference(value[:_NAME])
        for table in ("pages", "used", "depends"):
            self._delete(table, kept)

    def discard(self, key: bytes) -> None:
        """Remove a page of which something is damaged, and its bytes for every page that shares them."""
        kept = kept_key(key)
        old = self._description(kept)
        names = [value[:_NAME] for _key, value in self._bodies(kept)] + ([old.shared] if old else [])
        self.remove(kept)
        for name in names:
            self._delete("references", name)
            self._delete("shared", name)

    def _bodies(self, kept: bytes) -> Iterator[tuple[bytes, bytes]]:
        prefix = _body_key(kept, "")
        with self.transaction.cursor(db=self.tables["assembled"]) as cursor:
            found = cursor.set_range(prefix)
            while found and cursor.key().startswith(prefix):
                yield cursor.item()
                found = cursor.next()

    def body(self, key: bytes, encoding_name: str, tag: bytes) -> bytes | None:
        """Return the body of `key` in an encoding if it was made from `tag`. Raises Damaged."""
        value = self._get("assembled", _body_key(kept_key(key), encoding_name))
        if value is None or value[_NAME:] != tag:
            return None
        data = self._get("shared", value[:_NAME])
        if data is None:
            raise Damaged("an assembled body lacks its bytes")
        return encoding.unpack(data)

    def put_body(self, key: bytes, encoding_name: str, tag: bytes, body: bytes) -> bool:
        """Keep a body of a page that is stored; without its page nobody would ever remove it.

        Return whether it is kept.
        """
        kept = kept_key(key)
        if self._get("used", kept) is None:
            return False
        place = _body_key(kept, encoding_name)
        old = self._get("assembled", place)
        # The first byte keeps these names apart from those of segments, which are stored compressed.
        shared = blake2b(body, digest_size=_NAME, person=b"assembled").digest()
        self._add_reference(shared, body, compressed=False)
        if old is not None:
            self._drop_reference(old[:_NAME])
        self._put("assembled", place, shared + tag)
        return True

    def touch(self, keys: Sequence[bytes]) -> None:
        """Note that the pages of `keys` were used now."""
        now = step_now()
        for kept in map(kept_key, keys):
            used = self._get("used", kept)
            if used is not None and (values := _USED.unpack(used))[0] != now:
                self._put("used", kept, _USED.pack(now, values[1]))

    def coldest(self) -> list[bytes]:
        """Return the kept keys of all pages, the one that was not used for the longest time first."""
        with self.transaction.cursor(db=self.tables["used"]) as cursor:
            return [key for _step, key in sorted((_USED.unpack(value)[0], key) for key, value in cursor)]

    def depending(self, key: str) -> list[bytes]:
        """Return the page keys whose entries depend on the dependency key `key`.

        Searches the hashes of all pages, then reads those that seem to fit: a write costs one small value and not one
        for each of a page's hundred keys.
        """
        wanted = _hashes((key,))
        with self.transaction.cursor(db=self.tables["depends"]) as cursor:
            likely = [kept for kept, hashes in cursor if wanted in hashes]
        found = [description for kept in likely if (description := self._description(kept)) is not None]
        return [description.key for description in found if key in description.fields["keys"]]


def _hashes(keys: Sequence[str]) -> bytes:
    return b"".join([zlib.crc32(key.encode("utf-8", "surrogatepass")).to_bytes(4, "big") for key in keys])
