"""Processes are killed without a word while the newsroom is being read and written."""

from __future__ import annotations

import os
import signal
import sqlite3
import time
from contextlib import closing

import pytest
from tests.faults.conftest import Serve
from tests.faults.editing import Editor
from tests.faults.newsroom import Newsroom
from tests.journeys.serving import wait_until


@pytest.mark.parametrize("workers", [2, pytest.param(1, marks=pytest.mark.long)])
def test_a_web_worker_is_killed(serve: Serve, workers: int) -> None:
    """The system takes a worker; who was asking it asks again, and another one is there at once."""
    newsroom = serve(workers=workers)
    before = newsroom.web_workers
    assert len(before) == workers
    with newsroom.reader() as reader:
        reader.go_on(0.5)
        os.kill(before[0], signal.SIGKILL)
        wait_until(lambda: len(set(newsroom.web_workers) - set(before)) == 1, "another worker", 30)
        newsroom.heals(within=20)
    reader.check(within=10)
    assert "web worker 1 stopped by itself (status -9)" in newsroom.log
    if workers == 2:
        assert before[1] in newsroom.web_workers


def test_the_background_worker_is_killed_in_a_task(serve: Serve) -> None:
    """What it was doing is done again by the next one, and what was published meanwhile is shown at once."""
    newsroom = serve()
    story = newsroom.stored[-1]
    killed = newsroom.background
    with Editor(newsroom.home, STANDFIRST_MODE="demo", STANDFIRST_BASE_URL=newsroom.url) as editor:
        task = editor.enqueue_slow_task(newsroom.home / "begun", seconds=3.0)
        wait_until((newsroom.home / "begun").exists, "the task to begin", 20)
        with newsroom.reader() as reader:
            os.kill(killed, signal.SIGKILL)
            assert "committed" in editor.publish(story, "While nobody was in the back room")
            reader.go_on(0.5)
            answer = newsroom.ask(story)
            assert b"While nobody was in the back room" in answer.body or answer.warning
            wait_until(lambda: newsroom.background != killed, "another background worker", 20)
            wait_until(lambda: status_of(newsroom, task) == "SUCCESSFUL", "the task to be done after all", 40)
            newsroom.heals(within=20)
    reader.check(within=5)
    assert "is queued again" in newsroom.log
    assert (newsroom.home / "begun").read_text().split() == [str(killed), str(newsroom.background)]


def status_of(newsroom: Newsroom, task: str) -> str:
    with closing(sqlite3.connect(newsroom.home / "db.sqlite3")) as database:
        row = database.execute(
            "SELECT status FROM django_tasks_database_dbtaskresult WHERE id = ?", [task.replace("-", "")]
        )
        return str(row.fetchone()[0])


@pytest.mark.long
def test_everything_is_killed_while_stories_go_out(serve: Serve) -> None:
    """No page shows less than what was committed before the power went."""
    newsroom = serve()
    stories = newsroom.stored[-3:]
    for number, story in enumerate(stories):
        with Editor(newsroom.home, STANDFIRST_MODE="demo", STANDFIRST_BASE_URL=newsroom.url) as editor:
            editor.order(path=story, headline=f"Run {number}", run=100)
            for _ in range(2 + 3 * number):
                assert "committed" in editor.report()
            editor.kill()
        newsroom.kill_all()
        committed = headline_of(newsroom, story)
        assert committed.startswith(f"Run {number} ")
        newsroom.start()
        first = newsroom.ask(story)
        assert committed.encode() in first.body or first.warning, f"{committed} is not shown, and nothing says so"
        newsroom.heals(within=20)
        assert committed.encode() in newsroom.ask(story).body


def test_a_change_that_nobody_had_time_to_announce(serve: Serve) -> None:
    """The power went between the commit and the mark: the log of purges tells the next start."""
    newsroom = serve()
    story = newsroom.stored[-1]
    newsroom.kill_all()
    with closing(sqlite3.connect(newsroom.home / "db.sqlite3")) as database, database:
        key = database.execute("SELECT id FROM wagtailcore_page WHERE url_path LIKE ?", [f"%{story}"]).fetchone()[0]
        database.execute("UPDATE wagtailcore_page SET title = 'Committed, not announced' WHERE id = ?", [key])
        database.execute(
            "INSERT INTO delivery_purge (created, keys) VALUES (strftime('%Y-%m-%d %H:%M:%f', 'now'), ?)",
            [f'["story:{key}", "any:wagtailcore_page"]'],
        )
    newsroom.start()
    first = newsroom.ask(story)
    assert b"Committed, not announced" in first.body or first.warning
    newsroom.heals(within=20)
    assert b"Committed, not announced" in newsroom.ask(story).body


def headline_of(newsroom: Newsroom, story: str) -> str:
    with closing(sqlite3.connect(newsroom.home / "db.sqlite3")) as database:
        row = database.execute("SELECT title FROM wagtailcore_page WHERE url_path LIKE ?", [f"%{story}"])
        return str(row.fetchone()[0])


@pytest.mark.long
def test_a_publish_is_seen_in_every_worker(newsroom: Newsroom) -> None:
    """Twenty publishes while both workers are hammered: none is shown as it was for longer than half a second."""
    story = newsroom.stored[30]
    with Editor(newsroom.home, STANDFIRST_MODE="demo", STANDFIRST_BASE_URL=newsroom.url) as editor:
        for number in range(20):
            report = editor.publish(story, f"Headline of round {number}")
            assert "committed" in report
            time.sleep(max(0.0, report["committed"] + 0.5 - time.monotonic()))
            for _ in range(8):  # each on a connection of its own: one of the two workers takes it
                answer = newsroom.ask(story)
                assert f"Headline of round {number}".encode() in answer.body or answer.warning
