"""The page store: pages and the changes that make them stale, shared by all processes of a newsroom on one machine."""

from __future__ import annotations

import contextlib
import logging
import struct
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import lmdb

from standfirst.delivery.store import encoding as encoded
from standfirst.delivery.store.access import DAMAGE, Access
from standfirst.delivery.store.encoding import Damaged
from standfirst.delivery.store.entry import Entry, Mark, Shape
from standfirst.delivery.store.marks import Marks
from standfirst.delivery.store.opening import SEQUENCE, Opened
from standfirst.delivery.store.pages import QUESTIONS, Pages, kept_key
from standfirst.delivery.store.room import BYTES_A_QUESTION, BYTES_A_SHAPE, FULL, Usage, make_room, thin_out, used_bytes
from standfirst.delivery.store.sequence import Block

logger = logging.getLogger(__name__)
T = TypeVar("T")
TRIES = 5
"""Stores that a change is announced in, one after the other, while something takes away each of them at once."""
_MOMENT = struct.Struct("<d")


class PageStore(Access):
    """The store in `folder`, for at most `size` bytes, of processes that run `release`.

    A store that is lost (deleted, truncated, damaged) is made anew and empty. Nothing here raises because of the
    store's files, except a change that can be announced in no way at all. Safe for threads; after a fork the child
    opens the files again by itself.
    """

    # Changes

    def mark(self, keys: Sequence[str], *, log_id: int | None = None) -> int:
        """Note that `keys` changed now, and return the number of the change; `log_id` is its row in the purge log.

        When the store cannot be written, everything is noted as changed, in place. Raises OSError when not even that
        is possible: then the caller must not believe that readers will see the change.
        """
        return self._announce(lambda marks: marks.add(keys, log_id))

    def mark_everything(self) -> int:
        """Note that everything changed, and return the number of the change."""
        return self._announce(None)

    def _announce(self, change: Callable[[Marks], int] | None) -> int:
        """Announce a change until it stands in the files that every other process would open now."""
        for _ in range(TRIES):
            opened = self._sound()
            if opened is None:
                break
            sequence = self._announce_in(opened, change)
            if opened.is_in_place():
                return sequence
            self._reopen(opened)
        return self._announce_without_store()

    def _announce_in(self, opened: Opened, change: Callable[[Marks], int] | None) -> int:
        try:
            with opened.sequence.locked():
                block = opened.sequence.read()
                if block is None:
                    raise Damaged(f"{opened.sequence.path} is damaged")
                sequence, everything = self._number(opened, block, change)
                self._last_sequence = max(self._last_sequence, sequence)
                opened.sequence.write(block._replace(sequence=sequence, everything=everything))
                return sequence
        except Damaged as error:
            self._damaged(opened, error)
        except OSError as error:
            logger.error("the page store cannot say what changed and begins empty: %s", str(error))
            opened.sequence.spoil()
        return self._last_sequence

    def _number(self, opened: Opened, block: Block, change: Callable[[Marks], int] | None) -> tuple[int, int]:
        """Write a change, and return the new sequence and the newest change of everything."""
        if change is not None:
            try:
                with opened.lock, opened.env.begin(write=True) as transaction:
                    marks = Marks(opened.tables, transaction, block.sequence)
                    sequence = change(marks)
                    everything = max(block.everything, marks.floor(self.size))
                return sequence, everything
            except lmdb.Error as error:
                logger.error("every stored page counts as changed, for the change could not be noted: %s", str(error))
        return block.sequence + 1, block.sequence + 1

    def _announce_without_store(self) -> int:
        """Take from other processes what this one can neither open nor make. Raises OSError when that fails."""
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):  # then no other process has one, either
            (self.folder / SEQUENCE).unlink()
        return self._last_sequence

    def newest_mark(self, keys: Sequence[str]) -> Mark | None:
        """Return the newest mark of any of `keys`; without a store one that is newer than everything."""
        unknown = Mark(sys.maxsize, 0.0)
        found = self._read(lambda opened, transaction: (Marks(opened.tables, transaction).newest(keys),))
        return found[0] if found is not None else unknown

    def cursor(self) -> int:
        """Return the row of the purge log up to which all changes are marked; 0 in a new store."""
        return self._read(lambda opened, transaction: Marks(opened.tables, transaction).cursor()) or 0

    def set_cursor(self, row: int) -> None:
        """Note that the changes of all rows up to `row` are marked."""
        self._write(lambda opened, transaction: Marks(opened.tables, transaction).set_cursor(row), default=None)

    def applied(self, row: int) -> bool:
        """Whether the change of row `row` of the purge log is marked already."""
        return bool(self._read(lambda opened, transaction: Marks(opened.tables, transaction).applied(row)))

    def hear(self) -> None:
        """Note that the purge log was read to its end now, and announce what a writer that died could not."""
        opened = self._sound()
        if opened is None:
            return
        newest = self._read(lambda opened, transaction: Marks(opened.tables, transaction).sequence) or 0
        try:
            with opened.sequence.locked():
                block = opened.sequence.read()
                if block is not None:
                    sequence = max(block.sequence, newest)
                    opened.sequence.write(block._replace(sequence=sequence, heard_at=time.monotonic()))
        except OSError as error:
            logger.error("the page store cannot say that the purge log was read: %s", str(error))

    # Pages

    def read(self, key: bytes) -> Entry | None:
        """Return the entry of `key`, or `None` when there is none or it is damaged."""
        return self._read_page(key, lambda pages: pages.entry(key))

    def write(self, key: bytes, entry: Entry, *, is_question: bool = False) -> bool:
        """Keep `entry` as the answer for `key`; return whether it is kept.

        `is_question`: it is one of endlessly many, of which one is kept for each `BYTES_A_QUESTION` of the store.
        """

        def put(pages: Pages) -> bool:
            is_kept = pages.put(key, entry, is_question=is_question)
            pages.forget_missing()
            pages.forget_oldest(QUESTIONS, self.size // BYTES_A_QUESTION)
            return is_kept

        return self._write_page(put)

    def body(self, key: bytes, encoding: str, tag: bytes) -> bytes | None:
        """Return the assembled body of `key` in a content encoding, if it was made from `tag`."""
        return self._read_page(key, lambda pages: pages.body(key, encoding, tag))

    def write_body(self, key: bytes, encoding: str, tag: bytes, body: bytes) -> bool:
        """Keep the assembled `body` of a stored page; return whether it is kept."""
        return self._write_page(lambda pages: pages.put_body(key, encoding, tag, body))

    def _read_page(self, key: bytes, ask: Callable[[Pages], T]) -> T | None:
        try:
            return self._read(lambda opened, transaction: ask(Pages(opened.tables, transaction)))
        except Damaged as error:
            logger.warning("a stored page is damaged and removed: %s", str(error))
            self._write(lambda opened, txn: Pages(opened.tables, txn).discard(key), default=None)
            return None

    def _write_page(self, change: Callable[[Pages], bool]) -> bool:
        def fill(opened: Opened, transaction: Any) -> bool:
            if used_bytes(opened.tables, transaction) > FULL * self.size:
                raise lmdb.MapFullError("above the share of the size that is filled")
            return change(Pages(opened.tables, transaction))

        return self._write(fill, default=False)

    def touch(self, keys: Sequence[bytes]) -> None:
        """Note that the pages of `keys` were used, to the minute: those used last are evicted last."""
        if keys:
            self._write(lambda opened, transaction: Pages(opened.tables, transaction).touch(keys), default=None)

    def stored_with(self, key: str) -> list[bytes]:
        """Return the page keys of all stored pages that depend on the dependency key `key`."""
        return self._read(lambda opened, transaction: Pages(opened.tables, transaction).depending(key)) or []

    # What is known of paths and of people

    def shape(self, path: bytes) -> Shape | None:
        """Return what is known of all answers of `path`."""
        value = self._read(lambda opened, transaction: transaction.get(kept_key(path), db=opened.tables["shapes"]))
        try:
            return encoded.unpack_shape(value) if value is not None else None
        except Damaged:
            return None

    def write_shape(self, path: bytes, shape: Shape) -> None:
        """Keep what is known of all answers of `path`."""

        def put(opened: Opened, transaction: Any) -> None:
            shapes = opened.tables["shapes"]
            transaction.put(kept_key(path), encoded.pack_shape(shape), db=shapes)
            if transaction.stat(shapes)["entries"] > self.size // BYTES_A_SHAPE:
                thin_out(transaction, shapes)

        self._write(put, default=None)

    def revoke(self, subject: str, at: float) -> bool:
        """Let no access token of `subject` hold that was issued before `at` (seconds since the epoch).

        Return whether that is kept; when it is not, the tokens hold until they expire.
        """
        value = _MOMENT.pack(at)
        return self._write(
            lambda opened, transaction: transaction.put(kept_key(subject.encode()), value, db=opened.tables["revoked"]),
            default=False,
        )

    def revoked_at(self, subject: str) -> float | None:
        """Return the moment before which no access token of `subject` holds, if there is one."""
        kept = kept_key(subject.encode())
        value = self._read(lambda opened, transaction: transaction.get(kept, db=opened.tables["revoked"]))
        return _MOMENT.unpack(value)[0] if value is not None else None

    # Keeping house

    def sweep(self) -> int:
        """Evict the pages unused for longest until the store is filled to 80 %; return how many went."""
        opened = self._sound()
        if opened is None or not opened.sweeping.acquire(blocking=False):
            return 0
        try:
            return make_room(opened, self.size)
        except (lmdb.MapFullError, *DAMAGE) as error:  # not even room to delete: a reader that hangs keeps it
            self._damaged(opened, error)
        except lmdb.Error as error:
            logger.warning("the page store cannot be swept now: %s", str(error))
        finally:
            opened.sweeping.release()
        return 0

    def usage(self) -> Usage:
        """Return how full the store is."""

        def count(opened: Opened, transaction: Any) -> Usage:
            entries, marks = (transaction.stat(opened.tables[name])["entries"] for name in ("pages", "marks"))
            return Usage(used_bytes(opened.tables, transaction), self.size, entries, marks)

        return self._read(count) or Usage(0, self.size, 0, 0)
