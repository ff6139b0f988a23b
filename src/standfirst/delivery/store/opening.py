"""The folder of the store: opened when it is sound, made anew and empty when it is not.

What a page store holds can be rendered again, so whatever is doubtful is thrown away instead of repaired: a file that
is missing, truncated or overwritten, and everything after the machine went down without closing the store (LMDB writes
without waiting for the disk here). A process that dies leaves a sound store: LMDB never changes a page in place.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import secrets
import struct
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import lmdb

from standfirst.delivery.store.damage import Unusable, walk
from standfirst.delivery.store.sequence import Block, SequenceFile, encode

logger = logging.getLogger(__name__)

SEQUENCE, DATA, LOCK = "sequence", "data.mdb", "lock.mdb"
TABLES = (
    "facts",
    "marks",
    "applied",
    "pages",
    "used",
    "missing",
    "questions",
    "depends",
    "shared",
    "references",
    "assembled",
    "shapes",
    "revoked",
)
LOCK_SIZE = 256 * 1024
"""Bytes of lock.mdb: 64 bytes for each reader, enough for 64 processes of 63 threads."""
_MAGIC = struct.pack("=I", 0xBEEFC0DE)
_PAGE = 4096
_NUMBER = struct.Struct(">Q")
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def number(value: bytes | None) -> int:
    """Return the number that `numbered` made `value` of; 0 for `None`."""
    return _NUMBER.unpack(value)[0] if value else 0


def numbered(value: int) -> bytes:
    """Return `value` as eight bytes that sort like the number."""
    return _NUMBER.pack(value)


def boot() -> bytes:
    """Name the current run of the operating system; empty where it does not tell."""
    try:
        return bytes.fromhex(BOOT_ID.read_text(encoding="ascii").strip().replace("-", ""))[:16]
    except (OSError, ValueError):
        return bytes(16)


def inode(path: Path) -> tuple[int, int]:
    """Return what identifies the file now at `path`. Raises OSError when there is none."""
    found = path.stat()
    return found.st_dev, found.st_ino


class Opened:
    """One opening of the folder's files. Nothing in it changes; a store that is lost gets another one."""

    def __init__(self, folder: Path, size: int) -> None:
        """Open what stands in `folder`. Raises OSError, lmdb.Error or Unusable when that is not a sound store."""
        self.folder = folder
        self.lock = threading.Lock()
        """Held around each write transaction: the threads of one process queue here, processes inside LMDB."""
        self.sweeping = threading.Lock()
        self.sequence = SequenceFile(folder / SEQUENCE)
        self.data_fd = os.open(folder / DATA, os.O_RDONLY | os.O_CLOEXEC)
        weakref.finalize(self, os.close, self.data_fd)
        found = os.fstat(self.data_fd)
        self.inodes = (inode(folder / SEQUENCE), (found.st_dev, found.st_ino), inode(folder / LOCK))
        # Kept open as long as the environment: to close a file takes back all locks that this process has on it.
        self._lock_fd = os.open(folder / LOCK, os.O_RDONLY | os.O_CLOEXEC)
        weakref.finalize(self, os.close, self._lock_fd)
        self._present = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
        weakref.finalize(self, os.close, self._present)
        self._lock_head = b""
        self._length = self._check(size)
        self.env = lmdb.Environment(
            str(folder), map_size=size, max_dbs=len(TABLES), sync=False, metasync=False, readahead=False, meminit=False
        )
        self._lock_head = os.pread(self._lock_fd, 8, 0)
        if self.env.reader_check() or self._is_orphan():
            walk(folder)
        with self.env.begin(write=True) as transaction:
            self.tables = {name: self.env.open_db(name.encode(), txn=transaction) for name in TABLES}
            self._agree(transaction)

    def _check(self, size: int) -> int:
        """Refuse files that LMDB must not see; return the length that the data file must have."""
        block = self.sequence.read()
        if block is None:
            raise Unusable(f"{self.folder / SEQUENCE} is damaged")
        if not block.clean and block.boot != boot():
            raise Unusable("the machine went down without closing the store")
        self._length = block.size
        if not self.is_sound():
            raise Unusable(f"{self.folder / DATA} is damaged")
        if block.size > size:
            raise Unusable(f"{self.folder / DATA} is larger than page_store_mb allows now")
        return block.size

    def _is_orphan(self) -> bool:
        """Whether the last process that used the store ended without closing it."""
        try:
            fcntl.flock(self._present, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        fcntl.flock(self._present, fcntl.LOCK_UN)
        block = self.sequence.read()
        return block is not None and not block.clean

    def _agree(self, transaction: Any) -> None:
        """Refuse two files that do not belong together."""
        block = self.sequence.read()
        facts = self.tables["facts"]
        if block is None or number(transaction.get(b"identity", db=facts)) != block.identity:
            raise Unusable(f"{self.folder / SEQUENCE} and {self.folder / DATA} do not belong together")

    def is_sound(self) -> bool:
        """Whether LMDB may touch its map: reading beyond the end of a truncated file would end the process.

        The data file has its full length from the beginning (without taking the space), so that every cut is seen.
        A lock file of noise would let the next writer wait for ever, or end it: its head is looked at, too.
        Costs five system calls and no access to the map.
        """
        try:
            size = os.fstat(self.data_fd).st_size
            lock = (self.folder / LOCK).stat()
            if size < self._length or lock.st_size < LOCK_SIZE or (lock.st_dev, lock.st_ino) != self.inodes[2]:
                return False
            if self._lock_head and os.pread(self._lock_fd, 8, 0) != self._lock_head:
                return False
            heads = os.pread(self.data_fd, 4, 16), os.pread(self.data_fd, 4, _PAGE + 16)
        except PermissionError:
            return True  # the folder was closed to us; what is open stays open
        except OSError:
            return False
        return heads == (_MAGIC, _MAGIC)

    def is_in_place(self) -> bool:
        """Whether the files that are open are still the ones that other processes would open."""
        try:
            return self.inodes == tuple([inode(self.folder / name) for name in (SEQUENCE, DATA, LOCK)])
        except PermissionError:
            return True
        except OSError:
            return False

    def begin_use(self, size: int) -> None:
        """Say durably that the disk may lag behind from now on, and let the data file have `size` bytes.

        Raises OSError.
        """
        fcntl.flock(self._present, fcntl.LOCK_SH)
        with self.sequence.locked():
            block = self.sequence.read()
            if block is None:
                raise Unusable(f"{self.folder / SEQUENCE} is damaged")
            if block.size < size:
                os.truncate(self.folder / DATA, size)
                self.sequence.write(block := block._replace(size=size))
                self._length = size
            if block.clean or block.boot != boot():
                self.sequence.write(block._replace(clean=False, boot=boot(), heard_at=0.0))
                os.fsync(self.sequence.fd)

    def end_use(self) -> None:
        """Bring everything to the disk and say so, unless another process still uses the store. Raises OSError."""
        try:
            fcntl.flock(self._present, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        try:
            with self.sequence.locked():
                self.env.sync(True)
                block = self.sequence.read()
                if block is not None:
                    self.sequence.write(block._replace(clean=True))
                    os.fsync(self.sequence.fd)
        finally:
            fcntl.flock(self._present, fcntl.LOCK_UN)

    def let_go(self) -> None:
        """Close LMDB, also after its lock file was cut."""
        with contextlib.suppress(OSError):
            _lengthen(self.folder / LOCK, LOCK_SIZE)
        self.env.close()


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep other processes from opening or making the store; the lock survives the folder's deletion."""
    fd = os.open(folder.parent, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        yield
    finally:
        os.close(fd)


def open_or_make(folder: Path, size: int, *, above: int = 0) -> Opened:
    """Open the store in `folder` for at most `size` bytes; make an empty one when there is none or it is not sound.

    A new store counts from the clock's microseconds, or from `above` when that is more: a page whose rendering began
    before, in the store that is gone, never looks newer than a change in this one.

    Raises Unusable when neither is possible.
    """
    try:
        with _alone(folder):
            if folder.is_dir():
                opened = _open(folder, size)
                if opened is not None:
                    return opened
            _make(folder, size, above)
            opened = Opened(folder, size)
            opened.begin_use(size)
            return opened
    except (OSError, lmdb.Error, Unusable) as error:
        raise Unusable(
            f"The page store {folder} can be neither opened nor made ({error}); "
            "check the folder's permissions and the free space of its disk."
        ) from error


def _open(folder: Path, size: int) -> Opened | None:
    if not (folder / SEQUENCE).exists() and not (folder / DATA).exists():
        return None
    try:
        opened = Opened(folder, size)
        opened.begin_use(size)
    except (OSError, lmdb.Error, Unusable) as error:
        # As text: a log record that keeps the error would keep its traceback, and with it the files open.
        logger.warning("the page store %s begins empty: %s", folder, str(error))
        return None
    return opened


def _last_sequence(folder: Path) -> int:
    """Return the sequence of the store that stands in `folder`, 0 when it does not say."""
    try:
        block = SequenceFile(folder / SEQUENCE).read()
    except OSError:
        return 0
    return block.sequence if block else 0


def _lengthen(path: Path, length: int) -> None:
    """Give a file that was cut its length again: LMDB still has it mapped, also to close it, here and elsewhere.

    By its path: to open lock.mdb once more and close it would drop the locks that LMDB holds on it.
    """
    with contextlib.suppress(FileNotFoundError):
        if path.stat().st_size < length:
            os.truncate(path, length)


def _make(folder: Path, size: int, above: int) -> None:
    """Put an empty store in place of what is there; `sequence` comes last, so that what is half made is not opened."""
    folder.mkdir(parents=True, exist_ok=True)
    start = max(int(time.time() * 1_000_000), above + 1, _last_sequence(folder) + 1)
    for name, length in ((LOCK, LOCK_SIZE), (DATA, size)):
        _lengthen(folder / name, length)
    for name in (SEQUENCE, DATA, LOCK):
        with contextlib.suppress(FileNotFoundError):
            (folder / name).unlink()
    # Real blocks instead of a hole: LMDB writes to this file through a map, which must not meet a full disk.
    (folder / LOCK).write_bytes(bytes(LOCK_SIZE))
    identity = secrets.randbits(64)
    env = lmdb.Environment(str(folder), map_size=size, max_dbs=len(TABLES), sync=False, metasync=False)
    try:
        with env.begin(write=True) as transaction:
            tables = {name: env.open_db(name.encode(), txn=transaction) for name in TABLES}
            transaction.put(b"identity", numbered(identity), db=tables["facts"])
            transaction.put(b"sequence", numbered(start), db=tables["facts"])
        with env.begin(write=True) as transaction:  # the second head page gets its magic number with this one
            transaction.put(b"made", numbered(int(time.time())), db=tables["facts"])
    finally:
        env.close()
    os.truncate(folder / DATA, size)
    block = Block(identity, start, start, 0.0, size, boot(), clean=False)
    fresh = folder / f"{SEQUENCE}.new"
    fresh.write_bytes(encode(block))
    fresh.rename(folder / SEQUENCE)
