"""The supervised group: restarts what crashes, stops together, outlives nobody. Real processes, and no sleeping:
each test reads the lines the group prints, and the end of its output is the end of its last process."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import pytest

from tests.cli.conftest import ROOT

SCRIPT = Path(__file__).with_name("supervised.py")
Group = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def group() -> Iterator[Group]:
    started: list[subprocess.Popen[str]] = []

    def start(*words: object) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, str(SCRIPT), *map(str, words)],
            env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def _output(process: subprocess.Popen[str]) -> IO[str]:
    assert process.stdout is not None
    return process.stdout


def _lines(process: subprocess.Popen[str], count: int) -> list[str]:
    return [_output(process).readline().strip() for _line in range(count)]


def test_a_signal_stops_all_in_order(group: Group) -> None:
    process = group("steady")
    begun = _lines(process, 2)
    assert sorted(line.split()[0] for line in begun) == ["one", "two"]
    process.send_signal(signal.SIGTERM)
    rest = _output(process).read().splitlines()
    assert sorted(rest[:2]) == ["one stopped", "two stopped"]
    assert rest[2:] == ["group ended"]
    assert process.wait() == 0


def test_ctrl_c_stops_all_in_order(group: Group) -> None:
    process = group("steady")
    _lines(process, 2)
    process.send_signal(signal.SIGINT)
    assert _output(process).read().splitlines()[-1] == "group ended"
    assert process.wait() == 0


def test_a_crashed_child_is_reported_and_restarted_alone(group: Group, tmp_path: Path) -> None:
    process = group("crash", tmp_path / "memory")
    seen = _lines(process, 5)
    assert "crashing crashes" in seen
    assert "log crashing stopped by itself (status 3); restarting in 0 s" in seen
    assert "log crashing was restarted" in seen
    assert len([line for line in seen if line.startswith("two ")]) == 1
    assert len([line for line in seen if line.startswith("crashing ") and line.split()[1].isdigit()]) == 1
    process.send_signal(signal.SIGTERM)
    assert _output(process).read().splitlines()[-1] == "group ended"


def test_no_child_outlives_a_parent_that_was_killed(group: Group) -> None:
    process = group("steady")
    _lines(process, 2)
    process.kill()
    # The output ends when the last process that can write to it is gone.
    assert sorted(_output(process).read().splitlines()) == ["one stopped", "two stopped"]
    assert process.wait() == -signal.SIGKILL


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _connected(port: int) -> socket.socket:
    """Connect as soon as the server listens."""
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=30)
        except ConnectionRefusedError:
            continue


def test_a_request_in_flight_is_finished(group: Group, tmp_path: Path) -> None:
    port, gate = _free_port(), tmp_path / "gate"
    os.mkfifo(gate)
    process = group("web", port, gate)
    answer: list[bytes] = []
    with _connected(port) as reader:
        reader.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        assert _lines(process, 1) == ["request begun"]
        process.send_signal(signal.SIGTERM)
        opener = threading.Thread(target=gate.write_bytes, args=(b"x",))
        opener.start()
        while chunk := reader.recv(4096):
            answer.append(chunk)
        opener.join()
    assert b"".join(answer).startswith(b"HTTP/1.1 200 OK")
    assert b"".join(answer).endswith(b"whole answer")
    assert _output(process).read().splitlines()[-1] == "group ended"
    assert process.wait() == 0
