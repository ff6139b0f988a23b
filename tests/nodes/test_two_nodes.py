"""What one node publishes the other shows; one that is cut off calls nothing fresh, and comes back true."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count

import pytest

from standfirst.delivery.purging.hearing import DEAF_AFTER
from tests.faults.editing import Editor
from tests.journeys.serving import wait_until
from tests.nodes.conftest import Nodes, Shared
from tests.nodes.node import Node

pytestmark = [pytest.mark.journey, pytest.mark.long]

A_SECOND = 1.0
A_MINUTE = 60.0
PUBLISHED = 5
A_SHORT_CUT = 12.0
_numbers = count(1)


def headline() -> str:
    return f"A bridge reopens, number {next(_numbers)}"


@pytest.fixture(scope="module")
def editor(nodes: Nodes) -> Iterator[Editor]:
    """Somebody who works on the first node."""
    with nodes.first.editor() as found:
        yield found


@pytest.fixture(autouse=True)
def whole_again(nodes: Nodes) -> Iterator[None]:
    """Mend the cables after each test, and wait until the second node hears again."""
    yield
    nodes.shared.mend()
    wait_until(lambda: not nodes.second.page("/en/").is_stale, "the second node to hear again", 30)


def test_what_is_published_on_one_node_is_visible_on_the_other_within_a_second(nodes: Nodes, editor: Editor) -> None:
    path = nodes.on_front()[0]
    seconds = []
    for _ in range(PUBLISHED):
        words = headline()
        committed = editor.publish(path, words)["committed"]
        seconds.append(nodes.second.seconds_until(path, words, since=committed, within=10))
        nodes.second.seconds_until("/en/", words, since=committed, within=10)
        nodes.first.seconds_until(path, words, since=committed, within=10)
    _are_within_a_second(seconds)


def test_what_the_second_publishes_the_first_shows(nodes: Nodes) -> None:
    path, seconds = nodes.first.template.stories[1], []
    with nodes.second.editor() as other:
        for _ in range(PUBLISHED):
            words = headline()
            committed = other.publish(path, words)["committed"]
            seconds.append(nodes.first.seconds_until(path, words, since=committed, within=10))
    _are_within_a_second(seconds)


def _are_within_a_second(seconds: list[float]) -> None:
    """The half of them, and all but within three: a machine that does other things must not fail the test."""
    assert statistics.median(seconds) < A_SECOND
    assert max(seconds) < 3 * A_SECOND


def test_without_redis_purges_arrive_all_the_same(nodes: Nodes, editor: Editor) -> None:
    path, words = nodes.first.template.stories[2], headline()
    nodes.shared.redis.kill()
    try:
        committed = editor.publish(path, words)["committed"]
        assert nodes.second.seconds_until(path, words, since=committed, within=20) < 5.0
        assert not nodes.second.page(path).is_stale
    finally:
        nodes.shared.redis.start()


@pytest.mark.parametrize(
    ("pull", "seconds"),
    [
        pytest.param(Shared.cut, A_SHORT_CUT, id="cable pulled"),
        pytest.param(Shared.refuse, A_SHORT_CUT, id="connections refused"),
        pytest.param(Shared.cut, A_MINUTE, id="cable pulled for a minute", marks=pytest.mark.long),
        pytest.param(Shared.refuse, A_MINUTE, id="connections refused for a minute", marks=pytest.mark.long),
    ],
)
def test_a_node_that_is_cut_off_calls_nothing_fresh_and_comes_back_true(
    nodes: Nodes, editor: Editor, pull: Callable[[Shared], None], seconds: float
) -> None:
    changed, untouched = nodes.on_front()[:2]
    for path in (changed, untouched, "/en/"):
        _until_fresh(nodes.second, path, 30)
    cut_at = time.monotonic()
    pull(nodes.shared)
    words = headline()
    editor.publish(changed, words)
    with lying(nodes.second, changed, words, deaf_since=cut_at) as lies:
        _until(cut_at + DEAF_AFTER + 2.0)
        for path in (changed, untouched, "/en/"):
            page = nodes.second.page(path)
            assert page.status == 200
            assert page.is_stale
            assert page.age >= DEAF_AFTER
            assert page.fresh_for <= 0
        _until(cut_at + seconds)
        assert nodes.second.page(changed).age >= seconds - 2.0
        mended_at = time.monotonic()
        nodes.shared.mend()
        assert nodes.second.seconds_until(changed, words, since=mended_at, within=60) < 10.0
        for path in (untouched, "/en/"):
            _until_fresh(nodes.second, path, 15)
    assert words in nodes.second.page("/en/").body
    assert lies == []


@contextmanager
def lying(node: Node, path: str, words: str, *, deaf_since: float) -> Iterator[list[str]]:
    """Read `path` all the time; list answers without `words` that say they are fresh though the node must be deaf."""
    lies: list[str] = []
    over = threading.Event()

    def read() -> None:
        while not over.wait(0.02):
            asked = time.monotonic()
            try:
                page = node.page(path)
            except OSError as error:
                lies.append(f"{asked - deaf_since:.2f} s: {error}")
                continue
            if page.status != 200:
                lies.append(f"{asked - deaf_since:.2f} s: status {page.status}")
            elif asked - deaf_since > DEAF_AFTER + 1.0 and words not in page.body and not page.is_stale:
                lies.append(f"{asked - deaf_since:.2f} s: old and called fresh, age {page.age}")

    thread = threading.Thread(target=read)
    thread.start()
    try:
        yield lies
    finally:
        over.set()
        thread.join()


def _until_fresh(node: Node, path: str, seconds: float) -> None:
    wait_until(lambda: not node.page(path).is_stale, f"{path} to be fresh", seconds)


def _until(moment: float) -> None:
    time.sleep(max(0.0, moment - time.monotonic()))
