"""Keeps a few child processes running: starts them, restarts what crashed, replaces a release, stops all together."""

from __future__ import annotations

import logging
import multiprocessing
import signal
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkContext, SpawnContext
from multiprocessing.process import BaseProcess
from types import FrameType

from standfirst.cli.serving.adopted import Adopted
from standfirst.cli.serving.renewal import SIGNALS, Renewal, has_terminal

logger = logging.getLogger("standfirst.serve")

FIRST_DELAY = 0.0
SECOND_DELAY = 1.0
LONGEST_DELAY = 30.0
STEADY_AFTER = 60.0
STOP_GRACE = 35.0
POLL = 0.1
"""How often is asked for what has no event to wait for: processes of the release before, and the check of a new one."""
SETTLED = 1.0
"""A web worker that said it is ready counts as answering when it still runs this long after."""
PATIENCE = 30.0


@dataclass
class Child:
    """One child of the group: what it runs, and how its last restarts went.

    Of a child that is `alone` there are never two, not even of two releases. One that `answers` gets a connection as
    its last argument, to say on it when it takes requests.
    """

    name: str
    target: Callable[..., None]
    arguments: tuple[object, ...] = ()
    alone: bool = False
    answers: bool = False
    process: BaseProcess | None = None
    ready: Connection | None = None
    ready_at: float | None = None
    started: float = 0.0
    delay: float = FIRST_DELAY
    due: float | None = None

    @property
    def is_alive(self) -> bool:
        """Whether it runs now."""
        return self.process is not None and self.process.is_alive()


