"""Who writes much on SQLite leaves others a turn."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import transaction

from standfirst.delivery.engines.sqlite3.base import DatabaseWrapper
from standfirst.delivery.engines.sqlite3.turns import PAUSE, TOGETHER, Turn


class Time:
    """A clock that goes on when it is told to, or by what sleeps."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def turn(time: Time) -> Turn:
    return Turn(time.clock, time.sleep)


def write(turn: Turn, time: Time, seconds: float, rest: float = 0.001) -> None:
    turn.leave_to_others()
    turn.begin()
    time.now += seconds
    turn.end()
    time.now += rest


def test_transactions_without_a_pause_are_parted_by_one_once_a_second(turn: Turn, time: Time) -> None:
    for _ in range(100):
        write(turn, time, 0.1)
    assert len(time.slept) == pytest.approx(100 * 0.1 / TOGETHER, abs=1)
    assert all(0.9 * PAUSE < seconds <= PAUSE for seconds in time.slept)


def test_who_rests_by_themselves_is_not_held_up(turn: Turn, time: Time) -> None:
    for _ in range(100):
        write(turn, time, 0.1, rest=PAUSE)
    assert time.slept == []


def test_one_long_transaction_is_not_held_up_and_the_next_one_is_when_it_comes_at_once(turn: Turn, time: Time) -> None:
    write(turn, time, 5 * TOGETHER, rest=0.02)
    assert time.slept == []
    write(turn, time, 0.01)
    assert time.slept == [pytest.approx(PAUSE - 0.02)]


def test_waiting_for_the_lock_is_not_holding_it(turn: Turn, time: Time) -> None:
    for _ in range(50):
        turn.leave_to_others()
        time.now += 1.0  # somebody else has it
        turn.begin()
        time.now += 0.001
        turn.end()
    assert time.slept == []


@pytest.mark.django_db
def test_a_database_in_a_file_takes_turns(tmp_path: Path, time: Time, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = {
        "ENGINE": "standfirst.delivery.engines.sqlite3",
        "NAME": tmp_path / "db.sqlite3",
        "OPTIONS": {"transaction_mode": "IMMEDIATE"},
        "AUTOCOMMIT": True,
        "CONN_HEALTH_CHECKS": False,
        "CONN_MAX_AGE": 0,
        "TIME_ZONE": None,
        "ATOMIC_REQUESTS": False,
        "TEST": {"NAME": None},
    }
    connection = DatabaseWrapper(settings, "apart")
    monkeypatch.setattr(connection, "_turn", Turn(time.clock, time.sleep))
    monkeypatch.setattr(transaction, "get_connection", lambda using=None: connection)
    for is_failing in (False, True, False):
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE IF NOT EXISTS notes (text)")
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("INSERT INTO notes VALUES ('')")
                time.now += TOGETHER
                if is_failing:
                    raise ValueError
        except ValueError:
            assert is_failing
    assert time.slept == [PAUSE, PAUSE]
    connection.close()
