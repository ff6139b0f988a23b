"""What a rendering page depends on: collected while it renders, without its author having to remember.

Database reads are recorded by `standfirst.delivery.tracing`; the functions here are for what no database statement
shows (a clock, an entitlement, a process's own memory).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime


@dataclass
class Trace:
    """One rendering's dependencies.

    `keys` are dependency keys, `fresh_until` seconds since the epoch or None, `query` the names of query parameters
    that were read, `by_access` whether the result differs by entitlement, `private` why it may not be stored ("" when
    it may).
    """

    keys: set[str] = field(default_factory=set)
    query: set[str] = field(default_factory=set)
    fresh_until: float | None = None
    by_access: bool = False
    private: str = ""
    timed: int = 0
    """How many blocks of code are at work that said themselves until when their reads hold."""

    def limit(self, moment: float) -> None:
        """Let the result be fresh until `moment` (seconds since the epoch) at most."""
        self.fresh_until = moment if self.fresh_until is None else min(self.fresh_until, moment)


_current: ContextVar[Trace | None] = ContextVar("standfirst_trace", default=None)


def current() -> Trace | None:
    """The trace of the page that renders now in this thread, or `None` when nobody will store the result."""
    return _current.get()


@contextmanager
def tracing() -> Iterator[Trace]:
    """Collect what everything inside depends on."""
    trace = Trace()
    token = _current.set(trace)
    try:
        yield trace
    finally:
        _current.reset(token)


@contextmanager
def untraced() -> Iterator[None]:
    """Read without recording: for code that records finer keys itself."""
    token = _current.set(None)
    try:
        yield
    finally:
        _current.reset(token)


@contextmanager
def timed(until: datetime | None) -> Iterator[None]:
    """Inside, comparisons with the clock are known to hold until `until` (aware), or for good when it is `None`."""
    trace = _current.get()
    if trace is None:
        yield
        return
    if until is not None:
        trace.limit(until.timestamp())
    trace.timed += 1
    try:
        yield
    finally:
        trace.timed -= 1


def record(*keys: str) -> None:
    """Let the page depend on `keys`."""
    trace = _current.get()
    if trace is not None:
        trace.keys.update(keys)


def fresh_until(moment: datetime) -> None:
    """Let the page be fresh until `moment` (aware) at most."""
    trace = _current.get()
    if trace is not None:
        trace.limit(moment.timestamp())


def vary_by_access() -> None:
    """Say that the page differs by what its reader is entitled to."""
    trace = _current.get()
    if trace is not None:
        trace.by_access = True


def keep_private(reason: str) -> None:
    """Keep the page out of the store; `reason` is for people who look for the cause."""
    trace = _current.get()
    if trace is not None:
        trace.private = trace.private or reason
