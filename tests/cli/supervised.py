"""A small group of children for `test_serving`, run as a program: what happens is printed, a line an event."""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Iterable
from pathlib import Path

from standfirst.cli.serving.lifeline import hold_on_to_parent
from standfirst.cli.serving.supervisor import Child, Supervisor
from standfirst.cli.serving.web import run_web


def say(*words: object) -> None:
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def steady(name: str) -> None:
    """Run until SIGTERM, and end in order."""
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_args: stopping.set())
    hold_on_to_parent()
    say(name, os.getpid())
    stopping.wait()
    say(name, "stopped")


def crashing(memory: str) -> None:
    """Crash at the first start and be steady at the second."""
    if not Path(memory).exists():
        Path(memory).touch()
        say("crashing", "crashes")
        os._exit(3)
    steady("crashing")


def slow_application() -> object:
    """A WSGI application whose answer ends only when it is told to by a byte from a named pipe."""

    def application(environ: dict[str, object], start_response: object) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/healthz":
            start_response("200 OK", [])  # type: ignore[operator]
            return []
        say("request", "begun")
        with Path(sys.argv[3]).open("rb") as gate:
            gate.read(1)
        start_response("200 OK", [("Content-Type", "text/plain")])  # type: ignore[operator]
        return [b"whole answer"]

    return application


def main() -> None:
    logging.basicConfig(format="log %(message)s", stream=sys.stdout)
    groups = {
        "steady": lambda: [Child("one", steady, ("one",)), Child("two", steady, ("two",))],
        "crash": lambda: [Child("crashing", crashing, (sys.argv[2],), delay=0.05), Child("two", steady, ("two",))],
        "web": lambda: [
            Child(
                "web", run_web, (socket.create_server(("127.0.0.1", int(sys.argv[2]))), slow_application), answers=True
            )
        ],
    }
    Supervisor(groups[sys.argv[1]]()).run()
    say("group", "ended")


if __name__ == "__main__":
    main()
