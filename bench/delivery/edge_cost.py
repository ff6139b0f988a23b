"""What the edge itself costs a request, without a server: `python -m bench.delivery.edge_cost`.

Calls the WSGI application in a loop and prints microseconds of processor time a call. What else a request costs is the
web server's: reading and writing HTTP, making the WSGI environment, handing the interpreter from thread to thread.
"""

from __future__ import annotations

import io
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

CALLS = 50_000
BODY = b"<p>" + b"word " * 6000


def main() -> None:
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "standfirst.config.testing"
    django.setup()
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder))


def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    """Stands for Django."""
    from standfirst.delivery import trace

    trace.record(*(f"story:{number}" for number in range(40)))
    if environ["PATH_INFO"] == "/en/closed/":
        trace.vary_by_access()
    headers = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": "default-src 'self'; " * 10}
    start_response("200 OK", list(headers.items()))
    return [BODY]


def measure(folder: Path) -> None:
    from standfirst.delivery.edge.application import Edge, Plan
    from standfirst.delivery.store import PageStore

    store = PageStore(folder / "pages.lmdb", size=64 * 1024 * 1024, release="bench")
    plan = Plan("https://news.example", ["news.example"], "bench", ["secret"], folder / "renderings")
    edge = Edge(answer, plan, lambda: store)
    token = edge.entitlements.tokens.issue(variant="members", subject="m-1", now=time.time(), life=3600)
    cookie = {"HTTP_COOKIE": f"standfirst_access={token}"}
    got: list[Any] = []
    edge(request("/en/open/"), lambda status, headers: got.append(dict(headers)["ETag"]))
    report("hit", edge, request("/en/open/"))
    report("304", edge, request("/en/open/", HTTP_IF_NONE_MATCH=got[0]))
    report("hit, member, page open to all", edge, request("/en/open/", **cookie))
    report("hit, anonymous, page that differs by entitlement", edge, request("/en/closed/"))
    report("hit, member, page that differs by entitlement", edge, request("/en/closed/", **cookie))
    edge.pulse.stop()
    store.close()


def request(path: str, **headers: str) -> dict[str, Any]:
    return {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "HTTP_HOST": "news.example",
        "HTTP_ACCEPT_ENCODING": "gzip, br",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "https",
        "wsgi.input": io.BytesIO(),
        **headers,
    }


def report(what: str, edge: Any, environ: dict[str, Any]) -> None:
    """Print what one kind of request costs."""
    for _ in range(100):
        edge(environ, start_response)
    begun = time.process_time()
    for _ in range(CALLS):
        edge(environ, start_response)
    print(f"{what:<50} {(time.process_time() - begun) / CALLS * 1e6:6.2f} µs", flush=True)


def start_response(status: str, headers: list[tuple[str, str]]) -> None:
    """Takes the answer's beginning, and does nothing with it."""


if __name__ == "__main__":
    main()
