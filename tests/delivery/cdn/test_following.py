"""The log is followed for the CDN: in order, not before this node knows it, and over every kind of interruption."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError

from standfirst.delivery.models import Purge
from standfirst.delivery.purging.cdn.calling import PurgeFailed
from standfirst.delivery.purging.cdn.following import CdnFollower
from standfirst.delivery.purging.cdn.keys import bucket
from standfirst.delivery.purging.cdn.memory import read_told
from standfirst.delivery.purging.cdn.service import Service
from standfirst.delivery.purging.cdn.status import CdnStatus, cdn_status
from standfirst.delivery.purging.cdn.telling import REPEAT_AFTER, Teller
from standfirst.delivery.store import PageStore

pytestmark = pytest.mark.django_db
VARNISH = Service("varnish", urls=("http://127.0.0.1:6081",))


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Cdn:
    """A CDN that writes down what it is told; away while `away` says why."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.away = ""

    def forget(self, targets: list[str]) -> None:
        if self.away:
            raise PurgeFailed(self.away)
        self.told += [target for target in targets if not target.startswith("~")]

    def forget_everything(self) -> None:
        if self.away:
            raise PurgeFailed(self.away)
        self.told.append("everything")

    def since(self) -> list[str]:
        """What it was told since this was asked last."""
        told, self.told = self.told, []
        return told


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def cdn() -> Cdn:
    return Cdn()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[PageStore]:
    store = PageStore(tmp_path / "pages.lmdb", size=16 * 1024 * 1024, release="r1")
    yield store
    store.close(clean=False)


@pytest.fixture
def follower(store: PageStore, cdn: Cdn, clock: Clock) -> Callable[..., CdnFollower]:
    """Begin to follow, as a background worker does at its start."""

    def begin(service: Service = VARNISH) -> CdnFollower:
        return CdnFollower(store, service, Teller(service.ability, cdn, clock))

    return begin


def change(store: PageStore, *keys: str, known: bool = True) -> Purge:
    """Commit a change of `keys`; `known`: this node's store is marked, as the process that commits does."""
    row = Purge.objects.create(created=datetime.now(UTC), keys=list(keys))
    if known:
        store.mark(keys, log_id=row.pk)
    return row


def told_twice(follower: CdnFollower, clock: Clock) -> None:
    follower.look()
    follower.work()
    clock.now += REPEAT_AFTER
    follower.work()


def test_the_first_start_lets_the_cdn_forget_everything_and_then_only_what_changes(
    store: PageStore, cdn: Cdn, clock: Clock, follower: Callable[..., CdnFollower]
) -> None:
    change(store, "story:1")
    one = follower()
    told_twice(one, clock)
    assert cdn.since() == ["everything", "everything"]

    change(store, "story:2", "picks:1")
    assert one.look() == 1
    one.work()
    assert cdn.since() == ["story:2", "picks:1"]


def test_a_key_is_told_with_its_bucket(
    store: PageStore, clock: Clock, monkeypatch: pytest.MonkeyPatch, cdn: Cdn, follower: Callable[..., CdnFollower]
) -> None:
    one = follower()
    told_twice(one, clock)
    seen: list[str] = []
    monkeypatch.setattr(cdn, "forget", seen.extend)
    change(store, "story:2")
    one.look()
    one.work()

    assert seen == ["story:2", bucket("story:2")]


def test_the_cdn_is_not_told_before_this_node_knows_of_the_change_itself(
    store: PageStore, cdn: Cdn, clock: Clock, follower: Callable[..., CdnFollower]
) -> None:
    one = follower()
    told_twice(one, clock)
    cdn.since()
    elsewhere = change(store, "story:1", known=False)
    change(store, "story:2")

    assert one.look() == 0
    one.work()
    assert cdn.since() == []

    store.mark(["story:1"], log_id=elsewhere.pk)
    assert one.look() == 2
    one.work()
    assert cdn.since() == ["story:1", "story:2"]


def test_a_restart_tells_again_what_was_not_told_twice_and_nothing_older(
    store: PageStore, cdn: Cdn, clock: Clock, follower: Callable[..., CdnFollower]
) -> None:
    one = follower()
    told_twice(one, clock)
    change(store, "story:1")
    told_twice(one, clock)
    change(store, "story:2")
    one.look()
    one.work()
    cdn.since()

    again = follower()
    again.look()
    again.work()
    assert cdn.since() == ["story:2"]


def test_what_changes_while_nobody_follows_is_told_at_the_next_start(
    store: PageStore, cdn: Cdn, clock: Clock, follower: Callable[..., CdnFollower]
) -> None:
    told_twice(follower(), clock)
    cdn.since()
    change(store, "story:1")
    change(store, "story:2")

    again = follower()
    again.look()
    again.work()
    assert cdn.since() == ["story:1", "story:2"]


