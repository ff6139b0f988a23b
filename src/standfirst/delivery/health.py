"""Whether this process lives, and whether the newsroom can work: for load balancers, supervisors and people.

The edge answers `/healthz` and `/readyz` from `healthz()` and `readyz()`: no address of Django's, no session, no
middleware. What they say is public, so that sentences are fixed and name no host, path, user or version.

A flood of questions costs next to nothing: answers are kept for a second, one request at a time waits for new ones (at
most `PATIENCE`), and all others get those before. A check that hangs (a database host that went silent) keeps one
thread, not one more with every question.
"""

from __future__ import annotations

import logging
import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections

from standfirst.delivery.heartbeat import silent_for

logger = logging.getLogger("standfirst.delivery")

PATIENCE = 1.0
"""How long one question may wait for the checks, in seconds."""
KEPT = 1.0
WAITS: dict[str, dict[str, float]] = {"sqlite": {"timeout": 0.8}, "postgresql": {"connect_timeout": 2}}
"""Seconds for a lock and for a connection; less than two is not to be had of PostgreSQL's library."""
SILENT_AFTER = 15.0
"""The background worker beats once a second and restarts within seconds; silence for longer means it is not there."""
LITTLE_SPACE = 50 * 2**20
Check = Callable[[], str]
Answer = tuple[int, dict[str, Any]]


def healthz() -> Answer:
    """Return 200: this process takes requests. Asks nothing else, so that a dead database restarts no web server."""
    return 200, {"status": "ok"}


def readyz() -> Answer:
    """Return 200 when the newsroom can be worked with, or 503 and which check failed, in one sentence each.

    Stored pages are served either way: 503 means that staff cannot write, not that readers see nothing.
    """
    return READINESS.answer()


def register_check(name: str, check: Check) -> None:
    """Let `readyz()` ask `check`, too: it returns "" when all is well, else a sentence for the public."""
    READINESS.probes[name] = Probe(check)


@dataclass
class Probe:
    """One check, run in a thread of its own; it may hang, whoever asks does not."""

    check: Check
    found: str = "not examined yet"
    _running: threading.Event | None = None

    def begin(self) -> threading.Event:
        """Start the check unless it still runs; return the event of its end."""
        if self._running is None or self._running.is_set():
            self._running = threading.Event()
            threading.Thread(target=self._run, args=(self._running,), name="readiness", daemon=True).start()
        return self._running

    def _run(self, done: threading.Event) -> None:
        try:
            self.found = self.check()
        except Exception:  # whatever a driver raises means no
            logger.warning("a readiness check failed", exc_info=True)
            self.found = "cannot be examined"
        finally:
            done.set()


@dataclass
class Readiness:
    """All checks, and the answer that is kept."""

    probes: dict[str, Probe]
    clock: Callable[[], float] = time.monotonic
    _kept: Answer = (503, {"status": "not ready", "checks": {"all": "not examined yet"}})
    _kept_until: float = 0.0
    _examining: threading.Lock = field(default_factory=threading.Lock)

    def answer(self) -> Answer:
        """Return what is kept, or examine when that is older than a second and nobody does so now."""
        if self.clock() < self._kept_until or not self._examining.acquire(blocking=False):
            return self._kept
        try:
            self._kept = self._examine()
            self._kept_until = self.clock() + KEPT
            return self._kept
        finally:
            self._examining.release()

    def _examine(self) -> Answer:
        ends = {name: probe.begin() for name, probe in self.probes.items()}
        deadline = time.monotonic() + PATIENCE
        found = {}
        for name, end in ends.items():
            in_time = end.wait(max(0.0, deadline - time.monotonic()))
            found[name] = self.probes[name].found if in_time else f"no answer within {PATIENCE:.0f} s"
        ready = not any(found.values())
        checks = {name: sentence or "ok" for name, sentence in found.items()}
        return (200 if ready else 503), {"status": "ready" if ready else "not ready", "checks": checks}


def check_database(alias: str = "default") -> str:
    """The database answers and would take a write now; nothing is written, and no connection of a request is used."""
    wrapper: Any = connections.create_connection(alias)
    ask = _ask_sqlite if wrapper.vendor == "sqlite" else _ask_postgresql
    parameters = wrapper.get_connection_params()
    try:
        connection = wrapper.Database.connect(**{**parameters, **WAITS[wrapper.vendor]})
    except wrapper.Database.Error:
        return "cannot be reached"
    try:
        return ask(connection.cursor())
    except wrapper.Database.OperationalError:
        return "takes no writes now"
    except wrapper.Database.Error:
        return "is damaged"
    finally:
        connection.close()


def _ask_sqlite(cursor: Any) -> str:
    # A file that was cut to nothing is a database like any other to SQLite, only an empty one.
    tables = cursor.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    cursor.execute("BEGIN IMMEDIATE")
    cursor.execute("ROLLBACK")
    return "" if tables else "is empty"


def _ask_postgresql(cursor: Any) -> str:
    cursor.execute("SET statement_timeout = 800")
    # On for a server that only follows another, and for one that was set to read only.
    cursor.execute("SHOW transaction_read_only")
    return "takes no writes now" if cursor.fetchone()[0] == "on" else ""


def check_page_store() -> str:
    """The page store can be read, where there is to be one."""
    from standfirst.delivery import store

    if settings.PAGE_STORE is None:
        return ""
    opened = store.current()
    if opened is None:
        return "cannot be opened"
    opened.usage()
    return ""


def check_background() -> str:
    """The background worker has said lately that it lives."""
    folder: Path | None = settings.RUN_FOLDER
    if folder is None:
        return ""
    seconds = silent_for(folder, "background")
    return "" if seconds is not None and seconds <= SILENT_AFTER else "is silent"


def check_disk() -> str:
    """There is room to write where the newsroom lives."""
    folder: Path | None = settings.RUN_FOLDER
    if folder is None:
        return ""
    return "" if shutil.disk_usage(folder.parent).free >= LITTLE_SPACE else "is full"


READINESS = Readiness(
    {
        "database": Probe(check_database),
        "page store": Probe(check_page_store),
        "background worker": Probe(check_background),
        "disk": Probe(check_disk),
    }
)
