"""Background tasks over RQ on Valkey or Redis (the extra `redis`), with the database as their record.

A task is a row first, written in the same transaction as what ordered it, exactly as with the database backend. After
the commit RQ carries the row's number to a worker, which runs the row. So nothing is lost when the server is away or
comes back empty: the row waits, and workers also look for rows that nobody brought them.
"""

from __future__ import annotations

import logging
from functools import cache, partial
from typing import Any

from django.db import transaction
from django_tasks_db import DatabaseBackend
from redis import Redis, RedisError
from rq import Queue

logger = logging.getLogger("standfirst.background")

ANSWER_WITHIN = 2.0
"""Seconds that the server has for an answer before a request goes on without it."""
RUN = "standfirst.cli.serving.rq_queue.run_row"
"""What RQ calls in the worker, with the row's number."""


class RQBackend(DatabaseBackend):
    """The database backend, which tells RQ of each task that is ready now. Option: `redis_url`."""

    def enqueue(self, task: Any, args: Any, kwargs: Any) -> Any:
        """Write the row; carry its number to the workers once it is committed."""
        result = super().enqueue(task, args, kwargs)
        if task.run_after is None:
            transaction.on_commit(partial(carry, self.options["redis_url"], task.queue_name, str(result.id)))
        return result


def carry(url: str, queue: str, row: str) -> bool:
    """Give the number of a row to RQ; return whether that worked. When not, a worker finds the row by itself."""
    try:
        rq_queue(url, queue).enqueue(RUN, row, job_id=row, job_timeout=-1, result_ttl=0, failure_ttl=0)
    except RedisError as error:
        logger.warning("task %s waits for the workers' own look, because RQ was not reached (%s)", row, error)
        return False
    return True


@cache
def connection(url: str) -> Redis:
    """Return this process's connections to the server at `url`."""
    return Redis.from_url(url, socket_connect_timeout=ANSWER_WITHIN, socket_timeout=ANSWER_WITHIN)


def rq_queue(url: str, name: str) -> Queue:
    """Return RQ's queue of this name."""
    return Queue(f"standfirst:{name}", connection=connection(url))
