"""Access to the store's files by one process: opened, looked after, opened or made again when they are lost."""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import lmdb

from standfirst.delivery.store.damage import Unusable
from standfirst.delivery.store.opening import Opened, open_or_make
from standfirst.delivery.store.sequence import Block

logger = logging.getLogger(__name__)
T = TypeVar("T")

CHECK_EVERY = 0.2
"""Seconds between looks whether the files still stand at their place, and between attempts to make lost ones."""
DAMAGE = (
    lmdb.CorruptedError,
    lmdb.PageNotFoundError,
    lmdb.PanicError,
    lmdb.InvalidError,
    lmdb.VersionMismatchError,
    lmdb.MapResizedError,
    lmdb.BadTxnError,
    lmdb.BadRslotError,
)
_accesses: weakref.WeakSet[Access] = weakref.WeakSet()


class State(NamedTuple):
    """What one read of the file `sequence` says.

    `identity` names the store: when it differs from before, what was checked before is unverifiable. `sequence` is
    the number of the newest change, `everything` the newest one that made all pages stale, `heard_at` the monotonic
    seconds when the purge log was read to its end last (0.0: not since the store or the machine began), `lost` whether
    there is no store to ask: then nothing can be shown to be current.
    """

    identity: int
    sequence: int
    everything: int
    heard_at: float
    lost: bool


LOST = State(0, 0, sys.maxsize, 0.0, lost=True)


class Access:
    """What one process has open of the store in `folder`, for at most `size` bytes; `release` is what it runs."""

    def __init__(self, folder: Path, *, size: int, release: str) -> None:
        self.folder = folder
        self.size = size
        self.release = release
        self._opened: Opened | None = None
        self._seen: tuple[Block | None, State] = (None, LOST)
        self._trouble = ""
        self._next_check = 0.0
        self._retry_at = 0.0
        self._last_sequence = 0
        self._lock = threading.RLock()
        _accesses.add(self)
        self._reopen(None)

    # The files

    def _reopen(self, lost: Opened | None) -> Opened | None:
        """Open or make the store unless another thread did since `lost` was found unusable."""
        with self._lock:
            if self._opened is not lost:
                return self._opened
            now = time.monotonic()
            if lost is None and now < self._retry_at:
                return None
            self._retry_at = now + CHECK_EVERY
            self._opened = None
            try:
                self._opened = open_or_make(self.folder, self.size, above=self._last_sequence)
            except Unusable as error:
                if str(error) != self._trouble:  # once, and not five times a second
                    logger.error("%s", error)
                self._trouble = str(error)
                return None
            self._trouble = ""
            self._next_check = now + CHECK_EVERY
            return self._opened

    def _sound(self) -> Opened | None:
        """Return the opened files after looking whether LMDB may touch them, or `None` when there is no store."""
        opened = self._opened
        if opened is None or not opened.is_sound():
            return self._reopen(opened)
        return opened

    def state(self) -> State:
        """Return what changed, by one read of one small file; opens or makes the store when it is lost."""
        opened = self._opened
        if opened is None or (time.monotonic() >= self._next_check and not self._is_in_place(opened)):
            opened = self._reopen(opened)
        block = opened.sequence.read() if opened else None
        if block is None:
            opened = self._reopen(opened)
            block = opened.sequence.read() if opened else None
            if block is None:
                return LOST
        known, state = self._seen  # one assignment, so that no other thread sees a block with another one's state
        if block is not known:
            self._last_sequence = max(self._last_sequence, block.sequence)
            state = State(block.identity, block.sequence, block.everything, block.heard_at, lost=False)
            self._seen = (block, state)
        return state

    def _is_in_place(self, opened: Opened) -> bool:
        self._next_check = time.monotonic() + CHECK_EVERY
        return opened.is_in_place() and opened.is_sound()

    def _read(self, ask: Callable[[Opened, Any], T]) -> T | None:
        """Return what `ask` finds in one transaction, or `None` when there is no sound store."""
        opened = self._sound()
        if opened is None:
            return None
        try:
            with opened.env.begin() as transaction:
                return ask(opened, transaction)
        except DAMAGE as error:
            self._damaged(opened, error)
        except lmdb.Error as error:
            logger.warning("the page store cannot be read now: %s", str(error))
            self._free_places(opened)
        return None

    def _free_places(self, opened: Opened) -> None:
        """Give back the places of readers that died; a lock file that cannot even say who reads is damaged."""
        try:
            opened.env.reader_check()
        except lmdb.Error as error:
            self._damaged(opened, error)

    def _write(self, change: Callable[[Opened, Any], T], *, default: T) -> T:
        """Return what `change` returns in one transaction, or `default` when nothing could be written."""
        opened = self._sound()
        if opened is None:
            return default
        for again in (False, True):
            try:
                with opened.lock, opened.env.begin(write=True) as transaction:
                    return change(opened, transaction)
            except lmdb.MapFullError:
                if again or not self.sweep():
                    return default
            except DAMAGE as error:
                self._damaged(opened, error)
                return default
            except lmdb.Error as error:
                logger.warning("the page store cannot be written now: %s", str(error))
                return default
        return default

    def _damaged(self, opened: Opened, error: Exception) -> None:
        logger.error("the page store %s is damaged and begins empty: %s", self.folder, str(error))
        opened.sequence.spoil()
        self._reopen(opened)

    def close(self, clean: bool = True) -> None:
        """Let go of the files until they are needed again; `clean` brings everything to the disk first."""
        with self._lock:
            opened, self._opened = self._opened, None
            self._retry_at = 0.0
            if opened is None:
                return
            try:
                if clean and opened.is_sound() and opened.is_in_place():
                    opened.end_use()
            except (OSError, lmdb.Error) as error:
                logger.warning("the page store could not be closed cleanly and may begin empty: %s", str(error))
            opened.let_go()

    def _forget(self) -> None:
        """Let go in a child process of what belongs to its parent; LMDB must not be used across a fork."""
        self._lock = threading.RLock()
        opened, self._opened = self._opened, None
        self._retry_at = 0.0
        if opened is not None:
            opened.let_go()  # else LMDB takes the files for opened twice

    def sweep(self) -> int:
        """Make room; return how many pages went."""
        raise NotImplementedError


def _forget_all() -> None:
    for access in list(_accesses):
        access._forget()


os.register_at_fork(after_in_child=_forget_all)
