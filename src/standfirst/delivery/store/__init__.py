"""The page store."""

from __future__ import annotations

import atexit
import os
import threading
from pathlib import Path

from django.conf import settings

from standfirst.delivery.store.access import State
from standfirst.delivery.store.entry import Entry, FragmentRef, Mark, Segment, Shape
from standfirst.delivery.store.room import Usage
from standfirst.delivery.store.store import PageStore

__all__ = ["Entry", "FragmentRef", "Mark", "PageStore", "Segment", "Shape", "State", "Usage", "current"]

DEFAULT_BYTES = 1024 * 1024 * 1024
_lock = threading.Lock()
_current: PageStore | None = None


def current() -> PageStore | None:
    """Return this process's store, in the folder that `settings.PAGE_STORE` names, or `None` when there is to be none.

    Opened at the first call, closed when the process ends; another folder, size or release in the settings (as tests
    have it) opens another store.
    """
    folder = getattr(settings, "PAGE_STORE", None)
    wanted = folder, getattr(settings, "PAGE_STORE_BYTES", DEFAULT_BYTES), getattr(settings, "RELEASE", "")
    store = _current
    if _is(store, wanted):
        return store
    return _replace(wanted)


def _is(store: PageStore | None, wanted: tuple[Path | None, int, str]) -> bool:
    return wanted == ((store.folder, store.size, store.release) if store else (None, *wanted[1:]))


def _replace(wanted: tuple[Path | None, int, str]) -> PageStore | None:
    global _current
    with _lock:
        if not _is(_current, wanted):
            if _current is not None:
                _current.close()
            folder, size, release = wanted
            _current = PageStore(folder, size=size, release=release) if folder else None
        return _current


@atexit.register
def close() -> None:
    """Close this process's store, if it is open. The next `current` opens it again; a fork must not inherit it."""
    global _current
    with _lock:
        if _current is not None:
            _current.close()
            _current = None


def _unlock() -> None:
    global _lock
    _lock = threading.Lock()


os.register_at_fork(after_in_child=_unlock)
