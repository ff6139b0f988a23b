"""Children of the release before: this process took over their parent's id, and with it the duty to look after them."""

from __future__ import annotations

import logging
import os
import signal
import time
from dataclasses import dataclass

from standfirst.cli.serving.draining import DRAIN_SECONDS, RETIRE

logger = logging.getLogger("standfirst.serve")

GRACE = 35.0
INTERVAL = 0.05


@dataclass
class Adopted:
    """One process that was handed over; has what the supervisor asks of a `multiprocessing` process, too."""

    pid: int
    name: str
    answers: bool = False
    gone: bool = False
    retired_at: float | None = None

    def is_alive(self) -> bool:
        """Whether it runs; the first call after its end takes note of that, as its parent must."""
        if not self.gone:
            try:
                self.gone = os.waitpid(self.pid, os.WNOHANG)[0] == self.pid
            except ChildProcessError:
                self.gone = True
        return not self.gone

    def retire(self) -> None:
        """Let it finish what it is at and end; asking again changes nothing."""
        if self.retired_at is None and self.is_alive():
            self.retired_at = time.monotonic()
            os.kill(self.pid, RETIRE if self.answers else signal.SIGTERM)

    def insist(self) -> None:
        """Kill it when it was retired and had its time."""
        grace = GRACE + (DRAIN_SECONDS if self.answers else 0.0)
        if self.retired_at is not None and time.monotonic() - self.retired_at > grace and self.is_alive():
            logger.error("%s of the release before did not end within %.0f s and was killed", self.name, grace)
            self.kill()

    def terminate(self) -> None:
        """Ask it to stop now; requests and tasks in flight are finished."""
        if self.is_alive():
            os.kill(self.pid, signal.SIGTERM)

    def kill(self) -> None:
        """End it by force."""
        if self.is_alive():
            os.kill(self.pid, signal.SIGKILL)

    def join(self, timeout: float | None = None) -> None:
        """Wait for its end, for `timeout` seconds at most."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while self.is_alive() and (deadline is None or time.monotonic() < deadline):
            time.sleep(INTERVAL)
