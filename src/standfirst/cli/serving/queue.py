"""Runs the tasks of one queue, one after another.

django-tasks-db ships a worker command, and its `Worker.run_task` does the running here too. Its loop is ours for three
reasons: it asks with an exclusive lock twice a second even when there is nothing to do, it ends with a traceback when
SQLite stays locked longer than the busy timeout (a big import), and it leaves a task that was killed in the middle
"running" for ever.
"""

from __future__ import annotations

import logging
import threading
import time
from datetime import timedelta

from django.db import InterfaceError, OperationalError, close_old_connections, connection, connections
from django.db.models import QuerySet
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult
from django_tasks_db.utils import exclusive_transaction, is_locked_database_exception

logger = logging.getLogger("standfirst.background")

INTERVAL = 0.5
RETRY_AFTER = 2.0
MOST_ATTEMPTS = 3
LOCKED = "OperationalError: database is locked"
CLEAR_AWAY_EVERY = 3600.0
KEPT = {TaskResultStatus.SUCCESSFUL: timedelta(days=7), TaskResultStatus.FAILED: timedelta(days=30)}


class QueueRunner:
    """Takes the tasks of `queue` under the name `worker`, which stays the same over restarts on one machine."""

    def __init__(self, queue: str, *, worker: str, backend: str = "default") -> None:
        self.queue = queue
        self.worker = worker
        self._is_away = False
        self.tasks = DBTaskResult.objects.filter(backend_name=backend, queue_name=queue)
        self._runner = Worker(
            queue_names=[queue],
            interval=INTERVAL,
            batch=False,
            backend_name=backend,
            startup_delay=False,
            max_tasks=None,
            worker_id=worker,
            excluded_queue_names=[],
        )

    def run(self, stopping: threading.Event) -> None:
        """Run tasks until `stopping` is set."""
        clear_away_at, unsure = 0.0, True
        while not stopping.is_set():
            close_old_connections()
            try:
                if unsure:
                    self.take_back_interrupted()
                ran, unsure = self.step(), False
                if not ran and time.monotonic() >= clear_away_at:
                    self.clear_away()
                    clear_away_at = time.monotonic() + CLEAR_AWAY_EVERY
                self._is_away = False
            except (OperationalError, InterfaceError) as error:
                # The end of a task may not have been written; nothing of this queue runs at this point.
                ran, unsure = False, True
                self._wait_for_database(error, stopping)
            if not ran:
                self.pause(stopping)
        connections.close_all()

    def pause(self, stopping: threading.Event) -> None:
        """Wait before looking again, because there was nothing to do."""
        stopping.wait(INTERVAL)

    def _wait_for_database(self, error: Exception, stopping: threading.Event) -> None:
        """Wait a moment; a database that is away is logged once, and no reason to end."""
        if isinstance(error, OperationalError) and is_locked_database_exception(error):
            return
        if not self._is_away:
            logger.error("the tasks of “%s” wait for the database (%s)", self.queue, str(error).strip())
        self._is_away = True
        connection.close()
        stopping.wait(RETRY_AFTER)

    def step(self) -> bool:
        """Run the next task that is ready; return whether there was one."""
        return self.run_first(self.tasks.ready())

    def run_first(self, ready: QuerySet) -> bool:
        """Run the first of the rows `ready` that nobody else took; return whether there was one."""
        if not ready.exists():
            return False
        with exclusive_transaction(ready.db):
            task = ready.get_locked()  # type: ignore[attr-defined]
            if task is None:
                return False
            task.claim(self.worker)
        self._runner.run_task(task)
        self._retry_if_locked(task)
        return True

    def _retry_if_locked(self, task: DBTaskResult) -> None:
        """Queue a task again that failed only because somebody else (a big import) was writing for too long."""
        locked = task.status == TaskResultStatus.FAILED and LOCKED in task.traceback.rstrip().rpartition("\n")[2]
        if locked and len(task.worker_ids) < MOST_ATTEMPTS:
            task.status = TaskResultStatus.READY
            task.save(update_fields=["status"])

    def clear_away(self) -> int:
        """Delete the results that nobody asks for any more: of successes after a week, of failures after a month."""
        now, count = timezone.now(), 0
        for status, kept in KEPT.items():
            deleted, _by_model = self.tasks.filter(status=status, finished_at__lt=now - kept).delete()
            count += deleted
        return count

    def take_back_interrupted(self) -> int:
        """Queue again what this worker ran when it was killed, up to three attempts; return how many."""
        count = 0
        for task in self.tasks.filter(status=TaskResultStatus.RUNNING):
            if not task.worker_ids or task.worker_ids[-1] != self.worker:
                continue
            if len(task.worker_ids) >= MOST_ATTEMPTS:
                task.set_failed(InterruptedError(f"killed in the middle {MOST_ATTEMPTS} times; not tried again"))
                logger.error("task %s was killed %d times and is given up", task.task_path, MOST_ATTEMPTS)
                continue
            task.status = TaskResultStatus.READY
            task.save(update_fields=["status"])
            logger.warning("task %s was interrupted and is queued again", task.task_path)
            count += 1
        return count
