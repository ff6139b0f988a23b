"""What load balancers and people are told about this process and the newsroom."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections
from django.test import override_settings

from standfirst.delivery import health
from standfirst.delivery.health import Probe, Readiness
from standfirst.delivery.heartbeat import Heartbeat, silent_for


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Path]:
    """An SQLite file that the alias `default` names, as a newsroom's home has it."""
    file = tmp_path / "db.sqlite3"
    sqlite3.connect(file).execute("CREATE TABLE story (headline TEXT)").connection.close()
    settings = connections.settings["default"]
    before = dict(settings)
    settings.update(
        ENGINE="django.db.backends.sqlite3", NAME=f"{file.as_uri()}?mode=rw", OPTIONS={"uri": True, "timeout": 20}
    )
    yield file
    settings.clear()
    settings.update(before)


def test_the_process_lives_and_says_nothing_else() -> None:
    assert health.healthz() == (200, {"status": "ok"})


def test_ready_when_every_check_finds_nothing() -> None:
    readiness = Readiness({"database": Probe(lambda: ""), "disk": Probe(lambda: "")})

    assert readiness.answer() == (200, {"status": "ready", "checks": {"database": "ok", "disk": "ok"}})


def test_one_sentence_is_enough_to_be_not_ready() -> None:
    readiness = Readiness({"database": Probe(lambda: "takes no writes now"), "disk": Probe(lambda: "")})

    status, facts = readiness.answer()

    assert status == 503
    assert facts == {"status": "not ready", "checks": {"database": "takes no writes now", "disk": "ok"}}


def test_an_answer_is_kept_for_a_second() -> None:
    asked: list[int] = []
    clock = Clock()
    readiness = Readiness({"disk": Probe(lambda: asked.append(1) or "")}, clock=clock)  # type: ignore[func-returns-value]

    readiness.answer()
    clock.now += 0.99
    readiness.answer()
    assert len(asked) == 1

    clock.now += 0.02
    readiness.answer()
    assert len(asked) == 2


def test_a_check_that_hangs_is_named_and_keeps_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "PATIENCE", 0.0)
    gate, begun = threading.Event(), []

    def hang() -> str:
        begun.append(1)
        gate.wait(30)
        return ""

    clock = Clock()
    readiness = Readiness({"database": Probe(hang)}, clock=clock)
    for _question in range(20):
        status, facts = readiness.answer()
        clock.now += 2
        assert (status, facts["checks"]) == (503, {"database": "no answer within 0 s"})

    assert len(begun) == 1
    gate.set()


def test_only_one_question_at_a_time_waits() -> None:
    gate = threading.Event()
    readiness = Readiness({"database": Probe(lambda: "" if gate.wait(30) else "never")})
    first = threading.Thread(target=readiness.answer)
    first.start()
    while not readiness._examining.locked():
        time.sleep(0)

    status, facts = readiness.answer()

    assert first.is_alive()
    assert (status, facts["checks"]) == (503, {"all": "not examined yet"})
    gate.set()
    first.join()
    assert readiness.answer()[0] == 200


def test_a_check_that_raises_tells_the_public_no_details(caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> str:
        raise OSError("/srv/secret/place is gone")

    readiness = Readiness({"disk": Probe(fail)})

    status, facts = readiness.answer()

    assert (status, facts["checks"]) == (503, {"disk": "cannot be examined"})
    assert "secret" not in json.dumps(facts)
    assert "/srv/secret/place" in caplog.text


def test_a_check_of_an_upper_layer_is_asked_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "READINESS", Readiness({}))

    health.register_check("post", lambda: "is on strike")

    assert health.readyz() == (503, {"status": "not ready", "checks": {"post": "is on strike"}})


def test_a_sound_database_takes_writes_and_keeps_its_content(database: Path) -> None:
    before = database.read_bytes()

    assert health.check_database() == ""
    assert database.read_bytes() == before


def test_a_database_that_somebody_else_locks_takes_no_writes(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(health.WAITS["sqlite"], "timeout", 0)
    other = sqlite3.connect(database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    assert health.check_database() == "takes no writes now"

    other.execute("ROLLBACK")
    other.close()
    assert health.check_database() == ""


def test_a_database_that_is_gone_is_not_made_anew(database: Path) -> None:
    database.unlink()

    assert health.check_database() == "cannot be reached"
    assert not database.exists()


def test_a_database_that_was_cut_to_nothing_is_empty(database: Path) -> None:
    database.write_bytes(b"")

    assert health.check_database() == "is empty"


def test_a_database_of_garbage_is_damaged(database: Path) -> None:
    database.write_bytes(b"no database at all " * 500)

    assert health.check_database() == "is damaged"


def test_a_background_worker_is_silent_when_it_has_not_beaten_for_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with override_settings(RUN_FOLDER=tmp_path):
        assert health.check_background() == "is silent"

        Heartbeat(tmp_path, "background").beat()
        assert health.check_background() == ""

        Heartbeat(tmp_path, "background", clock=lambda: time.monotonic() - 16).beat()
        assert health.check_background() == "is silent"


def test_a_beat_of_before_the_machine_began_anew_is_none(tmp_path: Path) -> None:
    Heartbeat(tmp_path, "background", clock=lambda: 5000.0).beat()

    assert silent_for(tmp_path, "background", clock=lambda: 60.0) is None
    assert silent_for(tmp_path, "background", clock=lambda: 5003.5) == pytest.approx(3.5)


def test_a_beat_that_has_no_place_is_said_and_stops_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "run").write_text("a file in the way")

    Heartbeat(tmp_path / "run", "background").beat()

    assert "this process will look silent" in caplog.text


def test_a_disk_with_next_to_no_room_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with override_settings(RUN_FOLDER=tmp_path / "run"):
        assert health.check_disk() == ""
        monkeypatch.setattr(health, "LITTLE_SPACE", 2**63)
        assert health.check_disk() == "is full"