@dataclass
class Supervisor:
    """Runs `children` until told to stop by SIGTERM, SIGINT or `stop()`.

    `adopted` are processes of the release before: they go on until every new child answers, then they are retired.
    With a `renewal` SIGHUP brings the release that is on disk now; without one it stops the group.
    """

    children: Sequence[Child]
    adopted: list[Adopted] = field(default_factory=list)
    renewal: Renewal | None = None
    clock: Callable[[], float] = time.monotonic
    _stopping: threading.Event = field(default_factory=threading.Event)
    _wake: tuple[Connection, Connection] | None = None
    _hung_up: bool = False
    _terminal: bool = False
    _begun: float = 0.0
    _complained: bool = False

    def run(self) -> None:
        """Start all children and keep them running; returns when all of them have stopped."""
        self._wake = multiprocessing.Pipe(duplex=False)
        self._begun = self.clock()
        previous = {number: signal.signal(number, self._on_signal) for number in SIGNALS}
        self._terminal = has_terminal() and previous[signal.SIGHUP] is not signal.SIG_IGN
        # They were held back while a release replaced another: none was lost.
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        try:
            while not self._stopping.is_set():
                self._start_the_missing()
                self._wait()
                self._note_the_fallen()
                self._retire_the_old()
                self._renew()
        finally:
            self._stop_all()
            for number, handler in previous.items():
                signal.signal(number, handler)

    def stop(self) -> None:
        """Ask the group to stop; returns at once."""
        self._stopping.set()
        self._wake_up()

    def _wake_up(self) -> None:
        if self._wake:
            self._wake[1].send(None)

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        if number == signal.SIGHUP and self.renewal and not (self._terminal and not has_terminal()):
            self._hung_up = True
            self._wake_up()
            return
        if self._stopping.is_set():
            # The operator insists: no more waiting for requests and tasks.
            for process in self._running():
                process.kill()
        self.stop()

    def _running(self) -> list[BaseProcess | Adopted]:
        ours = [child.process for child in self.children if child.process and child.process.is_alive()]
        return [*ours, *(old for old in self.adopted if old.is_alive())]

    def _start_the_missing(self) -> None:
        now = self.clock()
        for child in self.children:
            if child.process is None and not self._waits_for_old(child):
                self._start(child)
            elif child.due is not None and child.due <= now:
                self._start(child)
                logger.warning("%s was restarted", child.name)

    def _waits_for_old(self, child: Child) -> bool:
        return child.alone and any(old.name == child.name and old.is_alive() for old in self.adopted)

    def _start(self, child: Child) -> None:
        arguments = child.arguments
        if child.answers:
            child.ready, told = context().Pipe(duplex=False)
            arguments = (*arguments, told)
        child.process = context().Process(target=_as_child, args=(child.target, *arguments), name=child.name)
        # What is sent meanwhile waits: the child would take it for the supervisor it was copied from.
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        try:
            child.process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        if child.answers:
            told.close()
        child.started, child.due, child.ready_at = self.clock(), None, None

    def _wait(self) -> None:
        """Sleep until a child falls or is ready, a restart is due, or a signal comes."""
        assert self._wake is not None  # noqa: S101 - set by run()
        running = [child for child in self.children if child.process and child.due is None]
        said = [child for child in running if child.ready]
        sentinels = [child.process.sentinel for child in running if child.process]
        pauses = [max(0.0, child.due - self.clock()) for child in self.children if child.due is not None]
        if self.adopted or (self.renewal and self.renewal.is_checking):
            pauses.append(POLL)
        events = wait(
            [*sentinels, *(child.ready for child in said if child.ready), self._wake[0]], min(pauses, default=None)
        )
        if self._wake[0] in events:
            self._wake[0].recv()
        for child in said:
            if child.ready in events:
                self._hear(child)

    def _hear(self, child: Child) -> None:
        assert child.ready is not None  # noqa: S101 - asked by _wait()
        try:
            child.ready.recv()
            child.ready_at = self.clock()
        except EOFError:
            pass  # it fell before it was ready, which its end will tell
        child.ready.close()
        child.ready = None

    def _note_the_fallen(self) -> None:
        now = self.clock()
        for child in self.children:
            if child.due is not None or child.process is None or child.is_alive:
                continue
            if now - child.started > STEADY_AFTER:
                child.delay = FIRST_DELAY
            code = child.process.exitcode
            logger.error("%s stopped by itself (status %s); restarting in %.0f s", child.name, code, child.delay)
            child.due, child.ready_at = now + child.delay, None
            child.delay = min(max(child.delay * 2, SECOND_DELAY), LONGEST_DELAY)

    def _retire_the_old(self) -> None:
        """Once everything new answers, let the release before finish what it is at, and end."""
        if not self.adopted:
            return
        self.adopted = [old for old in self.adopted if old.is_alive()]
        if not self.adopted:
            logger.info("the release before has ended")
            return
        if self._answers():
            if not all(old.retired_at for old in self.adopted):
                logger.info("the new release answers; the one before finishes what it is at")
            for old in self.adopted:
                old.retire()
        elif not self._complained and self.clock() - self._begun > PATIENCE:
            self._complained = True
            logger.error("the new release does not answer; the one before goes on. Mend it and send SIGHUP again")
        for old in self.adopted:
            old.insist()

    def _answers(self) -> bool:
        now = self.clock()
        answering = [child for child in self.children if child.answers]
        return bool(answering) and all(
            child.is_alive and child.ready_at is not None and now - child.ready_at >= SETTLED for child in answering
        )

    def _renew(self) -> None:
        """Follow SIGHUP: check the release on disk, and let it take the place of this one."""
        if self.renewal is None:
            return
        if self._hung_up:
            # Also when a check is under way: what is on disk may have changed since it began.
            self._hung_up = False
            logger.info("checking the release on disk")
            self.renewal.begin()
        refusal = self.renewal.outcome()
        if refusal:
            logger.error("the release on disk cannot serve, this one goes on: %s", refusal)
        elif refusal == "":
            ours = [
                Adopted(child.process.pid or 0, child.name, answers=child.answers)
                for child in self.children
                if child.process and child.is_alive
            ]
            self.renewal.replace([*ours, *self.adopted], lambda: self._stopping.is_set() or self._hung_up)

    def _stop_all(self) -> None:
        if self.renewal:
            self.renewal.give_up()
        running = self._running()
        for process in running:
            process.terminate()
        deadline = self.clock() + STOP_GRACE
        for process in running:
            process.join(max(0.1, deadline - self.clock()))
            if process.is_alive():
                logger.error("%s did not stop within %.0f s and was killed", process.name, STOP_GRACE)
                process.kill()
                process.join()


def _as_child(target: Callable[..., None], *arguments: object) -> None:
    """Run `target` with the signals of a process of its own; a closed terminal is its parent's matter."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
    target(*arguments)


def context() -> ForkContext | SpawnContext:
    """How children are made: forked where that is the platform's habit (memory is shared), else spawned."""
    if multiprocessing.get_start_method() == "fork":
        return multiprocessing.get_context("fork")
    return multiprocessing.get_context("spawn")
