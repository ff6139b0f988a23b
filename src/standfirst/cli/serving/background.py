"""The background worker: tasks from the database queue, and stories that are due, in one process.

Each queue has a thread of its own, so that a long import never holds up a picture, and the schedule has one, so that a
story goes out at its second whatever runs beside it.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
from pathlib import Path
from types import FrameType

from standfirst.cli.serving.lifeline import hold_on_to_parent

logger = logging.getLogger("standfirst.background")

NICENESS = 10
"""How far background work stands back: a reader's page goes before a picture's sizes."""


def run_background(home: str) -> None:
    """Work until SIGTERM or SIGINT; the tasks that run then are finished first."""
    os.environ["STANDFIRST_HOME"] = home
    os.environ["DJANGO_SETTINGS_MODULE"] = "standfirst.config.settings"
    import django

    django.setup()
    from django.conf import settings

    from standfirst.cli.serving.queue import QueueRunner
    from standfirst.cli.serving.schedule import Schedule

    os.nice(NICENESS)
    stopping = threading.Event()
    _stop_on_signal(stopping)
    hold_on_to_parent()
    name = f"{socket.gethostname()[:40]}:{Path(home).stat().st_ino}"
    loops = [QueueRunner(queue, worker=f"{name}:{queue}"[:64]).run for queue in settings.TASKS["default"]["QUEUES"]]
    threads = [threading.Thread(target=_guarded, args=(loop, stopping)) for loop in [*loops, Schedule().run]]
    for thread in threads:
        thread.start()
    stopping.wait()
    for thread in threads:
        thread.join()
    if failed.is_set():
        raise SystemExit(1)


failed = threading.Event()


def _guarded(loop: object, stopping: threading.Event) -> None:
    """Run one loop; when it fails the whole process ends, to be restarted with back-off by the supervisor."""
    try:
        loop(stopping)  # type: ignore[operator]
    except Exception:
        logger.exception("the background worker failed")
        failed.set()
    finally:
        stopping.set()


def _stop_on_signal(stopping: threading.Event) -> None:
    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
