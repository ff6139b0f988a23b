"""Tasks over RQ: run once, never lost with the server, and taken from the database while it is away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import redis
from django.db import transaction
from django.utils import timezone
from django_tasks import TaskResultStatus as Status
from django_tasks_db.models import DBTaskResult
from pytest_django import Settings

from standfirst.cli.serving.rq_queue import RQRunner
from standfirst.kit.tasks import carry, rq_queue
from tests.cli import sample_tasks
from tests.redis_server import RedisServer, find_program

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.enable_socket,
    pytest.mark.whole,
    pytest.mark.skipif(not find_program(), reason="neither valkey-server nor redis-server is installed"),
]


@pytest.fixture(scope="module")
def running() -> Iterator[RedisServer]:
    found = RedisServer()
    found.start()
    yield found
    found.close()


@pytest.fixture
def server(running: RedisServer, settings: Settings) -> RedisServer:
    redis.Redis.from_url(running.url).flushall()
    settings.TASKS = {
        "default": {
            "BACKEND": "standfirst.kit.tasks.RQBackend",
            "QUEUES": ["default", "pictures"],
            "OPTIONS": {"redis_url": running.url},
        }
    }
    sample_tasks.done.clear()
    return running


@pytest.fixture
def runner(server: RedisServer) -> RQRunner:
    return RQRunner("default", worker="here:default", url=server.url)


def _only() -> DBTaskResult:
    return DBTaskResult.objects.get()


def test_a_task_is_brought_and_runs_once(runner: RQRunner) -> None:
    sample_tasks.note.enqueue("a")
    assert runner._run_brought() is True
    assert runner.step() is False
    assert sample_tasks.done == ["a"]
    assert (_only().status, _only().worker_ids) == (Status.SUCCESSFUL, ["here:default"])


def test_a_task_is_brought_after_the_commit_and_not_after_a_rollback(runner: RQRunner, server: RedisServer) -> None:
    queue = rq_queue(server.url, "default")
    with transaction.atomic():
        sample_tasks.note.enqueue("kept")
        assert queue.count == 0
    assert queue.count == 1
    with transaction.atomic():
        sample_tasks.note.enqueue("rolled back")
        transaction.set_rollback(True)
    assert queue.count == 1


def test_a_failing_task_is_kept_with_its_traceback_and_stops_nothing(runner: RQRunner) -> None:
    sample_tasks.fail.enqueue()
    sample_tasks.note.enqueue("after")
    assert (runner.step(), runner.step(), runner.step()) == (True, True, False)
    assert sample_tasks.done == ["after"]
    assert "no such picture" in DBTaskResult.objects.get(status=Status.FAILED).traceback


def test_a_number_brought_twice_runs_once(runner: RQRunner, server: RedisServer) -> None:
    sample_tasks.note.enqueue("a")
    rq_queue(server.url, "default").push_job_id(str(_only().pk))
    while runner.step():
        pass
    assert sample_tasks.done == ["a"]


def test_two_workers_share_the_work(runner: RQRunner, server: RedisServer) -> None:
    other = RQRunner("default", worker="there:default", url=server.url)
    for word in "abcd":
        sample_tasks.note.enqueue(word)
    assert [runner._run_brought(), other._run_brought(), runner._run_brought(), other._run_brought()] == [True] * 4
    assert sorted(sample_tasks.done) == ["a", "b", "c", "d"]
    assert {task.worker_ids[-1] for task in DBTaskResult.objects.all()} == {"here:default", "there:default"}


def test_what_is_due_later_runs_when_it_is_due(runner: RQRunner, server: RedisServer) -> None:
    sample_tasks.note.using(run_after=timezone.now() + timedelta(hours=1)).enqueue("later")
    assert rq_queue(server.url, "default").count == 0
    assert runner.step() is False
    DBTaskResult.objects.update(run_after=timezone.now())
    runner._looked_at = 0.0
    assert runner.step() is True
    assert sample_tasks.done == ["later"]


def test_what_an_empty_server_no_longer_brings_is_found_after_a_while(runner: RQRunner, server: RedisServer) -> None:
    sample_tasks.note.enqueue("lost")
    redis.Redis.from_url(server.url).flushall()
    assert runner.step() is False
    DBTaskResult.objects.update(enqueued_at=timezone.now() - timedelta(seconds=20))
    runner._looked_at = 0.0
    assert runner.step() is True
    assert sample_tasks.done == ["lost"]


def test_without_the_server_nothing_is_lost_and_tasks_run_from_the_database(
    runner: RQRunner, server: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    server.kill()
    try:
        assert carry(server.url, "default", "x") is False
        with transaction.atomic():
            sample_tasks.note.enqueue("away")
        _step_until(runner, lambda: sample_tasks.done == ["away"])
    finally:
        server.start()
    sample_tasks.note.enqueue("back")
    _step_until(runner, lambda: sample_tasks.done == ["away", "back"])
    _step_until(runner, lambda: "RQ brings the tasks of “default” again" in caplog.messages)
    told = [message for message in caplog.messages if message.startswith("RQ is not reached")]
    assert len(told) == 1


def _step_until(runner: RQRunner, condition: Callable[[], bool]) -> None:
    for _ in range(20):
        if condition():
            return
        runner.step()
        runner._looked_at = 0.0
    assert condition()
