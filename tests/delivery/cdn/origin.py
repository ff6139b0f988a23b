"""A small origin: pages with the headers that the edge gives them, counted, and switched off at will."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standfirst.delivery.purging.cdn.headers import cache_headers
from standfirst.delivery.purging.cdn.service import Service

VARNISH = Service("varnish")


@dataclass
class Page:
    """One page: its text, what it depends on, and whether it differs by the entitlement cookie."""

    text: str
    keys: tuple[str, ...] = ()
    status: int = 200
    by_access: bool = False
    private: bool = False
    location: str = ""
    fresh_for: float | None = None


@dataclass
class Origin:
    """The origin on `port`: `asked` are the requests that reached it, (path, headers)."""

    port: int
    pages: dict[str, Page] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    failing: bool = False
    stop: Callable[[], None] = lambda: None

    def count(self, path: str) -> int:
        """How often `path` was asked for."""
        return sum(asked == path for asked, _headers in self.asked)


def headers_of(page: Page, cookie: str) -> tuple[list[tuple[str, str]], str]:
    """Headers and body for a reader with `cookie`."""
    if page.private:
        return [("Cache-Control", "private, no-cache"), ("Vary", "Cookie")], f"{page.text} for {cookie or 'nobody'}"
    variant = "member" if page.by_access and "standfirst_access=" in cookie else ""
    headers = cache_headers(
        VARNISH,
        status=page.status,
        keys=page.keys,
        variant=variant,
        by_access=page.by_access,
        fresh_for=page.fresh_for,
    )
    headers.append(("Vary", "Accept-Encoding, Cookie" if page.by_access else "Accept-Encoding"))
    if page.location:
        headers.append(("Location", page.location))
    return headers, f"{page.text} for {variant or 'everybody'}"


@contextmanager
def serving() -> Iterator[Origin]:
    """Serve on a free port of loopback."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.close_connection = True  # so that nothing is left open when the origin is stopped
            if self.path == "/healthz":
                self._send(200, [], "ok")
                return
            origin.asked.append((self.path, dict(self.headers.items())))
            page = origin.pages.get(self.path, Page("missing", status=404))
            if origin.failing:
                self._send(500, [("Cache-Control", "no-store")], "broken")
                return
            headers, body = headers_of(page, self.headers.get("Cookie", ""))
            self._send(page.status, headers, body)

        do_POST = do_GET

        def _send(self, status: int, headers: list[tuple[str, str]], body: str) -> None:
            self.send_response(status)
            for name, value in [*headers, ("Content-Length", str(len(body))), ("Content-Type", "text/html")]:
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    origin = Origin(server.server_port)

    def stop() -> None:
        server.shutdown()
        thread.join()
        server.server_close()

    origin.stop = stop
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield origin
    finally:
        if thread.is_alive():
            stop()
