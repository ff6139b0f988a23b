"""The queue: every task runs once, a failure stops nothing, and what was interrupted runs again."""

from __future__ import annotations

import threading

import pytest
from django.db import InterfaceError, OperationalError
from django_tasks import TaskResultStatus as Status
from django_tasks_db.models import DBTaskResult
from pytest_django import Settings

from standfirst.cli.serving.queue import QueueRunner
from tests.cli import sample_tasks

pytestmark = pytest.mark.django_db(transaction=False)


@pytest.fixture(autouse=True)
def runner(settings: Settings) -> QueueRunner:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "pictures"]}}
    sample_tasks.done.clear()
    return QueueRunner("default", worker="here:default")


def _only() -> DBTaskResult:
    return DBTaskResult.objects.get()


def test_a_task_runs_once_and_its_result_is_kept(runner: QueueRunner) -> None:
    sample_tasks.note.enqueue("a")
    assert (runner.step(), runner.step()) == (True, False)
    assert sample_tasks.done == ["a"]
    assert (_only().status, _only().return_value, _only().worker_ids) == (Status.SUCCESSFUL, "a", ["here:default"])


def test_a_failing_task_is_kept_with_its_traceback_and_stops_nothing(runner: QueueRunner) -> None:
    sample_tasks.fail.enqueue()
    sample_tasks.note.enqueue("after")
    assert (runner.step(), runner.step(), runner.step()) == (True, True, False)
    assert sample_tasks.done == ["after"]
    assert "no such picture" in DBTaskResult.objects.get(status=Status.FAILED).traceback


def test_another_queue_is_left_alone(runner: QueueRunner) -> None:
    sample_tasks.note.using(queue_name="pictures").enqueue("picture")
    assert runner.step() is False
    assert _only().status == Status.READY
    assert QueueRunner("pictures", worker="here:pictures").step() is True


def _interrupted(*workers: str) -> DBTaskResult:
    sample_tasks.note.enqueue("again")
    result = _only()
    for worker in workers:
        result.claim(worker)
    return result


def test_a_task_of_a_worker_that_was_killed_runs_again(runner: QueueRunner) -> None:
    _interrupted("here:default")
    assert runner.take_back_interrupted() == 1
    assert runner.step() is True
    assert sample_tasks.done == ["again"]


def test_a_task_that_another_machine_runs_is_left_to_it(runner: QueueRunner) -> None:
    _interrupted("there:default")
    assert runner.take_back_interrupted() == 0
    assert _only().status == Status.RUNNING


def test_a_task_that_kills_its_worker_is_given_up(runner: QueueRunner) -> None:
    _interrupted("here:default", "here:default", "here:default")
    assert runner.take_back_interrupted() == 0
    assert _only().status == Status.FAILED
    assert "killed in the middle 3 times" in _only().traceback
    assert sample_tasks.done == []


def test_a_task_that_met_a_locked_database_is_tried_three_times(runner: QueueRunner) -> None:
    sample_tasks.meet_a_lock.enqueue()
    assert [runner.step() for _attempt in range(4)] == [True, True, True, False]
    assert sample_tasks.done == ["tried"] * 3
    assert _only().status == Status.FAILED


def test_a_locked_database_is_waited_for(runner: QueueRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    stopping = threading.Event()
    answers: list[object] = [OperationalError("database is locked"), True]

    def step() -> bool:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        stopping.set()
        return True

    monkeypatch.setattr(runner, "step", step)
    monkeypatch.setattr("standfirst.cli.serving.queue.INTERVAL", 0)
    monkeypatch.setattr("standfirst.cli.serving.queue.connections.close_all", lambda: None)
    monkeypatch.setattr("standfirst.cli.serving.queue.close_old_connections", lambda: None)
    runner.run(stopping)
    assert answers == []


def test_a_database_that_is_away_is_waited_for_and_logged_once(
    runner: QueueRunner, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    answers: list[object] = [OperationalError("connection refused"), InterfaceError("connection already closed"), True]
    stopping = threading.Event()

    def step() -> bool:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        stopping.set()
        return True

    monkeypatch.setattr(runner, "step", step)
    for name in ("INTERVAL", "RETRY_AFTER"):
        monkeypatch.setattr(f"standfirst.cli.serving.queue.{name}", 0)
    for name in ("connections.close_all", "connection.close", "close_old_connections"):
        monkeypatch.setattr(f"standfirst.cli.serving.queue.{name}", lambda: None)
    runner.run(stopping)
    assert answers == []
    assert [record.getMessage() for record in caplog.records] == [
        "the tasks of “default” wait for the database (connection refused)"
    ]


def test_any_other_error_ends_the_worker(runner: QueueRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    def step() -> bool:
        raise LookupError("no such queue")

    monkeypatch.setattr(runner, "step", step)
    monkeypatch.setattr("standfirst.cli.serving.queue.close_old_connections", lambda: None)
    with pytest.raises(LookupError, match="no such queue"):
        runner.run(threading.Event())


def test_old_results_are_cleared_away_and_new_ones_kept(runner: QueueRunner) -> None:
    from datetime import timedelta

    from django.utils import timezone

    for word in ("old", "new"):
        sample_tasks.note.enqueue(word)
        runner.step()
    oldest = DBTaskResult.objects.order_by("enqueued_at").first()
    DBTaskResult.objects.filter(pk=oldest.pk).update(finished_at=timezone.now() - timedelta(days=8))
    assert runner.clear_away() == 1
    assert _only().return_value == "new"
