"""Readers of our own, where wrk does not look into answers: cold pages asked at once, and publishing under load."""

from __future__ import annotations

import http.client
import statistics
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any

from bench.delivery.newsroom import Newsroom
from bench.delivery.wrk import Drive, read

COLD_CLIENTS = 64
PUBLISHES = 20
PAUSE = 1.0
ALLOWED_STALE = 0.25
OBSERVERS = 4


@dataclass(frozen=True)
class Cold:
    """Pages that nobody had asked for: latencies in seconds, and how many answers were not 200."""

    seconds: list[float]
    failed: int

    @property
    def longest(self) -> float:
        return max(self.seconds)

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)


def ask_cold(port: int, paths: Sequence[str], clients: int = COLD_CLIENTS) -> Cold:
    """Ask for all `paths` once, with `clients` connections at a time."""
    waiting: SimpleQueue[str] = SimpleQueue()
    for path in paths:
        waiting.put(path)
    seconds: list[float] = []
    failures: list[int] = []

    def read_on() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        while True:
            try:
                path = waiting.get_nowait()
            except Empty:
                return
            begun = time.perf_counter()
            try:
                connection.request("GET", path)
                answer = connection.getresponse()
                answer.read()
                if answer.status != 200:
                    failures.append(answer.status)
            except (OSError, http.client.HTTPException):
                failures.append(0)
                connection.close()
            seconds.append(time.perf_counter() - begun)

    _all(read_on, clients)
    return Cold(seconds, len(failures))


def _all(work: Any, number: int) -> None:
    threads = [threading.Thread(target=work) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@dataclass(frozen=True)
class Published:
    """Publishing while the front page is hammered.

    `visible`: milliseconds from each commit to the beginning of the first request that showed the change;
    `stale`: answers to requests that began more than 250 ms after a commit and did not show it;
    `longest`: milliseconds of the slowest request of the observers; `load`: what wrk saw meanwhile.
    """

    visible: list[float]
    stale: int
    asked: int
    longest: float
    load: Drive


def publish_under_load(newsroom: Newsroom) -> Published:
    """Publish `PUBLISHES` headlines, one a second, while wrk asks for the front page with 32 connections."""
    publisher = newsroom.begin("publish")
    assert publisher.stdin
    assert publisher.stdout
    assert publisher.stdout.readline().strip() == "ready"
    hammer = subprocess.Popen(
        ["wrk", "-t1", "-c32", f"-d{int(PUBLISHES * PAUSE) + 8}s", "--latency", f"{newsroom.address}/en/"],
        stdout=subprocess.PIPE,
        text=True,
    )
    seen: list[tuple[float, float, int]] = []
    over = threading.Event()
    observers = [threading.Thread(target=_observe, args=(newsroom.port, seen, over)) for _ in range(OBSERVERS)]
    for observer in observers:
        observer.start()
    time.sleep(2)
    commits: list[float] = []
    for number in range(PUBLISHES):
        publisher.stdin.write(f"Headline number {number + 1000}\n")
        publisher.stdin.flush()
        commits.append(float(publisher.stdout.readline()))
        time.sleep(PAUSE)
    time.sleep(1)
    over.set()
    for observer in observers:
        observer.join()
    publisher.stdin.close()
    publisher.wait(30)
    load = read(hammer.communicate()[0])
    return _judged(commits, sorted(seen), load)


def _observe(port: int, seen: list[tuple[float, float, int]], over: threading.Event) -> None:
    """Note of each request when it began, how long it took and which headline it showed (-1: none of ours)."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    while not over.is_set():
        begun = time.monotonic()
        connection.request("GET", "/en/")
        body = connection.getresponse().read()
        took = time.monotonic() - begun
        at = body.find(b"Headline number ")
        seen.append((begun, took, int(body[at + 16 : at + 20]) - 1000 if at >= 0 else -1))


def _judged(commits: list[float], seen: list[tuple[float, float, int]], load: Drive) -> Published:
    visible, stale = [], 0
    for number, commit in enumerate(commits):
        shown = [begun for begun, _took, headline in seen if headline >= number]
        visible.append(max(0.0, shown[0] - commit) * 1000 if shown else float("inf"))
        until = commits[number + 1] if number + 1 < len(commits) else float("inf")
        stale += sum(
            1 for begun, _took, headline in seen if commit + ALLOWED_STALE < begun < until and headline < number
        )
    longest = max(took for _begun, took, _headline in seen) * 1000
    return Published(visible, stale, len(seen), longest, load)
