"""Keeps a few child processes running: starts them, restarts what crashed, stops all together."""

from __future__ import annotations

import logging
import multiprocessing
import signal
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import wait
from multiprocessing.context import ForkContext, SpawnContext
from multiprocessing.process import BaseProcess
from types import FrameType

logger = logging.getLogger("standfirst.serve")

FIRST_DELAY = 1.0
LONGEST_DELAY = 30.0
STEADY_AFTER = 60.0
STOP_GRACE = 35.0


@dataclass
class Child:
    """One child of the group: what it runs, and how its last restarts went."""

    name: str
    target: Callable[..., None]
    arguments: tuple[object, ...] = ()
    process: BaseProcess | None = None
    started: float = 0.0
    delay: float = FIRST_DELAY
    due: float = 0.0


@dataclass
class Supervisor:
    """Runs `children` until told to stop by SIGTERM, SIGINT or `stop()`."""

    children: Sequence[Child]
    clock: Callable[[], float] = time.monotonic
    _stopping: threading.Event = field(default_factory=threading.Event)
    _wake: tuple[object, object] | None = None

    def run(self) -> None:
        """Start all children and keep them running; returns when all of them have stopped."""
        self._wake = multiprocessing.Pipe(duplex=False)
        previous = {number: signal.signal(number, self._on_signal) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            for child in self.children:
                self._start(child)
            while not self._stopping.is_set():
                self._wait()
                self._restart_the_fallen()
        finally:
            self._stop_all()
            for number, handler in previous.items():
                signal.signal(number, handler)

    def stop(self) -> None:
        """Ask the group to stop; returns at once."""
        self._stopping.set()
        if self._wake:
            self._wake[1].send(None)  # type: ignore[attr-defined]

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        if self._stopping.is_set():
            # The operator insists: no more waiting for requests and tasks.
            for child in self.children:
                if child.process and child.process.is_alive():
                    child.process.kill()
        self.stop()

    def _start(self, child: Child) -> None:
        child.process = context().Process(target=child.target, args=child.arguments, name=child.name)
        child.process.start()
        child.started, child.due = self.clock(), 0.0

    def _wait(self) -> None:
        """Sleep until a child falls, a restart is due, or a signal comes."""
        assert self._wake is not None  # noqa: S101 - set by run()
        alive = [child.process.sentinel for child in self.children if child.process and not child.due]
        pauses = [max(0.0, child.due - self.clock()) for child in self.children if child.due]
        wait([*alive, self._wake[0]], timeout=min(pauses) if pauses else None)  # type: ignore[list-item]

    def _restart_the_fallen(self) -> None:
        now = self.clock()
        for child in self.children:
            if self._stopping.is_set():
                return
            if child.due and child.due <= now:
                self._start(child)
                logger.warning("%s was restarted", child.name)
            elif not child.due and child.process and not child.process.is_alive():
                if now - child.started > STEADY_AFTER:
                    child.delay = FIRST_DELAY
                code = child.process.exitcode
                logger.error("%s stopped by itself (status %s); restarting in %.0f s", child.name, code, child.delay)
                child.due = now + child.delay
                child.delay = min(child.delay * 2, LONGEST_DELAY)

    def _stop_all(self) -> None:
        running = [child for child in self.children if child.process and child.process.is_alive()]
        for child in running:
            child.process.terminate()  # type: ignore[union-attr]
        deadline = self.clock() + STOP_GRACE
        for child in running:
            child.process.join(max(0.1, deadline - self.clock()))  # type: ignore[union-attr]
            if child.process.is_alive():  # type: ignore[union-attr]
                logger.error("%s did not stop within %.0f s and was killed", child.name, STOP_GRACE)
                child.process.kill()  # type: ignore[union-attr]
                child.process.join()  # type: ignore[union-attr]


def context() -> ForkContext | SpawnContext:
    """How children are made: forked where that is the platform's habit (memory is shared), else spawned."""
    if multiprocessing.get_start_method() == "fork":
        return multiprocessing.get_context("fork")
    return multiprocessing.get_context("spawn")
