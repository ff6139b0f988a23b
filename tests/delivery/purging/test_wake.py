"""Wake-ups: they wake, they come back after a loss that is told once, and nobody waits for them."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator

import pytest
import redis
from pytest_django import Settings
from tests.redis_server import RedisServer, find_program

from standfirst.delivery.purging import announce
from standfirst.delivery.purging.wake import Listener, RedisListener

needs_server = [
    pytest.mark.enable_socket,
    pytest.mark.whole,
    pytest.mark.skipif(not find_program(), reason="neither valkey-server nor redis-server is installed"),
]


class Faltering(Listener):
    """Fails as often as it is told, then subscribes."""

    source = "PostgreSQL"

    def __init__(self, woken: threading.Event, failures: int, stopping: threading.Event) -> None:
        super().__init__(woken)
        self.failures = failures
        self.stopping = stopping
        self._pause = 0.0

    def listen(self, stopping: threading.Event) -> None:
        if self.failures:
            self.failures -= 1
            raise ConnectionError("server closed the connection")
        self.subscribed()
        self.stopping.set()


def test_a_lost_subscription_is_told_once_and_renewed_with_one_look(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("standfirst.delivery.purging.wake.LONGEST_WAIT", 0.0)
    woken, stopping = threading.Event(), threading.Event()
    with caplog.at_level(logging.INFO, logger="standfirst.purging"):
        Faltering(woken, 3, stopping).run(stopping)
    assert woken.is_set()
    assert caplog.messages == [
        "no wake-ups from PostgreSQL (server closed the connection); the log is read once a second instead",
        "wake-ups from PostgreSQL arrive again",
    ]


def test_nothing_is_announced_without_a_server(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.PURGE_WAKE = ""
    monkeypatch.setattr(announce, "_announcer", lambda *_arguments: pytest.fail("there is nobody to tell"))
    announce.announce()


@pytest.fixture
def server() -> Iterator[RedisServer]:
    found = RedisServer()
    found.start()
    yield found
    found.close()


@pytest.mark.parametrize("restarted", [pytest.param(False, marks=needs_server), pytest.param(True, marks=needs_server)])
def test_an_announcement_wakes_over_redis(server: RedisServer, settings: Settings, restarted: bool) -> None:
    settings.PURGE_WAKE = server.url
    woken, stopping = threading.Event(), threading.Event()
    thread = threading.Thread(target=RedisListener(woken, server.url).run, args=(stopping,))
    thread.start()
    try:
        assert woken.wait(10)
        if restarted:
            woken.clear()
            server.kill()
            announce.announce()
            server.start()
            assert woken.wait(10)  # by the new subscription
        woken.clear()
        _until_subscribed(server)
        announce.announce()
        assert woken.wait(10)
    finally:
        stopping.set()
        thread.join()


def _until_subscribed(server: RedisServer) -> None:
    client = redis.Redis.from_url(server.url)
    deadline = time.monotonic() + 10
    while client.pubsub_numsub(announce.CHANNEL)[0][1] == 0:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    client.close()
