"""Hundreds of clients hold connections open and take their time, while others read."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from tests.faults.newsroom import Newsroom

CONNECTIONS = 300
HEAD = "Host: 127.0.0.1:{port}\r\nUser-Agent: slow\r\n"
Drip = Callable[[socket.socket], None]


def half_a_request(port: int) -> bytes:
    return f"GET /en/ HTTP/1.1\r\n{HEAD.format(port=port)}X-Long: ".encode()


def many_answers(port: int) -> bytes:
    """More answers than the buffers of both sides hold."""
    return f"GET /en/ HTTP/1.1\r\n{HEAD.format(port=port)}\r\n".encode() * 200


def half_a_form(port: int) -> bytes:
    head = f"{HEAD.format(port=port)}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100000\r\n\r\n"
    return f"POST /accounts/login/ HTTP/1.1\r\n{head}login=".encode()


def send_a_byte(connection: socket.socket) -> None:
    connection.send(b"x")


def read_a_byte(connection: socket.socket) -> None:
    connection.recv(1)


@contextmanager
def holding(port: int, first: bytes, drip: Drip) -> Iterator[None]:
    """Hold connections that sent `first`, and let each drip once a second while the block runs."""
    connections: list[socket.socket] = []
    stopping = threading.Event()
    for _ in range(CONNECTIONS):
        connection = socket.socket()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", port))
        connection.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            connection.send(first)
        connections.append(connection)

    def drip_all() -> None:
        while not stopping.wait(1.0):
            for connection in connections:
                with contextlib.suppress(OSError):
                    drip(connection)

    thread = threading.Thread(target=drip_all, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join()
        for connection in connections:
            connection.close()


SLOW = {
    "half a request": (half_a_request, send_a_byte),
    "answers byte by byte": (many_answers, read_a_byte),
    "half a form": (half_a_form, send_a_byte),
}


@pytest.mark.parametrize(
    "kind", [pytest.param(kind, marks=[] if "form" in kind else pytest.mark.long) for kind in SLOW]
)
@pytest.mark.parametrize("seconds", [4, pytest.param(40, marks=pytest.mark.long)])
def test_slow_clients_hold_up_nobody(newsroom: Newsroom, kind: str, seconds: int) -> None:
    """Three hundred of them: readers are served as ever, and so are staff."""
    first, drip = SLOW[kind]
    with newsroom.reader() as reader, holding(newsroom.port, first(newsroom.port), drip):
        reader.go_on(seconds / 2)
        desk = newsroom.ask("/desk/", cookie=newsroom.template.cookie)
        during = reader.go_on(seconds / 2)
    assert desk.status == 200, f"staff were kept out: {desk}"
    assert len(during) > 50 * seconds / 2
    reader.check(within=3)