def test_a_start_that_could_not_let_the_cdn_forget_everything_is_made_up_for_by_the_next(
    store: PageStore, cdn: Cdn, clock: Clock, follower: Callable[..., CdnFollower]
) -> None:
    cdn.away = "no route"
    one = follower()
    one.look()
    one.work()
    cdn.away = ""

    told_twice(follower(), clock)
    assert cdn.since() == ["everything", "everything"]


def test_a_cdn_that_was_away_hears_of_everything_that_changed_meanwhile(
    store: PageStore, cdn: Cdn, clock: Clock, follower: Callable[..., CdnFollower]
) -> None:
    one = follower()
    told_twice(one, clock)
    cdn.since()
    before = read_told(store.folder)
    cdn.away = "no route"
    for number in range(1, 4):
        change(store, f"story:{number}")
        told_twice(one, clock)
    assert (cdn.since(), read_told(store.folder)) == ([], before)

    cdn.away = ""
    clock.now += 60
    told_twice(one, clock)
    assert cdn.since() == ["story:1", "story:2", "story:3"] * 2


@pytest.mark.parametrize("event", ["release", "service", "store", "everything", "database"])
def test_the_cdn_forgets_everything_when_what_it_keeps_and_the_log_no_longer_fit_together(
    event: str, store: PageStore, cdn: Cdn, clock: Clock, follower: Callable[..., CdnFollower]
) -> None:
    change(store, "story:1")
    told_twice(follower(), clock)
    cdn.since()
    service, identity = VARNISH, store.state().identity
    if event == "release":
        store.release = "r2"
    if event == "service":
        service = Service("varnish", urls=("http://127.0.0.1:6082",))
    if event == "store":
        for name in ("data.mdb", "lock.mdb", "sequence"):
            (store.folder / name).unlink()
    if event == "everything":
        store.mark_everything()
    if event == "database":
        Purge.objects.all().delete()
        change(store, "story:1")
    again = follower(service)
    if event == "store":
        assert eventually(lambda: store.state().identity != identity)
    again.look()
    again.work()

    assert cdn.since()[0] == "everything"


def test_without_any_of_that_nothing_is_forgotten(
    store: PageStore, cdn: Cdn, clock: Clock, follower: Callable[..., CdnFollower]
) -> None:
    change(store, "story:1")
    told_twice(follower(), clock)
    cdn.since()
    again = follower()
    again.look()
    again.work()

    assert cdn.since() == []


def test_addresses_are_those_of_the_pages_that_the_store_knows(
    store: PageStore, cdn: Cdn, clock: Clock, follower: Callable[..., CdnFollower], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = follower(Service("cloudfront", hosts=("https://news.example",)))
    told_twice(one, clock)
    cdn.since()
    monkeypatch.setattr(store, "stored_with", lambda key: [b"/en/x/?\0"] if key == "story:1" else [])
    change(store, "story:1", "story:2")
    one.look()
    one.work()

    assert cdn.since() == ["https://news.example/en/x/"]


def eventually(condition: Callable[[], bool]) -> bool:
    """Ask ten times a second for at most two seconds."""
    waiting = threading.Event()
    return any(condition() or waiting.wait(0.1) for _ in range(20))


def test_the_loop_survives_a_database_that_is_away_and_tells_meanwhile_what_it_knows(
    store: PageStore,
    cdn: Cdn,
    clock: Clock,
    follower: Callable[..., CdnFollower],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    one = follower()
    one.look()

    def away() -> int:
        raise DatabaseError("server closed the connection")

    monkeypatch.setattr(one, "look", away)
    monkeypatch.setattr("standfirst.delivery.purging.cdn.following.connection.close", lambda: None)

    assert one._look_safely() > 0
    assert one._look_safely() > 0
    one.work()
    assert cdn.since() == ["everything"]
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == [
        "the log of purges cannot be followed for the CDN; it is tried again"
    ]


def test_the_status_stands_where_other_processes_find_it(
    tmp_path: Path, store: PageStore, cdn: Cdn, settings: Any, follower: Callable[..., CdnFollower]
) -> None:
    settings.RUN_FOLDER, settings.CDN = tmp_path / "run", VARNISH
    assert cdn_status(settings.RUN_FOLDER) is None
    cdn.away = "127.0.0.1:6081 cannot be reached"
    one = follower()
    one.look()
    stopping = threading.Event()
    stopping_after_one_look = iter([False, True])
    stopping.wait = lambda _seconds=None: next(stopping_after_one_look)  # type: ignore[method-assign,assignment]
    one.run(stopping)

    found = cdn_status(settings.RUN_FOLDER)
    assert found is not None
    assert (found.service, found.waiting, found.cause) == ("varnish", 1, "127.0.0.1:6081 cannot be reached")
    settings.CDN = Service("fastly")
    assert cdn_status(settings.RUN_FOLDER) is None


def test_a_status_is_late_after_half_a_minute() -> None:
    assert not CdnStatus("varnish", 3, 29.0, "no route").late
    assert CdnStatus("varnish", 3, 31.0, "no route").late
