"""How a web worker leaves without a single failed request, when a new release takes its place.

SIGTERM alone would do harm: Granian then closes connections that were accepted but have not said anything yet, and
idle ones at the very moment at which their next request may be on its way. So a worker that is retired first stops
accepting (others accept from the same listening socket), tells every client with its next answer that this connection
ends (`Connection: close`, RFC 9112 section 9.6), and stops only after a while, when only idle connections are left.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

DRAIN_SECONDS = 5.0
RETIRE = signal.SIGUSR1
"""Sent by the release that takes over; a part of what two releases must agree on (docs/adr/0006)."""
Application = Callable[..., Any]
CLOSE = ("Connection", "close")


class Draining:
    """One worker's way out."""

    def __init__(self, listener: socket.socket, *, seconds: float = DRAIN_SECONDS) -> None:
        self.listener = listener
        self.seconds = seconds
        self.under_way = False

    def around(self, application: Application) -> Application:
        """Return `application` with `Connection: close` on every answer once the worker was retired."""

        def answer(environ: dict[str, Any], start_response: Application) -> Iterable[bytes]:
            if self.under_way:
                return application(environ, _closing(start_response))
            return application(environ, start_response)

        return answer

    def begin(self, *_signal: object) -> None:
        """Stop accepting now, and stop this process after a while; asking again changes nothing."""
        if self.under_way:
            return
        self.under_way = True
        stop_accepting(self.listener)
        threading.Thread(target=self._end, name="draining", daemon=True).start()

    def _end(self) -> None:
        time.sleep(self.seconds)
        os.kill(os.getpid(), signal.SIGTERM)


def _closing(start_response: Application) -> Application:
    def start(status: str, headers: list[tuple[str, str]], *rest: object) -> Any:
        return start_response(status, [*headers, CLOSE], *rest)

    return start


def stop_accepting(listener: socket.socket) -> None:
    """Take this process out of those that accept connections from `listener`; what waits there goes to the others.

    The server in this process has a descriptor of the socket that it would accept from until it ends, and offers no
    way to stop just that. So another listening socket, to which nobody connects, is put in the descriptor's place:
    accepting then finds nothing.
    """
    address = listener.getsockname()
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        nobody.setblocking(False)
        for descriptor in _open_descriptors():
            if descriptor != nobody.fileno() and _listens_at(descriptor, address):
                os.dup2(nobody.fileno(), descriptor, inheritable=False)


def _open_descriptors() -> list[int]:
    return [int(name) for name in os.listdir("/dev/fd")]


def _listens_at(descriptor: int, address: object) -> bool:
    with contextlib.suppress(OSError):
        found = socket.socket(fileno=os.dup(descriptor))
        with found:
            return bool(found.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)) and found.getsockname() == address
    return False
