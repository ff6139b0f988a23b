"""The loop looks at once and then every few minutes; nothing that fails ends it, and its lists stay."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import OperationalError
from tests.discovery.popular.log import NOW

from standfirst.discovery.popular import keeping
from standfirst.discovery.popular.keeping import PopularKeeper


class Stopping(threading.Event):
    """Is set after so many waits, and notes how long each would have been."""

    def __init__(self, waits: int) -> None:
        super().__init__()
        self.left = waits
        self.waited: list[float | None] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.waited.append(timeout)
        self.left -= 1
        if not self.left:
            self.set()
        return self.is_set()


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The moments of all looks; no database is asked."""
    found: list[datetime] = []
    monkeypatch.setattr(keeping, "refresh", found.append)
    monkeypatch.setattr(keeping, "close_old_connections", lambda: None)
    monkeypatch.setattr(keeping.connections, "close_all", lambda: None)
    monkeypatch.setattr(keeping.connection, "close", lambda: None)
    return found


def test_it_looks_at_once_and_then_every_so_many_seconds(looks: list[datetime]) -> None:
    stopping = Stopping(3)
    PopularKeeper(lambda: NOW, interval=40).run(stopping)

    assert looks == [NOW] * 3
    assert stopping.waited == [40] * 3


def test_the_newsroom_sets_the_interval(looks: list[datetime], settings: object) -> None:
    settings.POPULAR_SECONDS = 600  # type: ignore[attr-defined]
    stopping = Stopping(1)
    PopularKeeper().run(stopping)
    assert stopping.waited == [600]


def test_it_does_not_look_when_the_worker_stops_already(looks: list[datetime]) -> None:
    stopping = Stopping(1)
    stopping.set()
    PopularKeeper(lambda: NOW).run(stopping)
    assert looks == []


def failing(errors: list[Exception | None], looks: list[datetime]) -> Callable[[datetime], None]:
    def look(now: datetime) -> None:
        error = errors[len(looks)]
        looks.append(now)
        if error:
            raise error

    return look


def test_a_database_that_is_away_is_told_of_once_and_waited_for(
    looks: list[datetime], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    away = OperationalError("away")
    monkeypatch.setattr(keeping, "refresh", failing([away, away, None, away], looks))
    with caplog.at_level(logging.WARNING, "standfirst.discovery"):
        PopularKeeper(lambda: NOW).run(Stopping(4))

    assert len(looks) == 4
    said = "Most popular could not be worked out (away); the old lists stay"
    assert [record.getMessage() for record in caplog.records] == [said, said]


def test_an_error_of_ours_is_logged_and_ends_nothing(
    looks: list[datetime], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(keeping, "refresh", failing([ValueError("wrong"), None], looks))
    with caplog.at_level(logging.ERROR, "standfirst.discovery"):
        PopularKeeper(lambda: NOW).run(Stopping(2))

    assert len(looks) == 2
    (record,) = caplog.records
    assert record.exc_info is not None
    assert str(record.exc_info[1]) == "wrong"
