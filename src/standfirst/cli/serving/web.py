"""The web server: Granian with its worker processes."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from standfirst.cli.serving.lifeline import hold_on_to_parent

BLOCKING_THREADS = 8
STOP_SECONDS = 25
Application = Callable[..., Any]
Loader = Callable[..., Application]


def load_application(*_arguments: object) -> Application:
    """Return the WSGI application; runs in each worker process."""
    hold_on_to_parent()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "standfirst.config.settings")
    from standfirst.config.wsgi import application

    return application


def run_web(host: str, port: int, workers: int, load: Loader = load_application) -> None:
    """Serve what `load` returns until SIGTERM or SIGINT; requests in flight are finished first."""
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    hold_on_to_parent()
    server = Server(
        "standfirst.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        websockets=False,
        # SQLite and the interpreter's lock gain nothing from Granian's hundreds of threads, and each costs memory.
        blocking_threads=BLOCKING_THREADS,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
    )
    server.serve(target_loader=load, wrap_loader=False)
