"""Wake-ups: news that the log has a new row, over PostgreSQL's NOTIFY or over Valkey or Redis.

They only shorten the wait of the follower, which reads the log once a second anyway; none has to arrive.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from django.conf import settings
from django.db import connection

from standfirst.delivery.purging import announce
from standfirst.delivery.tracing.log import CHANNEL

logger = logging.getLogger("standfirst.purging")

POLL = 1.0
FIRST_WAIT = 0.5
LONGEST_WAIT = 5.0

Loop = Callable[[threading.Event], None]


def listeners(woken: threading.Event) -> list[Loop]:
    """Return the loops that set `woken` at news, each to run in a thread of its own until its argument is set."""
    loops: list[Loop] = []
    if connection.vendor == "postgresql":
        loops.append(PostgresListener(woken).run)
    if settings.PURGE_WAKE:
        loops.append(RedisListener(woken, settings.PURGE_WAKE).run)
    return loops


class Listener:
    """Keeps one subscription alive; what fails is logged once and tried again with a growing pause."""

    source: str

    def __init__(self, woken: threading.Event) -> None:
        self.woken = woken
        self._pause = FIRST_WAIT
        self._lost = False

    def run(self, stopping: threading.Event) -> None:
        """Listen until `stopping` is set. No failure ends it."""
        while not stopping.is_set():
            try:
                self.listen(stopping)
            except Exception as error:  # noqa: BLE001 - drivers raise what they like, and the log is read anyway
                self._failed(error)
            stopping.wait(self._pause)

    def listen(self, stopping: threading.Event) -> None:
        """Subscribe, call `subscribed`, and set `woken` at each piece of news until `stopping` is set."""
        raise NotImplementedError

    def subscribed(self) -> None:
        """Note that news arrive from now on; what came before may have been missed, so look once."""
        if self._lost:
            logger.info("wake-ups from %s arrive again", self.source)
        self._lost, self._pause = False, FIRST_WAIT
        self.woken.set()

    def _failed(self, error: Exception) -> None:
        if not self._lost:
            cause = str(error).strip() or type(error).__name__
            logger.warning("no wake-ups from %s (%s); the log is read once a second instead", self.source, cause)
        self._lost = True
        self._pause = min(self._pause * 2, LONGEST_WAIT)


class PostgresListener(Listener):
    """LISTENs on a connection of its own: Django's may be inside a transaction, where no notice arrives."""

    source = "PostgreSQL"

    def listen(self, stopping: threading.Event) -> None:
        """See `Listener.listen`."""
        import psycopg

        with psycopg.connect(**{**connection.get_connection_params(), "autocommit": True}) as own:
            own.execute(f"LISTEN {CHANNEL}")
            self.subscribed()
            while not stopping.is_set():
                for _notice in own.notifies(timeout=POLL, stop_after=1):
                    self.woken.set()


class RedisListener(Listener):
    """Subscribes to a channel of a Valkey or Redis server at `url`."""

    source = "Redis"

    def __init__(self, woken: threading.Event, url: str) -> None:
        super().__init__(woken)
        self.url = url

    def listen(self, stopping: threading.Event) -> None:
        """See `Listener.listen`."""
        import redis

        client = redis.Redis.from_url(
            self.url,
            socket_connect_timeout=announce.ANSWER_WITHIN,
            socket_timeout=announce.ANSWER_WITHIN,
            health_check_interval=POLL,
        )
        with client, client.pubsub(ignore_subscribe_messages=True) as subscription:  # type: ignore[no-untyped-call]
            subscription.subscribe(announce.CHANNEL)
            subscription.get_message(timeout=announce.ANSWER_WITHIN)
            self.subscribed()
            while not stopping.is_set():
                if subscription.get_message(timeout=POLL):
                    self.woken.set()
