"""A new release by SIGHUP: nobody notices. Real processes, and readers who ask all the time.

Nothing sleeps: each test reads the lines the group prints, and the end of its output is the end of its last process.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

from tests.cli.conftest import ROOT

pytestmark = pytest.mark.whole
ENDED = "log the release before has ended"


class Reader(threading.Thread):
    """Asks for a page in a loop until told to stop; keeps what was answered, and every failure."""

    def __init__(self, port: int, *, keeps_alive: bool) -> None:
        super().__init__(daemon=True)
        self.port = port
        self.keeps_alive = keeps_alive
        self.answers: list[str] = []
        self.failures: list[str] = []
        self.closed = 0
        self._stopping = threading.Event()

    def run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        while not self._stopping.is_set():
            try:
                connection.request("GET", "/")
                answer = connection.getresponse()
                self.answers.append(answer.read().decode())
                if answer.getheader("Connection") == "close":
                    self.closed += 1
            except (OSError, http.client.HTTPException) as error:
                self.failures.append(repr(error))
                connection.close()
            if not self.keeps_alive:
                connection.close()
        connection.close()

    def finish(self) -> set[str]:
        """Stop asking; return the releases that answered."""
        self._stopping.set()
        self.join(30)
        return {answer.split()[0] for answer in self.answers}


class Group:
    """A group that was started, and what it printed."""

    def __init__(self, release: Path) -> None:
        self.release = release
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.cli.renewable", str(release)],
            env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        # Whoever waits for a line of a group that hangs reads the end of its output instead, and fails.
        self._patience = threading.Timer(120, os.killpg, (self.process.pid, signal.SIGKILL))
        self._patience.daemon = True
        self._patience.start()
        self.port = int(self.until("serving").split()[1])

    def relax(self) -> None:
        """Be patient for ever: the test is over."""
        self._patience.cancel()

    def until(self, beginning: str) -> str:
        """Read on to the line that begins so."""
        assert self.process.stdout is not None
        output: IO[str] = self.process.stdout
        while line := output.readline():
            self.lines.append(line.strip())
            if line.startswith(beginning):
                return line.strip()
        raise AssertionError(f"no line begins with {beginning!r} in {self.lines}")

    def hang_up(self, release: str) -> None:
        """Install another release and say so."""
        self.release.write_text(release)
        self.process.send_signal(signal.SIGHUP)

    def end(self) -> list[str]:
        """Stop the group in order; return what it printed meanwhile."""
        assert self.process.stdout is not None
        self.process.send_signal(signal.SIGTERM)
        rest = self.process.stdout.read().splitlines()
        assert self.process.wait(60) == 0
        return rest


@pytest.fixture
def group(tmp_path: Path) -> Iterator[Group]:
    release = tmp_path / "release"
    release.write_text("one")
    started = Group(release)
    yield started
    started.relax()
    if started.process.poll() is None:
        os.killpg(started.process.pid, signal.SIGKILL)
    started.process.communicate()


@pytest.fixture
def readers(group: Group) -> Iterator[list[Reader]]:
    asking = [Reader(group.port, keeps_alive=number % 2 == 0) for number in range(4)]
    for reader in asking:
        reader.start()
    yield asking
    for reader in asking:
        reader.finish()


def _failures(readers: list[Reader]) -> list[str]:
    return [failure for reader in readers for failure in reader.failures]


def test_a_new_release_takes_over_and_no_request_fails(group: Group, readers: list[Reader]) -> None:
    parent = group.process.pid
    group.until("background of one")

    group.hang_up("two")
    group.until(ENDED)

    after = Reader(group.port, keeps_alive=True)
    after.start()
    assert [reader.finish() for reader in readers] == [{"one", "two"}] * 4
    assert _failures(readers) == []
    assert sum(reader.closed for reader in readers if reader.keeps_alive) >= 2
    assert after.finish() == {"two"}
    assert group.process.pid == parent
    background = [line.rstrip("0123456789 ") for line in group.lines if line.startswith("background")]
    assert background == ["background of one", "background of one stopped", "background of two"]
    assert group.end()[-1] == "group ended"


def test_several_signals_in_a_row_end_with_the_newest_release(group: Group, readers: list[Reader]) -> None:
    group.until("background of one")

    group.hang_up("two")
    group.until("log checking the release on disk")
    group.hang_up("three")
    group.until("log the release on disk takes over")
    group.hang_up("four")
    group.until(f"serving {group.port} four")
    group.until(ENDED)

    assert all("four" in reader.finish() for reader in readers)
    assert _failures(readers) == []
    assert not [line for line in group.lines if line.startswith("serving") and line.endswith("two")]
    assert group.end()[-1] == "group ended"


def test_a_release_that_its_check_refuses_changes_nothing(group: Group, readers: list[Reader]) -> None:
    group.until("background of one")

    group.hang_up("two refused")
    refusal = group.until("log the release on disk cannot serve")

    assert refusal == "log the release on disk cannot serve, this one goes on: two is no good"
    assert [reader.finish() for reader in readers] == [{"one"}] * 4
    assert _failures(readers) == []
    assert "background of two" not in " ".join(group.lines)
    assert group.end()[-1] == "group ended"


@pytest.mark.parametrize(("fault", "sign"), [("dumb", "log web 1 was restarted"), ("unable", "cannot start:")])
def test_a_release_that_fails_after_its_check_leaves_the_one_before_at_work(
    group: Group, readers: list[Reader], fault: str, sign: str
) -> None:
    group.until("background of one")

    group.hang_up(f"two {fault}")
    group.until(sign)
    meanwhile = Reader(group.port, keeps_alive=False)
    meanwhile.start()
    group.hang_up("three")
    group.until(ENDED)

    assert meanwhile.finish() == {"one", "three"}
    assert all({"one", "three"} == reader.finish() for reader in readers)
    assert _failures(readers) + meanwhile.failures == []
    assert group.end()[-1] == "group ended"


def test_a_group_that_is_stopped_while_a_release_is_checked_stops(group: Group) -> None:
    group.until("background of one")

    group.hang_up("two")
    group.until("log checking the release on disk")

    assert group.end()[-1] == "group ended"
    assert not [line for line in group.lines if line.startswith("serving") and line.endswith("two")]


def test_a_stop_while_one_release_replaces_another_stops_both(group: Group, readers: list[Reader]) -> None:
    group.until("background of one")

    group.hang_up("two")
    group.until("log the release on disk takes over")
    rest = group.end()

    assert rest[-1] == "group ended"
    assert "background of one stopped" in rest


def test_a_hangup_while_the_group_stops_is_too_late(group: Group) -> None:
    group.until("background of one")

    group.process.send_signal(signal.SIGTERM)
    group.hang_up("two")

    assert group.process.stdout is not None
    assert group.process.stdout.read().splitlines()[-1] == "group ended"
    assert group.process.wait(60) == 0


def test_a_request_that_finds_every_worker_killed_waits_for_the_next(group: Group) -> None:
    group.until("background of one")
    asked = Reader(group.port, keeps_alive=False)
    asked.start()
    while len(set(asked.answers)) < 2:
        assert not asked.failures
    asked.finish()
    killed = {int(answer.split()[1]) for answer in asked.answers}
    for worker in killed:
        os.kill(worker, signal.SIGKILL)

    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", group.port, timeout=30)) as connection:
        connection.request("GET", "/")
        answered = int(connection.getresponse().read().split()[1])

    assert answered not in killed
    assert group.end()[-1] == "group ended"
