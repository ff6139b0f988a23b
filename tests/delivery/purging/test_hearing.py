"""A node with a shared database knows when it has not heard of changes for too long."""

from __future__ import annotations

import time
from dataclasses import dataclass

import pytest

from standfirst.delivery.purging import heard, hearing
from standfirst.delivery.purging.hearing import DEAF_AFTER


@dataclass
class State:
    heard_at: float


@pytest.fixture
def now(monkeypatch):
    monkeypatch.setattr(time, "monotonic", lambda: 1000.0)
    return 1000.0


@pytest.fixture
def shared(monkeypatch):
    monkeypatch.setattr(hearing, "is_shared", lambda: True)


@pytest.mark.usefixtures("shared")
def test_silence_is_told_when_it_is_longer_than_five_seconds(now):
    assert heard(State(now - DEAF_AFTER)) is None
    assert heard(State(now - 5.5)) == 5.5


@pytest.mark.usefixtures("shared")
def test_a_store_that_never_heard_anything_is_silent_since_the_clock_began(now):
    assert heard(State(0.0)) == now


def test_a_database_of_its_own_needs_no_hearing(now, monkeypatch):
    monkeypatch.setattr(hearing, "is_shared", lambda: False)
    assert heard(State(0.0)) is None
