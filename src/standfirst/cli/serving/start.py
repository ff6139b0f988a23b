"""What `serve` and `demo` share: options, the listening socket, the lock on the home folder, and the group."""

from __future__ import annotations

import argparse
import errno
import fcntl
import gc
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from standfirst.cli.errors import Refusal
from standfirst.cli.home import Home
from standfirst.cli.serving.background import run_background
from standfirst.cli.serving.exporter import run_exporter
from standfirst.cli.serving.fakes import fakes_of
from standfirst.cli.serving.supervisor import Child
from standfirst.cli.serving.warming import warm
from standfirst.cli.serving.web import BACKLOG, load_application, run_web

LOCK_FILE = "serve.lock"


def add_serving_arguments(parser: argparse.ArgumentParser) -> None:
    """Add `--host`, `--port` and `--workers`."""
    parser.add_argument("--host", metavar="ADDRESS", help="listen on this address (default: the option `host`)")
    parser.add_argument("--port", type=_port, metavar="PORT", help="listen on this port (default: the option `port`)")
    parser.add_argument("--workers", type=_workers, metavar="N", help="web worker processes (default: `workers`)")


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port; give a number from 1 to 65535")
    return int(text)


def _workers(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 64:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of workers; give a number from 1 to 64")
    return int(text)


def open_listener(host: str, port: int) -> socket.socket:
    """Return the socket that all web workers accept from. Raises Refusal when this process may not listen there.

    It is opened once and stays open while workers and releases change: who connects meanwhile waits in its queue.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        listener = socket.socket(found[0], found[1])
        # A port whose last connections are still closing is free; one that somebody listens on is not.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(found[4])
            listener.listen(BACKLOG)
        except OSError:
            listener.close()
            raise
    except OSError as error:
        raise Refusal(_port_sentence(host, port, error)) from error
    return listener


def check_port(host: str, port: int) -> None:
    """Raise Refusal unless this process may listen on `host`:`port` now."""
    open_listener(host, port).close()


def _port_sentence(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} on {host} is in use; stop what uses it, or choose another with --port."
    if error.errno == errno.EACCES:
        return f"port {port} needs more rights than this user has; choose one above 1023 with --port."
    return f"cannot listen on {host}:{port} ({error.strerror or error}); choose another address with --host."


@contextmanager
def hold_home(home: Path) -> Iterator[IO[str]]:
    """Hold the home folder while it is served. Raises Refusal when it is served already on this machine.

    The lock belongs to the open file, which the children and the next release inherit: it is free when the last of
    them is gone.
    """
    with (home / LOCK_FILE).open("a+") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            handle.seek(0)
            owner = handle.read().strip() or "unknown"
            raise Refusal(
                f"the newsroom at {home} is being served already (process {owner}); stop that first."
            ) from error
        handle.truncate(0)
        handle.write(f"{os.getpid()}\n")
        handle.flush()
        yield handle


def children_of(home: Home, listener: socket.socket, workers: int) -> list[Child]:
    """Return the processes that serve a newsroom, web workers first. Loads what they share."""
    fakes = fakes_of(home)  # it asks the database, whose connections end before anything is forked
    preload()
    web = [
        Child(f"web worker {number}", run_web, (listener, load_application), answers=True)
        for number in range(1, workers + 1)
    ]
    group = [*web, Child("background worker", run_background, (str(home.path),), alone=True)]
    group += fakes
    if port := home.options.metrics_port:
        address = (str(home.path), home.options.metrics_host, port)
        group.append(Child("metrics", run_exporter, address, alone=True))
    return group


def preload() -> None:
    """Load what every child needs before the first is forked, so that they share its memory and start at once.

    Freezing keeps the garbage collector from writing into the shared pages (see gc.freeze in Python's documentation).
    """
    from django.db import connections
    from django.urls import get_resolver

    from standfirst.config import wsgi

    assert wsgi.application is not None  # noqa: S101 - loaded for its effect
    get_resolver()._populate()
    warm()
    connections.close_all()
    gc.collect()
    gc.freeze()
