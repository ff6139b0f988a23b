"""Room in the store: how much is used, and what goes first when there is too little."""

from __future__ import annotations

import contextlib
import random
import struct
import time
from dataclasses import dataclass
from typing import Any

import lmdb

from standfirst.delivery.store.opening import Opened, numbered
from standfirst.delivery.store.pages import Pages

FULL, SWEPT = 0.9, 0.8
"""Shares of the size: above the first a write sweeps, down to the second. LMDB needs free pages even to delete."""
BATCH = 25
"""Pages removed in one transaction, so that a change need not wait for a whole sweep."""
BYTES_A_SHAPE = 1000
"""One shape is kept for so many bytes of the store; beyond, a random tenth goes."""
BYTES_A_QUESTION = 512 * 1024
"""One answer to a question (`edge.questions`) is kept for so many bytes of the store, the newest 2,048 in a gigabyte: a
page of results takes some 20 KB with its compressed forms, all of them together one part in twenty-five."""
REVOKED_FOR = 31 * 24 * 3600
"""Seconds that a revocation is kept; access tokens live much shorter."""
Tables = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Usage:
    """How full the store is: bytes in use of `limit`, pages, and dependency keys that changed."""

    bytes: int
    limit: int
    entries: int
    marks: int


def used_bytes(tables: Tables, transaction: Any) -> int:
    """Return the bytes of all pages that hold something; free pages inside the file do not count."""
    pages = 0
    for table in tables.values():
        found = transaction.stat(table)
        pages += found["branch_pages"] + found["leaf_pages"] + found["overflow_pages"]
    return int(pages * found["psize"])


def thin_out(transaction: Any, table: Any) -> None:
    """Remove a random tenth of `table`: nobody can choose by his requests what goes."""
    with transaction.cursor(db=table) as cursor:
        found = cursor.first()
        while found:
            found = cursor.delete() if random.random() < 0.1 else cursor.next()  # noqa: S311 - no secret


def make_room(opened: Opened, size: int) -> int:
    """Evict the pages unused for longest until at most `SWEPT` of `size` is used; return how many went.

    Raises lmdb.Error.
    """
    opened.env.reader_check()  # a reader that was killed would keep every page from being used again
    with opened.lock, opened.env.begin(write=True) as transaction:
        _forget_revoked(transaction, opened.tables["revoked"])
    with opened.env.begin() as transaction:
        coldest = Pages(opened.tables, transaction).coldest()
    count = 0
    for start in range(0, len(coldest), BATCH):
        with opened.lock, opened.env.begin(write=True) as transaction:
            pages = Pages(opened.tables, transaction)
            for kept in coldest[start : start + BATCH]:
                if used_bytes(opened.tables, transaction) <= SWEPT * size:
                    break
                pages.remove(kept)
                count += 1
            else:
                continue
        break
    _turn(opened)
    return count


def _turn(opened: Opened) -> None:
    """Write a little: what a transaction freed can be used only by the next but one."""
    with contextlib.suppress(lmdb.MapFullError), opened.lock, opened.env.begin(write=True) as transaction:
        transaction.put(b"swept", numbered(int(time.time())), db=opened.tables["facts"])


def _forget_revoked(transaction: Any, table: Any) -> None:
    oldest = time.time() - REVOKED_FOR
    with transaction.cursor(db=table) as cursor:
        found = cursor.first()
        while found:
            (at,) = struct.unpack("<d", cursor.value())
            found = cursor.delete() if at < oldest else cursor.next()
