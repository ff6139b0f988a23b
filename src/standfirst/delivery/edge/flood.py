"""A flood of unknown addresses reaches the database a bounded number of times a second.

Normally an unknown address is asked of Django, and its 404 is stored. When more than `CALM` new ones come in a second,
what exists at all is read once into a set of short hashes, and addresses outside of it are answered 404 without Django
until the flood is over. What was published after the set was read is let through: a key of its address was changed.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from hashlib import blake2b

from django.db import Error, connections

from standfirst.delivery.edge.asked import Asked
from standfirst.delivery.metrics import COUNTS
from standfirst.delivery.store import PageStore

logger = logging.getLogger("standfirst.delivery")

CALM = 20
"""New 404s a second, of each process, that are simply rendered."""
LASTS = 10.0
"""Seconds for which a flood is taken to go on after its last wave."""
KEPT = 60.0
"""Seconds for which the set of known addresses is used before it is read again."""

Addresses = Callable[[], Iterable[str]]
Recognises = Callable[[str], bool]
Alias = Callable[[str], str]
LookUp = Callable[[str], Iterable[str]]
_sources: list[Addresses] = []
_recognisers: list[Recognises] = []
_aliases: list[Alias] = []
_look_ups: list[LookUp] = []


def register_addresses(source: Addresses) -> None:
    """Let `source` name addresses that exist: whole paths with the leading slash, percent-decoded."""
    _sources.append(source)


def register_recogniser(recognises: Recognises) -> None:
    """Let `recognises` say of a path whether something could answer it that no source names."""
    _recognisers.append(recognises)


def register_alias(alias: Alias) -> None:
    """Let `alias` name the address that must exist for its argument to lead there; unchanged when there is none."""
    _aliases.append(alias)


def register_look_up(look_up: LookUp) -> None:
    """Let `look_up` give the dependency keys that change when something comes to stand at an address."""
    _look_ups.append(look_up)


class Known:
    """The addresses that existed when they were read, at the store's sequence of that moment."""

    def __init__(self, sequence: int, hashes: frozenset[int]) -> None:
        self.sequence = sequence
        self.hashes = hashes
        self.read_at = time.monotonic()


class Flood:
    """Counts the new 404s of one process, and keeps unknown addresses out while there are too many."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._second = 0
        self._count = 0
        self._until = 0.0
        self._known: Known | None = None
        self._lock = threading.Lock()

    def missed(self) -> None:
        """Count an address that Django did not know."""
        now = self._now()
        if int(now) != self._second:
            self._second, self._count = int(now), 0
        self._count += 1
        if self._count > CALM:
            if now >= self._until:
                logger.warning("many unknown addresses are asked for; those that do not exist no longer reach Django")
            self._until = now + LASTS

    def keeps_out(self, store: PageStore, asked: Asked) -> bool:
        """Whether `asked` is answered 404 without asking Django."""
        if not self.is_on:
            return False
        known = self._read(store)
        if known is None:
            return False
        path = asked.path.encode("latin-1").decode("utf-8")
        ways = {path, *(alias(path) for alias in _aliases)}
        if any(_hash(way) in known.hashes for way in ways) or any(recognises(path) for recognises in _recognisers):
            return False
        mark = store.newest_mark([key for look_up in _look_ups for way in ways for key in look_up(way)])
        if mark is not None and mark.sequence > known.sequence:
            return False
        self._until = self._now() + LASTS
        return True

    @property
    def is_on(self) -> bool:
        """Whether too many unknown addresses came in just now."""
        return self._now() < self._until

    def _read(self, store: PageStore) -> Known | None:
        """The set in force; read again after a minute. `None` when the database does not answer."""
        known = self._known
        if known is not None and self._now() - known.read_at < KEPT and known.sequence >= store.state().everything:
            return known
        if not self._lock.acquire(blocking=known is None):
            return known
        try:
            if self._known is known:
                sequence = store.state().sequence
                hashes = frozenset(_hash(path) for source in _sources for path in source())
                self._known = Known(sequence, hashes)
        except Error:
            COUNTS.error("known_addresses")
            return known
        finally:
            self._lock.release()
            connections.close_all()
        return self._known


def _hash(path: str) -> int:
    return int.from_bytes(blake2b(path.rstrip("/").encode(), digest_size=8).digest(), "big")
