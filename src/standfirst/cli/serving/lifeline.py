"""A child never outlives its parent, even when the parent is killed without a chance to say so."""

from __future__ import annotations

import os
import signal
import threading
import time

INTERVAL = 0.5
GRACE = 30.0


def hold_on_to_parent() -> None:
    """Watch the parent from a thread: when it is gone stop this process, after `GRACE` seconds by force.

    A process whose parent died is given to another (init or a subreaper), so its parent's id changes. Asking for it
    twice a second works on Linux and macOS alike, for forked and for spawned children.
    """
    parent = os.getppid()
    threading.Thread(target=_watch, args=(parent,), name="lifeline", daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(INTERVAL)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE)
    os._exit(1)
