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
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType

from standfirst.cli.serving.lifeline import hold_on_to_parent

logger = logging.getLogger("standfirst.background")

BEAT = 1.0
NICENESS = 10
"""How far background work stands back: a reader's page goes before a picture's sizes."""


Loop = Callable[[threading.Event], None]
failed = threading.Event()


def run_background(home: str) -> None:
    """Work until SIGTERM or SIGINT; the tasks that run then are finished first."""
    os.environ["STANDFIRST_HOME"] = home
    os.environ["DJANGO_SETTINGS_MODULE"] = "standfirst.config.settings"
    import django

    django.setup()
    from django.conf import settings

    from standfirst.cli.serving.loops import (
        appeal_loops,
        counting_loops,
        following_loops,
        money_loops,
        popular_loops,
        queue_loops,
        related_loops,
        search_loops,
    )
    from standfirst.cli.serving.schedule import Schedule
    from standfirst.delivery.heartbeat import Heartbeat
    from standfirst.delivery.metrics import publish

    stopping, ending = threading.Event(), threading.Event()
    _stop_on_signal(stopping)
    hold_on_to_parent()
    publish(settings.RUN_FOLDER, "background")
    name = f"{socket.gethostname()[:40]}:{Path(home).stat().st_ino}"
    schedule = Schedule(beat=Heartbeat(settings.RUN_FOLDER, "schedule").beat).run
    # A story that is due goes out, other nodes are heard and a CDN is told also while the last tasks are finished.
    lasting = _begin([schedule, *following_loops(name)], until=ending, stopping=stopping)
    # From here on: on Linux each thread has a niceness of its own, and those that are begun later inherit this one.
    os.nice(NICENESS)
    beside = [*queue_loops(name), *money_loops(), *counting_loops(), *popular_loops(), *search_loops(), *appeal_loops()]
    beside += related_loops()
    working = _begin(beside, until=stopping, stopping=stopping)
    heart = Heartbeat(settings.RUN_FOLDER, "background")
    heart.beat()
    while not stopping.wait(BEAT):
        heart.beat()
    for thread in working:
        while thread.is_alive():
            heart.beat()
            thread.join(BEAT)
    ending.set()
    for thread in lasting:
        thread.join()
    if failed.is_set():
        raise SystemExit(1)


def _begin(loops: Sequence[Loop], *, until: threading.Event, stopping: threading.Event) -> list[threading.Thread]:
    threads = [threading.Thread(target=_guarded, args=(loop, until, stopping)) for loop in loops]
    for thread in threads:
        thread.start()
    return threads


def _guarded(loop: Loop, until: threading.Event, stopping: threading.Event) -> None:
    """Run one loop; when it fails the whole process ends, to be restarted with back-off by the supervisor."""
    try:
        loop(until)
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
