"""No purge is lost, none is sent more often than the service allows, and each is sent once more later."""

from __future__ import annotations

import logging

import pytest

from standfirst.delivery.purging.cdn.calling import PurgeFailed
from standfirst.delivery.purging.cdn.service import Ability
from standfirst.delivery.purging.cdn.targets import MOST
from standfirst.delivery.purging.cdn.telling import REPEAT_AFTER, Teller, Waiting
from standfirst.delivery.purging.position import Position

ONCE = Ability(by_key=True, batch=3, calls=10, repeats=False)


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Cdn:
    """A CDN that writes down what it is told, and fails as often as `failures` says."""

    def __init__(self) -> None:
        self.told: list[object] = []
        self.failures: list[PurgeFailed] = []

    def forget(self, targets: list[str]) -> None:
        self._fail()
        self.told.append(targets)

    def forget_everything(self) -> None:
        self._fail()
        self.told.append("everything")

    def _fail(self) -> None:
        if self.failures:
            raise self.failures.pop(0)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def cdn() -> Cdn:
    return Cdn()


def at(number: int) -> Position:
    return Position(number, f"2026-11-23T08:00:{number:02}+00:00")


def test_what_changed_is_told_in_order_in_batches_and_each_once(clock: Clock, cdn: Cdn) -> None:
    teller = Teller(ONCE, cdn, clock)

    teller.add(at(1), ["a", "b", "c"])
    teller.add(at(2), ["b", "d"])

    assert teller.work() is None
    assert cdn.told == [["a", "b", "c"], ["d"]]
    assert teller.done == at(2)


def test_nothing_counts_as_done_before_it_was_told_twice(clock: Clock, cdn: Cdn) -> None:
    teller = Teller(Ability(batch=9), cdn, clock)
    teller.add(at(1), ["a"])

    assert teller.work() == REPEAT_AFTER
    assert (cdn.told, teller.done) == ([["a"]], None)

    clock.now += REPEAT_AFTER
    assert teller.work() is None
    assert (cdn.told, teller.done) == ([["a"], ["a"]], at(1))


def test_everything_is_told_twice_as_well_with_what_came_after_it(clock: Clock, cdn: Cdn) -> None:
    teller = Teller(Ability(batch=9), cdn, clock)
    teller.add(at(1), ["before"])
    teller.add(at(2), None)
    teller.add(at(3), ["after"])
    teller.work()
    clock.now += REPEAT_AFTER
    teller.work()

    assert cdn.told == ["everything", ["after"], "everything", ["after"]]


def test_a_failure_loses_nothing_and_is_tried_again_ever_more_slowly(clock: Clock, cdn: Cdn) -> None:
    teller = Teller(ONCE, cdn, clock)
    cdn.failures = [PurgeFailed("the CDN is away")] * 8
    teller.add(at(1), ["a"])
    pauses = []
    while cdn.failures:
        pause = teller.work()
        assert pause is not None
        pauses.append(pause)
        assert teller.done is None
        clock.now += pause

    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60]
    teller.add(at(2), ["b"])
    teller.work()
    assert (cdn.told, teller.done) == ([["a", "b"]], at(2))


def test_what_was_accepted_before_a_failure_is_not_told_again_at_once(clock: Clock, cdn: Cdn) -> None:
    teller = Teller(Ability(batch=1, repeats=False), cdn, clock)
    original = cdn.forget

    def fail_at_b(targets: list[str]) -> None:
        if targets == ["b"] and not cdn.told[1:]:
            cdn.told.append("failed")
            raise PurgeFailed("hiccup")
        original(targets)

    cdn.forget = fail_at_b  # type: ignore[method-assign]
    teller.add(at(1), ["a", "b", "c"])
    teller.work()
    clock.now += 1
    teller.work()

    assert cdn.told == [["a"], "failed", ["b"], ["c"]]


def test_what_changes_again_while_a_batch_is_under_way_is_told_again(clock: Clock, cdn: Cdn) -> None:
    teller = Teller(Ability(batch=1, calls=1, repeats=False), cdn, clock)
    teller.add(at(1), ["a", "b"])
    teller.work()
    teller.add(at(2), ["a"])
    for _ in range(2):
        clock.now += 1
        teller.work()

    assert cdn.told == [["a"], ["b"], ["a"]]
    assert teller.done == at(2)


def test_a_service_that_asks_for_a_pause_gets_it(clock: Clock, cdn: Cdn) -> None:
    teller = Teller(ONCE, cdn, clock)
    cdn.failures = [PurgeFailed("slow down", retry_after=30)]
    teller.add(at(1), ["a"])

    assert teller.work() == 30
    clock.now += 29
    teller.work()
    assert cdn.told == []
    clock.now += 1
    teller.work()
    assert cdn.told == [["a"]]


def test_no_more_calls_than_the_service_allows_and_what_waits_goes_together(clock: Clock, cdn: Cdn) -> None:
    teller = Teller(Ability(batch=100, calls=5, per_seconds=60, burst=2, repeats=False), cdn, clock)
    for number in range(1, 4):
        teller.add(at(number), [f"key:{number}"])
        wait = teller.work()
    teller.add(at(4), ["key:4"])

    assert cdn.told == [["key:1"], ["key:2"]]
    assert wait == pytest.approx(12)
    clock.now += 12
    teller.work()
    assert cdn.told[2:] == [["key:3", "key:4"]]
    assert teller.done == at(4)


def test_too_much_at_once_becomes_everything(clock: Clock, cdn: Cdn) -> None:
    teller = Teller(ONCE, cdn, clock)
    teller.add(at(1), [f"key:{number}" for number in range(MOST + 1)])
    teller.work()

    assert cdn.told == ["everything"]


def test_a_cache_that_cannot_forget_everything_is_told_what_it_can_be_told(clock: Clock, cdn: Cdn) -> None:
    teller = Teller(Ability(forgets_everything=False, batch=5000, repeats=False), cdn, clock)
    teller.add(at(1), None)
    teller.add(at(2), ["a"])
    teller.work()

    assert (cdn.told, teller.done) == ([["a"]], at(2))


def test_many_changes_wait_for_their_second_time_in_a_few_batches(clock: Clock, cdn: Cdn) -> None:
    teller = Teller(Ability(batch=5000), cdn, clock)
    for number in range(1, 51):
        teller.add(at(number), [f"key:{number}"])
        teller.work()
        clock.now += 0.1
    first = len(cdn.told)
    clock.now += REPEAT_AFTER
    teller.work()

    assert first == 50
    assert len(cdn.told) - first <= 7
    assert {key for batch in cdn.told[first:] for key in batch} == {f"key:{number}" for number in range(1, 51)}  # type: ignore[attr-defined]
    assert teller.done == at(50)


def test_staff_can_see_what_waits_and_why_and_the_log_says_it_once(
    clock: Clock, cdn: Cdn, caplog: pytest.LogCaptureFixture
) -> None:
    teller = Teller(ONCE, cdn, clock)
    assert teller.waiting() == Waiting()
    cdn.failures = [PurgeFailed("cdn.example cannot be reached"), PurgeFailed("cdn.example cannot be reached")]
    teller.add(at(1), ["a", "b"])
    for _ in range(2):
        teller.work()
        clock.now += 20

    assert teller.waiting() == Waiting(2, 40.0, "cdn.example cannot be reached")
    teller.work()
    assert teller.waiting() == Waiting()
    assert [(record.levelno, record.getMessage()) for record in caplog.records] == [
        (logging.ERROR, "the CDN could not be told what changed: cdn.example cannot be reached"),
        (logging.WARNING, "the CDN is told again what changed"),
    ]
