"""A new release takes the place of the running one: the same process, the same listening socket, other code.

What one release hands over to the next stands in one environment variable (`Handover`). Its form, like the signal that
retires a worker, is an agreement between releases: docs/adr/0006.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from standfirst.cli.serving.adopted import Adopted

logger = logging.getLogger("standfirst.serve")

HANDOVER = "STANDFIRST_HANDOVER"
CHECK = "--check"
CHECK_SECONDS = 120.0
SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


@dataclass(frozen=True)
class Handover:
    """What the next release gets: descriptors of the listening socket and of the home folder's lock, and children.

    `address` is where the socket listens, as the options said it when it was opened.
    """

    listener: int
    lock: int
    address: str
    children: tuple[Adopted, ...] = ()

    def to_json(self) -> str:
        """Return the form in which it is handed over."""
        children = [{"pid": one.pid, "name": one.name, "answers": one.answers} for one in self.children]
        return json.dumps({**asdict(self), "children": children})

    @classmethod
    def taken(cls) -> Handover | None:
        """Take what the release before handed over, once; `None` for a first start."""
        text = os.environ.pop(HANDOVER, "")
        if not text:
            return None
        raw = json.loads(text)
        children = tuple(Adopted(int(one["pid"]), str(one["name"]), bool(one["answers"])) for one in raw["children"])
        handover = cls(int(raw["listener"]), int(raw["lock"]), str(raw["address"]), children)
        for descriptor in (handover.listener, handover.lock):
            os.set_inheritable(descriptor, False)
        return handover


def running_command() -> list[str]:
    """Return the command that started this process, as it would have to be given to start it anew.

    An installed script is named itself, so that its first line decides which Python runs it: a new release in a folder
    of its own brings its own.
    """
    words = sys.orig_argv[1:]
    if words and Path(words[0]).is_file() and os.access(words[0], os.X_OK):
        return words
    return [sys.executable, *words]


def has_terminal() -> bool:
    """Whether a terminal controls this process; it is gone when its window was closed."""
    try:
        os.close(os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY))
    except OSError:
        return False
    return True


class Renewal:
    """Checks the release on disk in a process of its own, and then becomes it."""

    def __init__(self, listener: int, lock: int, address: str, command: Sequence[str] | None = None) -> None:
        self.listener = listener
        self.lock = lock
        self.address = address
        self.command = list(command or running_command())
        self._check: subprocess.Popen[bytes] | None = None
        self._said: IO[bytes] | None = None
        self._deadline = 0.0

    @property
    def is_checking(self) -> bool:
        """Whether a check was begun whose outcome was not taken yet."""
        return self._check is not None

    def begin(self) -> None:
        """Start the check, in place of one that still runs."""
        self.give_up()
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - closed by give_up()
        try:
            self._check = subprocess.Popen(  # noqa: S603 - the command that started this process
                [*self.command, f"{CHECK}={self.address}"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._said,
            )
        except OSError as error:
            logger.error("the release on disk cannot be started, this one goes on: %s", error)
            self.give_up()
        self._deadline = time.monotonic() + CHECK_SECONDS

    def outcome(self) -> str | None:
        """Return why the release on disk may not serve, "" when it may, `None` when there is no outcome (yet)."""
        if self._check is None or self._said is None:
            return None
        status = self._check.poll()
        if status is None and time.monotonic() < self._deadline:
            return None
        self._said.seek(0)
        lines = self._said.read().decode(errors="replace").strip().splitlines()
        self.give_up()
        if status is None:
            return f"its check took longer than {CHECK_SECONDS:.0f} s"
        return "" if status == 0 else (lines or [f"its check ended with status {status}"])[-1]

    def give_up(self) -> None:
        """End a check that still runs."""
        if self._check and self._check.poll() is None:
            self._check.kill()
            self._check.wait()
        if self._said:
            self._said.close()
        self._check = self._said = None

    def replace(self, children: Sequence[Adopted], has_other_orders: Callable[[], bool]) -> None:
        """Become the release on disk. Returns only when that fails or `has_other_orders`; all is as before then.

        Signals are held back until the new release can take them: its supervisor lets them through. One that came just
        before has been handled when the mask is set (`pthread_sigmask` sees to that), and is not forgotten.
        """
        handover = Handover(self.listener, self.lock, self.address, tuple(children))
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        if has_other_orders():
            signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
            return
        logger.info("the release on disk takes over")
        for descriptor in (self.listener, self.lock):
            os.set_inheritable(descriptor, True)
        try:
            sys.stdout.flush()
            sys.stderr.flush()
            os.execve(self.command[0], self.command, {**os.environ, HANDOVER: handover.to_json()})  # noqa: S606
        except OSError as error:
            for descriptor in (self.listener, self.lock):
                os.set_inheritable(descriptor, False)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
            logger.error("the release on disk cannot be started, this one goes on: %s", error)
