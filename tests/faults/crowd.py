"""Many clients at once, each with one request, and clients that misbehave on purpose."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from tests.faults.newsroom import Newsroom
from tests.faults.reader import Answer


def ask_at_once(newsroom: Newsroom, paths: Sequence[str], *, cookie: str = "", patience: float = 60.0) -> list[Answer]:
    """Ask for all `paths` at the same time, each on a connection of its own; return the answers."""
    with asking(newsroom, paths, cookie=cookie, patience=patience) as answers:
        pass
    return answers


@contextmanager
def asking(
    newsroom: Newsroom, paths: Sequence[str], *, cookie: str = "", patience: float = 60.0
) -> Iterator[list[Answer]]:
    """Ask for all `paths` at the same time while the block runs; the list is full when it is over."""
    answers: list[Answer] = []

    def ask(path: str) -> None:
        answers.append(newsroom.ask(path, cookie=cookie, patience=patience))

    threads = [threading.Thread(target=ask, args=(path,), daemon=True) for path in paths]
    for thread in threads:
        thread.start()
    try:
        yield answers
    finally:
        for thread in threads:
            thread.join()


@contextmanager
def hammering(newsroom: Newsroom, paths: Sequence[str], *, connections: int) -> Iterator[list[Answer]]:
    """Ask for `paths` over so many connections without a pause while the block runs: a spike."""
    reader = newsroom.reader(connections=connections, pause=0.0)
    reader.paths = paths
    with reader:
        yield reader.answers


def wait_for_answers(answers: list[Answer], number: int, *, within: float) -> None:
    """Fail unless so many more answers come in time."""
    wanted, deadline = len(answers) + number, time.monotonic() + within
    while len(answers) < wanted:
        assert time.monotonic() < deadline, f"{wanted - len(answers)} of {number} answers did not come"
        time.sleep(0.01)
