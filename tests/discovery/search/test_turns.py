"""Searches come one after the other, in the order in which they were asked."""

from __future__ import annotations

import threading
from contextlib import suppress

from standfirst.discovery.search.turns import Turns

PATIENCE = 10


def test_whoever_asked_first_is_the_next() -> None:
    turns, order = Turns(), []
    threads: list[threading.Thread] = []

    def ask(number: int) -> None:
        with turns:
            order.append(number)

    with turns:
        for number in range(5):
            threads.append(threading.Thread(target=ask, args=(number,)))
            threads[-1].start()
            _until_waiting(turns, number + 1)
        assert order == []
    for thread in threads:
        thread.join(PATIENCE)

    assert order == [0, 1, 2, 3, 4]


def test_never_two_at_once() -> None:
    turns, inside, most = Turns(), [0], [0]

    def ask() -> None:
        for _ in range(300):
            with turns:
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                inside[0] -= 1

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)

    assert (inside, most) == ([0], [1])
    assert not any(thread.is_alive() for thread in threads)


def test_a_search_that_fails_gives_its_turn_on() -> None:
    turns = Turns()

    with suppress(ZeroDivisionError), turns:
        raise ZeroDivisionError

    with turns:
        pass


def _until_waiting(turns: Turns, number: int) -> None:
    came = threading.Event()
    while len(turns._waiting) < number:
        came.wait(0.001)
