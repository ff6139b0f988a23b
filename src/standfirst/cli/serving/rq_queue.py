"""Runs the tasks of one queue that RQ brings, and those that nobody brought.

RQ carries the number of a task's row (`standfirst.kit.tasks` says why); claiming the row in the database decides who
runs it, so that a number that is brought twice runs once. Rows that are due later, that were interrupted, or whose
number was lost with the server are found by a look at the database once a second.
"""

from __future__ import annotations

import logging
import threading
import time
from contextvars import ContextVar
from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone
from django_tasks_db.models import get_date_max
from redis import RedisError
from rq import Queue, SimpleWorker
from rq.exceptions import DequeueTimeout
from rq.timeouts import TimerDeathPenalty

from standfirst.cli.serving.queue import INTERVAL, QueueRunner
from standfirst.kit.tasks import connection, rq_queue

logger = logging.getLogger("standfirst.background")

LOOK_EVERY = 1.0
PATIENCE = timedelta(seconds=15)
"""How long a row that is ready may wait for RQ to bring its number before it is taken without."""
WORKER_TTL = 420


class RQRunner(QueueRunner):
    """Takes the tasks of `queue` from RQ on the server at `url`, and from the database what RQ does not bring."""

    def __init__(self, queue: str, *, worker: str, url: str) -> None:
        super().__init__(queue, worker=worker)
        self.url = url
        self._looked_at = 0.0
        self._rq: _Worker | None = None
        self._is_cut_off = False

    def step(self) -> bool:
        """Run one task; return whether there was one."""
        if time.monotonic() - self._looked_at >= LOOK_EVERY:
            if self.run_first(self._left_behind()):
                return True
            self._looked_at = time.monotonic()
        try:
            ran = self._run_brought()
        except RedisError as error:
            self._cut_off(error)
            return False
        if self._is_cut_off:
            logger.warning("RQ brings the tasks of “%s” again", self.queue)
            self._is_cut_off = False
        return ran

    def pause(self, stopping: threading.Event) -> None:
        """Wait only when RQ is away: asking it waits already."""
        if self._is_cut_off:
            stopping.wait(INTERVAL)

    def _left_behind(self) -> QuerySet:
        """Rows that are ready and that RQ does not bring: all of them while it is away."""
        ready = self.tasks.ready()
        if self._is_cut_off:
            return ready
        return ready.filter(~Q(run_after=get_date_max()) | Q(enqueued_at__lt=timezone.now() - PATIENCE))

    def _run_brought(self) -> bool:
        """Wait for RQ at most a second; run what it brings."""
        if self._rq is None:
            self._rq = _Worker.born(self.url, self.queue, self.worker)
        try:
            brought = Queue.dequeue_any(self._rq.queues, timeout=1, connection=self._rq.connection)
        except DequeueTimeout:
            brought = None
        self._rq.heartbeat(WORKER_TTL)
        if brought is None:
            return False
        token = _at_work.set(self)
        try:
            self._rq.execute_job(*brought)
        finally:
            _at_work.reset(token)
        return True

    def _cut_off(self, error: RedisError) -> None:
        if not self._is_cut_off:
            logger.warning("RQ is not reached (%s); the tasks of “%s” come from the database", error, self.queue)
        self._is_cut_off, self._rq = True, None


_at_work: ContextVar[RQRunner] = ContextVar("standfirst_rq_runner")


def run_row(row: str) -> bool:
    """Run the task whose row this is, unless somebody did; what RQ calls. Returns whether it ran here."""
    runner = _at_work.get()
    return runner.run_first(runner.tasks.ready().filter(pk=row))


class _Worker(SimpleWorker):
    """RQ's worker as it works in a thread: no fork, no signals, and no limit of time by SIGALRM."""

    death_penalty_class = TimerDeathPenalty

    @classmethod
    def born(cls, url: str, queue: str, name: str) -> _Worker:
        """Return a worker that `rq info` shows, in the place of one of the same name that was killed."""
        worker = cls([rq_queue(url, queue)], name=name, connection=connection(url), worker_ttl=WORKER_TTL)
        connection(url).delete(worker.key)
        worker.register_birth()  # type: ignore[no-untyped-call] # RQ's
        return worker
