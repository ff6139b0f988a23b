"""Processes that count are killed without a word: a second of counts may be lost, and nothing counts twice."""

from __future__ import annotations

import http.client
import os
import re
import signal
import sqlite3
import threading
import time
from contextlib import closing
from dataclasses import dataclass, field
from itertools import count
from urllib.parse import urlencode

from tests.faults.conftest import Serve
from tests.faults.newsroom import Newsroom
from tests.journeys.serving import wait_until

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


@dataclass
class Crowd:
    """Readers of one story, each from a network of his own, one after the other until they are told to stop."""

    newsroom: Newsroom
    token: str
    answered: list[float] = field(default_factory=list)
    unanswered: int = 0
    _stopped: threading.Event = field(default_factory=threading.Event)
    _numbers: count = field(default_factory=lambda: count(1))  # type: ignore[type-arg]

    def __enter__(self) -> Crowd:
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stopped.set()
        self._thread.join()

    def goes_on(self, more: int) -> None:
        """Wait until so many more were answered."""
        target = len(self.answered) + more
        wait_until(lambda: len(self.answered) >= target, f"{more} more beacons to be answered", 60)

    def _run(self) -> None:
        while not self._stopped.wait(0.004):
            number = next(self._numbers)
            if self._view(number):
                self.answered.append(time.monotonic())
            else:
                self.unanswered += 1

    def _view(self, number: int) -> bool:
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "User-Agent": BROWSER,
            "Accept-Language": "en",
            "X-Forwarded-For": f"10.{number >> 8}.{number & 255}.1",
        }
        connection = http.client.HTTPConnection("127.0.0.1", self.newsroom.port, timeout=10)
        try:
            connection.request(
                "POST", "/reads/", urlencode({"p": self.token, "n": f"n{number:06}", "k": "view"}), headers
            )
            return connection.getresponse().status == 204
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


def counted(newsroom: Newsroom) -> int:
    """Views in the database, over all sources."""
    with closing(sqlite3.connect(newsroom.home / "db.sqlite3", timeout=20)) as database:
        return int(
            database.execute("SELECT coalesce(sum(views), 0) FROM counting_storyhour WHERE story_id > 0").fetchone()[0]
        )


def in_the_last_second(crowd: Crowd, moment: float) -> int:
    return sum(moment - 1.0 <= at <= moment for at in crowd.answered)


def test_whoever_is_killed_loses_a_second_at_most_and_doubles_nothing(serve: Serve) -> None:
    newsroom = serve(workers=2, variables={"STANDFIRST_BEHIND_PROXY": "true"})
    page = newsroom.ask(newsroom.template.stories[0]).body.decode()
    token = re.findall(r'data-page="([1-9][^"]*)"', page)[0]
    may_be_lost = 0
    with Crowd(newsroom, token) as crowd:
        crowd.goes_on(150)
        before = newsroom.web_workers
        os.kill(before[0], signal.SIGKILL)
        may_be_lost += in_the_last_second(crowd, time.monotonic())
        wait_until(lambda: len(set(newsroom.web_workers) - set(before)) == 1, "another worker", 30)
        crowd.goes_on(150)
        os.kill(newsroom.background, signal.SIGKILL)
        wait_until(lambda: "background worker was restarted" in newsroom.log, "another background worker", 30)
        crowd.goes_on(150)
    wait_until(
        lambda: counted(newsroom) >= len(crowd.answered) - may_be_lost,
        f"{len(crowd.answered)} views less {may_be_lost} to be in the database",
        30,
    )
    with Crowd(newsroom, token, _numbers=count(20_000)) as others:
        others.goes_on(150)
        newsroom.kill_all()
        may_be_lost += in_the_last_second(others, time.monotonic())
    newsroom.start()
    answered = len(crowd.answered) + len(others.answered)
    wait_until(lambda: counted(newsroom) >= answered - may_be_lost, "what was kept to be copied", 30)
    assert newsroom.stop() == 0
    assert answered - may_be_lost <= counted(newsroom) <= answered + crowd.unanswered + others.unanswered
