"""The SQLite database is locked, gone, empty or noise while the newsroom is being read."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest
from tests.faults.crowd import asking, hammering, wait_for_answers
from tests.faults.editing import Editor
from tests.faults.newsroom import Newsroom
from tests.journeys.serving import wait_until

from standfirst.delivery.store import PageStore

PARTS = ("db.sqlite3", "db.sqlite3-wal", "db.sqlite3-shm")
FAILED = '111 - "Revalidation Failed"'


READ_AND_WRITE = (120, 8)
"""Place and number of the locks in the file beside the database (https://sqlite.org/walformat.html, 2.3.1)."""


@contextmanager
def locked(home: Path, *, readers_too: bool) -> Iterator[None]:
    """Hold the lock that keeps every writer out, or all locks: those that keep readers out as well.

    `PRAGMA locking_mode = EXCLUSIVE` cannot be had beside a newsroom, whose connections it would have to wait for.
    """
    if readers_too:
        with (home / "db.sqlite3-shm").open("r+b") as shared:
            start, length = READ_AND_WRITE
            fcntl.lockf(shared, fcntl.LOCK_EX, length, start)
            yield
        return
    with closing(sqlite3.connect(home / "db.sqlite3", isolation_level=None, timeout=20)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        yield
        connection.execute("ROLLBACK")


def let_everything_be_stale(newsroom: Newsroom) -> None:
    """What a change of the furniture does: every stored page has to be rendered anew."""
    store = PageStore(newsroom.home / "pages.lmdb", size=1024 * 2**20, release="")
    store.mark_everything()
    store.close(clean=False)


@contextmanager
def aside(home: Path) -> Iterator[None]:
    """Move the database away, and back."""
    for name in PARTS:
        if (home / name).exists():
            (home / name).rename(home / f"{name}.aside")
    yield
    for name in PARTS:
        (home / name).unlink(missing_ok=True)
        if (home / f"{name}.aside").exists():
            (home / f"{name}.aside").rename(home / name)


@contextmanager
def overwritten(home: Path, damage: Callable[[Path], None]) -> Iterator[None]:
    """Damage the database in place, then put a copy in its place, as an operator restores one."""
    copy = home / "copy.sqlite3"
    with closing(sqlite3.connect(home / "db.sqlite3")) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    damage(home / "db.sqlite3")
    yield
    for name in PARTS[1:]:
        (home / name).unlink(missing_ok=True)
    copy.replace(home / "db.sqlite3")


def noise(file: Path) -> None:
    with file.open("r+b") as database:
        database.write(os.urandom(file.stat().st_size))


FAULTS = {
    "moved away": aside,
    "emptied": lambda home: overwritten(home, lambda file: os.truncate(file, 0)),
    "noise": lambda home: overwritten(home, noise),
}


@pytest.mark.parametrize(
    "fault", [pytest.param(name, marks=[] if name == "moved away" else pytest.mark.long) for name in FAULTS]
)
def test_a_database_that_is_lost(newsroom: Newsroom, fault: str) -> None:
    """Pages that cannot be rendered anew are served as they were, and say so; staff are told."""
    with newsroom.reader() as reader:
        reader.go_on(0.3)
        with FAULTS[fault](newsroom.home):
            let_everything_be_stale(newsroom)
            newsroom.until_unready('"database": "')
            during = reader.go_on(2.0)
        newsroom.heals(within=20)
    reader.check(within=5)
    assert {answer.warning for answer in during} <= {FAILED, '110 - "Response is Stale"'}
    assert FAILED in {answer.warning for answer in during}


def test_a_restored_database_is_shown(newsroom: Newsroom) -> None:
    """An older copy in the place of the database: what was published since is gone from the pages, too."""
    story = newsroom.stored[-1]
    with Editor(newsroom.home, STANDFIRST_MODE="demo", STANDFIRST_BASE_URL=newsroom.url) as editor:
        assert "committed" in editor.publish(story, "As it was in the copy")
        wait_until(lambda: b"As it was in the copy" in newsroom.ask(story).body, "the first headline")
        with newsroom.reader() as reader, overwritten(newsroom.home, lambda file: None):
            for number in range(5):
                assert "committed" in editor.publish(story, f"Published since {number}")
            wait_until(lambda: b"Published since 4" in newsroom.ask(story).body, "the last headline")
            reader.go_on(2.5)  # the log is read each second: then it is known what came since the copy
    reader.check(within=5)
    wait_until(lambda: b"As it was in the copy" in newsroom.ask(story).body, "the headline of the copy", 10)
    newsroom.heals(within=20)


@pytest.mark.parametrize("readers_too", [False, True], ids=["writers", "readers"])
@pytest.mark.parametrize("seconds", [4, pytest.param(30, marks=pytest.mark.long)])
def test_a_locked_database(newsroom: Newsroom, seconds: int, *, readers_too: bool) -> None:
    """Somebody else holds the database; nobody who reads a stored page notices, and staff see it."""
    with newsroom.reader() as reader:
        with locked(newsroom.home, readers_too=readers_too):
            begun = time.monotonic()
            newsroom.until_unready("no answer within 1 s" if readers_too else "takes no writes now")
            reader.go_on(seconds - (time.monotonic() - begun))
        newsroom.heals(within=20)
    reader.check(within=3)


@pytest.mark.long
def test_stale_pages_under_a_lock(newsroom: Newsroom) -> None:
    """A page that changed and cannot be rendered comes at once as it was, marked as out of date."""
    with newsroom.reader() as reader:
        with locked(newsroom.home, readers_too=True):
            let_everything_be_stale(newsroom)
            reader.go_on(2.0)
            during = reader.go_on(2.0)
        newsroom.heals(within=30)
    reader.check(within=5)
    assert {answer.warning for answer in during} == {FAILED}


def test_a_hundred_who_wait_leave_room_for_readers(newsroom: Newsroom) -> None:
    """Requests that need the locked database get a word soon, and take no thread from those that do not."""
    wanting = [*newsroom.cold[:40], *[f"/desk/pages/{number}/edit/" for number in range(60)]]
    with newsroom.reader() as reader, ExitStack() as held:
        lock = held.enter_context(ExitStack())
        lock.enter_context(locked(newsroom.home, readers_too=True))
        answers = held.enter_context(asking(newsroom, wanting, cookie=newsroom.template.cookie))
        during = reader.go_on(9.5)
        cold = [answer for answer in answers if answer.path in newsroom.cold]
        lock.close()  # what still waits at the desk goes on
    assert cold
    assert {answer.status for answer in cold} == {503}
    assert {answer.status for answer in answers if answer.path not in newsroom.cold} <= {200, 302, 404, 503}
    reader.check(within=3)
    assert len(during) > 400
    newsroom.heals(within=30)


@pytest.mark.long
def test_the_desk_says_that_nothing_was_saved(newsroom: Newsroom) -> None:
    """After half a minute without the database staff get a sentence with a remedy, not an error of ours."""
    with locked(newsroom.home, readers_too=True):
        answer = newsroom.ask("/desk/", cookie=newsroom.template.cookie, patience=60)
    assert answer.status == 503
    assert b"was not saved" in answer.body
    newsroom.heals(within=30)


def test_a_publish_waits_for_the_lock(newsroom: Newsroom) -> None:
    """A writer waits for its turn; the story is shown as soon as it is over."""
    story = newsroom.stored[-2]
    with Editor(newsroom.home, STANDFIRST_MODE="demo", STANDFIRST_BASE_URL=newsroom.url) as editor:
        with locked(newsroom.home, readers_too=False), newsroom.reader() as reader:
            editor.order(path=story, headline="Patience is a headline")
            reader.go_on(2.0)
            assert b"Patience is a headline" not in newsroom.ask(story).body
        assert "committed" in editor.report()
    reader.check(within=3)
    wait_until(lambda: b"Patience is a headline" in newsroom.ask(story).body, "the new headline", 3)


def test_the_plug_is_pulled_in_a_spike(newsroom: Newsroom) -> None:
    """Forty clients hammer the front page and one story; the database goes and comes back; nobody notices."""
    with hammering(newsroom, ["/en/", newsroom.stored[20]], connections=40) as answers:
        wait_for_answers(answers, 500, within=20)
        with aside(newsroom.home):
            let_everything_be_stale(newsroom)
            newsroom.until_unready('"database": "')
            wait_for_answers(answers, 2000, within=60)
        newsroom.heals(within=40)
        wait_for_answers(answers, 500, within=20)
    assert not [answer for answer in answers if answer.problem]
