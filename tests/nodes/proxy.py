"""A cable that can be pulled: a proxy between a node and a server, on a port of loopback."""

from __future__ import annotations

import selectors
import socket
import threading
from contextlib import suppress

PIECE = 65536
Address = str | tuple[str, int]


class Proxy:
    """Carries bytes both ways to `target`, the path of a Unix socket or host and port.

    `cut` lets everything hang, as when a cable is pulled: nothing is closed, nothing arrives, and who connects waits.
    `mend` lets it flow again, late bytes first. `refuse` ends all connections and takes no new ones until `mend`.
    """

    def __init__(self, target: Address) -> None:
        self.target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._whole = threading.Event()
        self._whole.set()
        self._refusing = False
        self._closed = False
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Let everything hang."""
        self._whole.clear()

    def refuse(self) -> None:
        """End every connection, and each new one at once."""
        self._refusing = True
        for pair in self._pairs:
            _end(*pair)
        self._pairs.clear()

    def mend(self) -> None:
        """Let bytes flow again."""
        self._refusing = False
        self._whole.set()

    def close(self) -> None:
        """End everything for good."""
        self._closed = True
        self.refuse()
        self._whole.set()
        _end(self._listener)

    def _accept(self) -> None:
        while True:
            try:
                client, _address = self._listener.accept()
            except OSError:
                return
            if self._refusing:
                client.close()
                continue
            threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        self._whole.wait()
        if self._closed:
            client.close()
            return
        try:
            server = _connected(self.target)
        except OSError:
            client.close()
            return
        self._pairs.append((client, server))
        with selectors.DefaultSelector() as selector, suppress(OSError, ValueError):
            selector.register(client, selectors.EVENT_READ, server)
            selector.register(server, selectors.EVENT_READ, client)
            while self._pass_on(selector):
                pass
        _end(client, server)

    def _pass_on(self, selector: selectors.BaseSelector) -> bool:
        for key, _events in selector.select(0.5):
            assert isinstance(key.fileobj, socket.socket)
            piece = key.fileobj.recv(PIECE)
            self._whole.wait()
            if not piece:
                return False
            key.data.sendall(piece)
        return True


def _connected(target: Address) -> socket.socket:
    if isinstance(target, str):
        server = socket.socket(socket.AF_UNIX)
        server.connect(target)
        return server
    return socket.create_connection(target)


def _end(*sockets: socket.socket) -> None:
    for one in sockets:
        with suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
        one.close()
