"""Tells other nodes over Valkey or Redis that the log has a new row. Whoever publishes never waits for it."""

from __future__ import annotations

import logging
import os
import threading
from functools import cache

from django.conf import settings

logger = logging.getLogger("standfirst.purging")

CHANNEL = "standfirst_purge"
"""The channel of Valkey or Redis."""
ANSWER_WITHIN = 2.0
"""Seconds that the server has for an answer."""


class Announcer:
    """Publishes from a thread of its own: a server that hangs costs no editor a second.

    Several announcements made while one is under way become one. Those that fail are forgotten: followers read the log
    once a second anyway.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._due = threading.Event()
        self._failing = False
        threading.Thread(target=self._run, name="announcer", daemon=True).start()

    def announce(self) -> None:
        """Let the other nodes know soon; returns at once."""
        self._due.set()

    def _run(self) -> None:
        import redis

        client = redis.Redis.from_url(self.url, socket_connect_timeout=ANSWER_WITHIN, socket_timeout=ANSWER_WITHIN)
        while True:
            self._due.wait()
            self._due.clear()
            try:
                client.publish(CHANNEL, "")
                self._failing = False
            except redis.RedisError as error:
                if not self._failing:
                    logger.warning("other nodes were not woken (%s); they read the log within a second", error)
                self._failing = True


def announce() -> None:
    """Wake the other nodes after a commit that wrote a row of the log; does nothing without a `redis_url`."""
    if settings.PURGE_WAKE:
        _announcer(settings.PURGE_WAKE, os.getpid()).announce()


@cache
def _announcer(url: str, _process: int) -> Announcer:
    """Return this process's announcer: a thread does not survive a fork."""
    return Announcer(url)
