"""Following the log: each change is marked once, in order, and a node that may have missed one trusts nothing."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from standfirst.delivery.models import Purge
from standfirst.delivery.purging import follower as module
from standfirst.delivery.purging.follower import Follower, mark_unread
from standfirst.delivery.store import PageStore

pytestmark = pytest.mark.django_db


@pytest.fixture
def store(tmp_path: Path) -> Iterator[PageStore]:
    opened = PageStore(tmp_path / "pages", size=64 * 1024 * 1024, release="one")
    yield opened
    opened.close()


@pytest.fixture
def follower(store: PageStore) -> Follower:
    logged("old:1")
    found = Follower(store, store.folder)
    found.look()
    return found


def logged(*keys: str) -> Purge:
    return Purge.objects.create(created=timezone.now(), keys=list(keys))


def marked(store: PageStore, *keys: str) -> list[bool]:
    return [store.newest_mark([key]) is not None for key in keys]


def test_what_another_node_changed_is_marked_and_heard(follower: Follower, store: PageStore) -> None:
    before = store.state()
    logged("story:1", "list:front")
    last = logged("story:2")
    assert follower.look() == 2
    assert marked(store, "story:1", "story:2", "list:front", "story:3") == [True, True, True, False]
    assert store.cursor() == last.pk
    state = store.state()
    assert state.everything == before.everything
    assert state.heard_at > before.heard_at


def test_what_this_node_marked_at_commit_is_not_marked_again(follower: Follower, store: PageStore) -> None:
    row = logged("story:1")
    own = store.mark(row.keys, log_id=row.pk)
    follower.look()
    assert store.state().sequence == own
    assert store.cursor() == row.pk


def test_a_look_at_nothing_new_only_hears(follower: Follower, store: PageStore) -> None:
    before = store.state()
    assert follower.look() == 0
    after = store.state()
    assert (after.sequence, after.everything) == (before.sequence, before.everything)
    assert after.heard_at > before.heard_at


def test_a_log_longer_than_a_batch_is_followed_to_its_end(
    follower: Follower, store: PageStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BATCH", 3)
    for number in range(7):
        logged(f"story:{number}")
    assert follower.look() == 7
    assert all(marked(store, *(f"story:{number}" for number in range(7))))


def test_a_new_store_trusts_nothing_and_follows_from_the_end(store: PageStore) -> None:
    newest = [logged("story:1"), logged("story:2")][-1]
    assert Follower(store, store.folder).look() == 0
    state = store.state()
    assert state.everything == state.sequence > 0
    assert store.cursor() == newest.pk
    assert marked(store, "story:1", "story:2") == [False, False]


def test_an_empty_log_leaves_the_store_as_it_is(store: PageStore) -> None:
    Purge.objects.all().delete()
    before = store.state()
    assert Follower(store, store.folder).look() == 0
    assert store.state().everything == before.everything
    assert store.state().heard_at > 0


def test_a_start_goes_on_where_the_last_one_ended(follower: Follower, store: PageStore) -> None:
    everything = store.state().everything
    logged("story:1")
    again = Follower(store, store.folder)
    assert again.look() == 1
    assert store.state().everything == everything
    assert marked(store, "story:1") == [True]


def _trusts_nothing(follower: Follower, store: PageStore) -> None:
    before = store.state()
    follower.look()
    assert store.state().everything > before.sequence
    newest = Purge.objects.order_by("-pk").first()
    assert store.cursor() == (newest.pk if newest else 0)


def test_a_log_that_was_pruned_beyond_the_cursor(follower: Follower, store: PageStore) -> None:
    logged("story:1")
    logged("story:2")
    Purge.objects.filter(pk=store.cursor()).delete()
    _trusts_nothing(follower, store)


def test_a_database_that_was_restored_to_an_older_state(follower: Follower, store: PageStore) -> None:
    row = logged("story:1")
    follower.look()
    row.delete()
    _trusts_nothing(follower, store)


def test_a_restored_database_that_grew_again_meanwhile(follower: Follower, store: PageStore) -> None:
    row = logged("story:1")
    follower.look()
    Purge.objects.filter(pk=row.pk).update(created=timezone.now() + timedelta(seconds=1), keys=["story:9"])
    logged("story:2")
    _trusts_nothing(follower, store)


def test_a_store_that_was_lost(follower: Follower, store: PageStore) -> None:
    store.set_cursor(0)
    logged("story:1")
    _trusts_nothing(follower, store)


def test_an_answer_that_hung_is_asked_for_again_before_it_counts(
    follower: Follower, store: PageStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = iter([0.0, 60.0, 60.0, 60.1])
    monkeypatch.setattr(module, "monotonic", lambda: next(moments))
    questions: list[object] = []
    monkeypatch.setattr(store, "hear", lambda: questions.append("heard"))
    with connection.execute_wrapper(lambda run, *args: questions.append("asked") or run(*args)):
        follower.look()
    assert questions == ["asked", "asked", "heard"]


def test_a_database_that_is_away_is_logged_once_and_heard_again(
    follower: Follower, store: PageStore, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    stopping = threading.Event()
    answers: list[Exception | None] = [OperationalError("server closed the connection"), OperationalError("x"), None]

    def look() -> int:
        answer = answers.pop(0)
        if not answers:
            stopping.set()
        if answer:
            raise answer
        return 0

    monkeypatch.setattr(follower, "look", look)
    follower.woken.wait = lambda timeout=None: True  # type: ignore[method-assign]
    for name in ("connections.close_all", "connection.close", "close_old_connections"):
        monkeypatch.setattr(f"standfirst.delivery.purging.follower.{name}", lambda: None)
    with caplog.at_level(logging.INFO, logger="standfirst.purging"):
        follower.run(stopping)
    assert [record.getMessage() for record in caplog.records] == [
        "the log of purges cannot be followed (OperationalError: server closed the connection); "
        "pages are served as stale until it can",
        "the log of purges is followed again after 0 s",
    ]
    assert [bool(record.exc_info) for record in caplog.records] == [False, False]


def test_what_was_not_announced_when_the_processes_were_killed_is_marked_at_the_start(
    follower: Follower, store: PageStore
) -> None:
    logged("story:1")
    mark_unread(store)
    assert marked(store, "story:1", "story:2") == [True, False]
    before = store.state()
    assert follower.look() == 1
    assert store.state().everything == before.everything
    logged("story:2")
    assert follower.look() == 1
    assert marked(store, "story:2") == [True]


def test_no_row_is_left_out_at_the_start_however_many_there_are(follower: Follower, store: PageStore) -> None:
    for number in range(module.BATCH + 5):
        logged(f"story:{number}")
    mark_unread(store)
    assert marked(store, "story:0", f"story:{module.BATCH + 4}") == [True, True]


def test_an_empty_store_has_nothing_to_catch_up_with(store: PageStore) -> None:
    logged("story:1")
    mark_unread(store)
    assert marked(store, "story:1") == [False]
