"""Publishing while readers hammer what it changes: every process shows it at once, and never less again."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.faults.editing import Editor
from tests.faults.newsroom import Newsroom
from tests.faults.reader import Client

PUBLISHES = 20
READERS = 6
GRACE = 0.25
"""Seconds after a commit for which an old page may be sent."""
HEADLINE = re.compile(rb"Bridge number (\d+)")

Seen = list[tuple[float, int, str]]


@contextmanager
def hammering(newsroom: Newsroom, pages: list[str]) -> Iterator[Seen]:
    """Ask for `pages` over several connections; gives when each request began, what it showed, and a problem."""
    seen: Seen = []
    over = threading.Event()

    def read_on(number: int) -> None:
        client = Client(newsroom.port)
        while not over.is_set():
            answer = client.get(pages[number % len(pages)], keep_body=True)
            found = HEADLINE.search(answer.body)
            seen.append((answer.at, int(found[1]) if found else -1, answer.problem))
        client.close()

    readers = [threading.Thread(target=read_on, args=(number,)) for number in range(READERS)]
    for reader in readers:
        reader.start()
    try:
        yield seen
    finally:
        over.set()
        for reader in readers:
            reader.join()


def test_a_change_shows_in_every_process_and_stays(newsroom: Newsroom) -> None:
    story = newsroom.template.stories[-1]
    commits: list[float] = []
    with Editor(newsroom.home) as editor, hammering(newsroom, [story]) as seen:
        for number in range(PUBLISHES):
            report = editor.publish(story, f"Bridge number {number}")
            assert "committed" in report, report
            commits.append(report["committed"])
            time.sleep(0.3)
    assert not [problem for _at, _number, problem in seen if problem]
    stale = [
        (at - commit, shown, number)
        for number, commit in enumerate(commits)
        for at, shown, _problem in seen
        if at > commit + GRACE and shown < number
    ]
    assert stale == []
    assert {shown for _at, shown, _problem in seen} >= set(range(PUBLISHES))
    newsroom.warm()
