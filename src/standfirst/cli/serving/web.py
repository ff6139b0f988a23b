"""One web worker: Granian in a child of ours, on the listening socket that all of them share.

Granian's own parent is left out. It would open a socket in each worker (SO_REUSEPORT), so that connections which wait
for a worker die with it; it would take 37 MB; and it would stand between a crash and our supervisor. Its worker is
started as that parent does it, by names that Granian keeps to itself: its version is held to one minor release, and
`tests/cli/test_serving.py` runs it.
"""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any
from wsgiref.util import setup_testing_defaults

from standfirst.cli.serving.draining import RETIRE, Application, Draining
from standfirst.cli.serving.lifeline import hold_on_to_parent

BLOCKING_THREADS = 152
"""Stored pages need a free thread while others wait for a locked database. A thread costs 128 KB while it is used and
goes after 30 idle seconds: measured with 64 threads and 128 connections, 26.3 MB of its own for a worker instead of
19.1 with 8 threads."""
BACKLOG = 1024
Loader = Callable[..., Application]


def load_application() -> Application:
    """Return the WSGI application; runs in each worker process."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "standfirst.config.settings")
    from django.conf import settings

    from standfirst.config.wsgi import application
    from standfirst.delivery.metrics import publish
    from standfirst.delivery.purging.follower import catch_up
    from standfirst.delivery.store import current

    publish(settings.RUN_FOLDER, "web")
    if (store := current()) is not None:
        catch_up(store)
    return application


def run_web(listener: socket.socket, load: Loader, ready: Connection) -> None:
    """Serve what `load` returns until SIGTERM or SIGINT; requests in flight are finished first.

    Says on `ready` when it takes requests.
    """
    hold_on_to_parent()
    draining = Draining(listener)

    def prepared() -> Application:
        application = load()
        examine(application)
        signal.signal(RETIRE, draining.begin)
        ready.send(None)
        ready.close()
        return draining.around(application)

    _serve(listener, prepared)


def _serve(listener: socket.socket, load: Loader) -> None:
    from granian.constants import Interfaces, RuntimeModes
    from granian.log import LogLevels
    from granian.net import SocketHolder
    from granian.server import Server

    listener.setblocking(False)
    server = Server(
        "standfirst.config.wsgi:application",
        interface=Interfaces.WSGI,
        runtime_mode=RuntimeModes.mt,
        websockets=False,
        backlog=BACKLOG,
        blocking_threads=BLOCKING_THREADS,
        log_level=LogLevels.error,
    )
    server._ssp, server._shd, server._sso = None, SocketHolder(listener.fileno(), False, BACKLOG), listener
    server._spawn_worker(0, server._spawn_wsgi_worker, load).inner.run()


def examine(application: Application) -> None:
    """Ask the application for its health before readers do. Raises RuntimeError when it has no answer."""
    environ: dict[str, Any] = {"PATH_INFO": "/healthz", "HTTP_HOST": "127.0.0.1"}
    setup_testing_defaults(environ)
    answered: list[str] = []
    body = application(environ, lambda status, _headers, *_rest: answered.append(status))
    if close := getattr(body, "close", None):
        close()
    if not answered or answered[0].startswith("5"):
        raise RuntimeError(f"the application does not answer /healthz but says {answered[:1]}")
