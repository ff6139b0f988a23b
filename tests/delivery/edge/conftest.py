"""A whole edge with a real page store, in front of a Django that tests write themselves."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from standfirst.delivery.edge.application import Edge, Plan
from standfirst.delivery.purging import hearing
from standfirst.delivery.store import PageStore

Handler = Callable[[dict[str, Any]], tuple[int, dict[str, str], bytes]]
HTML = {"Content-Type": "text/html; charset=utf-8"}


@dataclass
class FakeDjango:
    """Answers with what `handler` returns, and remembers every request."""

    handler: Handler
    requests: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        self.requests.append(environ)
        status, headers, body = self.handler(environ)
        start_response(f"{status} Whatever", list(headers.items()))
        return [body]

    @property
    def paths(self) -> list[str]:
        return [environ["PATH_INFO"] for environ in self.requests]


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Reader:
    """Asks the edge as a client would."""

    edge: Edge

    def get(
        self, path: str, query: str = "", method: str = "GET", host: str = "news.example", **headers: str
    ) -> Answer:
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "HTTP_HOST": host,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(),
            **{f"HTTP_{name.upper()}": value for name, value in headers.items()},
        }
        got: list[Any] = []
        body = self.edge(environ, lambda status, found, exc_info=None: got.extend((status, found)))
        whole = b"".join(body)
        close = getattr(body, "close", None)
        if close:
            close()
        names = [name.lower() for name, _value in got[1]]
        assert len(names) == len(set(names)), f"a header stands twice: {got[1]}"
        return Answer(int(got[0].split()[0]), {name.lower(): value for name, value in got[1]}, whole)


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """This node is the only one, whatever database the tests run on: nothing reads a log for it here."""
    monkeypatch.setattr(hearing, "is_shared", lambda: False)


_edges: list[Edge] = []


@pytest.fixture
def store(tmp_path: Path) -> Iterator[PageStore]:
    kept = PageStore(tmp_path / "pages.lmdb", size=64 * 1024 * 1024, release="r1")
    yield kept
    while _edges:
        edge = _edges.pop()
        edge.pulse.stop()
        edge.pages.current.flights.finish()
    kept.close()


@pytest.fixture
def django() -> FakeDjango:
    return FakeDjango(lambda environ: (200, HTML, f"<p>{environ['PATH_INFO']}</p>".encode()))


def make_edge(django: FakeDjango, store: PageStore, **given: Any) -> Edge:
    plan: dict[str, Any] = {
        "base_url": "https://news.example",
        "hosts": ["news.example"],
        "release": "r1",
        "secrets": ["secret"],
        "lock_file": store.folder / "renderings",
    }
    _edges.append(Edge(django, Plan(**plan | given), lambda: store))
    return _edges[-1]


@pytest.fixture
def edge(django: FakeDjango, store: PageStore) -> Edge:
    return make_edge(django, store)


@pytest.fixture
def reader(edge: Edge) -> Reader:
    return Reader(edge)
