"""Nobody takes the threads or the places of others: what strangers do costs strangers."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from tests.delivery.edge.conftest import HTML, FakeDjango, Reader, make_edge

from standfirst.cli.serving.web import BLOCKING_THREADS
from standfirst.delivery.edge.admission import Admission
from standfirst.delivery.edge.application import LARGEST_WHOLE, Edge
from standfirst.delivery.edge.current import MOST_WAITING
from standfirst.delivery.edge.passing import ask
from standfirst.delivery.store import PageStore


class Body:
    """A body that says whether it was read and closed."""

    def __init__(self, *pieces: bytes) -> None:
        self.pieces = iter(pieces)
        self.closed = 0

    def __iter__(self) -> Iterator[bytes]:
        return self.pieces

    def close(self) -> None:
        self.closed += 1


class Sending:
    """A Django whose answers are sent to clients that do not read them."""

    def __init__(self, length: int | None) -> None:
        self.length = length
        self.bodies: list[Body] = []

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Body:
        length = [] if self.length is None else [("Content-Length", str(self.length))]
        start_response("200 OK", [*HTML.items(), *length])
        self.bodies.append(Body(b"ab", b"cd"))
        return self.bodies[-1]


def begin(edge: Edge, path: str) -> tuple[str, Any]:
    """Ask as a server does that has not sent anything of the body yet."""
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": "", "HTTP_HOST": "news.example"}
    said: list[str] = []
    body = edge(environ | {"wsgi.url_scheme": "http"}, lambda status, headers, exc_info=None: said.append(status))
    assert len(said) == 1
    return said[0], body


def places(*admissions: Admission) -> int:
    """How many threads may be in there, or wait to be."""
    return sum(each._places._value + each._benches._value for each in admissions)


def test_some_threads_are_always_free_for_stored_pages(edge: Edge) -> None:
    taken = places(edge.inside, edge.members, edge.anybody, edge.files, edge.long, edge.endpoints) + MOST_WAITING
    assert taken <= BLOCKING_THREADS - 4


def test_bodies_that_come_drop_by_drop_hold_a_few_threads_only(store: PageStore) -> None:
    arrived, go_on = threading.Semaphore(0), threading.Event()

    def slow(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        arrived.release()
        assert go_on.wait(10)
        start_response("204 No Content", [])
        return []

    edge = make_edge(Sending(4), store, endpoints={"/reads/": slow})
    most = edge.endpoints._places._value
    threads = [threading.Thread(target=begin, args=(edge, "/reads/")) for _ in range(most)]
    for thread in threads:
        thread.start()
        assert arrived.acquire(timeout=10)
    assert begin(edge, "/reads/")[0].startswith("503")
    go_on.set()
    for thread in threads:
        thread.join()
    assert begin(edge, "/reads/")[0] == "204 No Content"


@pytest.mark.parametrize("path", ["/static/paper.css", "/media/a.jpg", "/desk/", "/documents/1/a.pdf", "/api/v3/"])
def test_short_answers_of_django_hold_no_thread_while_they_are_sent(store: PageStore, path: str) -> None:
    django = Sending(4)
    edge = make_edge(django, store)
    free = places(edge.inside, edge.anybody, edge.files, edge.long)
    for _ in range(100):
        status, body = begin(edge, path)
        assert (status, body) == ("200 OK", [b"abcd"])
    assert [each.closed for each in django.bodies] == [1] * 100
    assert places(edge.inside, edge.anybody, edge.files, edge.long) == free


@pytest.mark.parametrize("length", [None, LARGEST_WHOLE + 1])
def test_long_answers_that_nobody_reads_take_no_place_of_short_ones(store: PageStore, length: int | None) -> None:
    django = Sending(length)
    edge = make_edge(django, store)
    begun = [begin(edge, "/media/film.mp4") for _ in range(20)]
    sent = [body for status, body in begun if status == "200 OK"]
    assert len(sent) == 6
    assert {status for status, _body in begun} == {"200 OK", "503 Service Unavailable"}
    assert sum(each.closed for each in django.bodies) == 14
    django.length = 4
    assert begin(edge, "/static/paper.css") == ("200 OK", [b"abcd"])
    django.length = length
    for body in sent:
        assert b"".join(body) == b"abcd"
        body.close()
    assert [each.closed for each in django.bodies] == [1] * 21
    assert begin(edge, "/media/film.mp4")[0] == "200 OK"


def test_a_body_that_breaks_gives_its_place_back(store: PageStore) -> None:
    class Broken(Body):
        def __iter__(self) -> Iterator[bytes]:
            raise OSError("the disk is gone")

    broken = Broken()

    def django(environ: dict[str, Any], start_response: Any) -> Body:
        start_response("200 OK", [("Content-Length", "4")])
        return broken

    edge = make_edge(django, store)  # type: ignore[arg-type]
    free = places(edge.files)
    for _ in range(30):
        with pytest.raises(OSError, match="the disk is gone"):
            begin(edge, "/static/a.css")
    assert (places(edge.files), broken.closed) == (free, 30)


@pytest.mark.parametrize("length", ["-1", "", "abc", "4 ", "\xb2", "99999999999999999999"])
def test_a_length_that_cannot_be_believed_is_sent_bit_by_bit(length: str) -> None:
    body = Body(b"ab", b"cd")

    def django(environ: dict[str, Any], start_response: Any) -> Body:
        start_response("200 OK", [("Content-Length", length)])
        return body

    assert ask(django, {}, largest=1000).body is body
    assert body.closed == 0


@pytest.mark.parametrize(
    ("method", "path", "query"),
    [("POST", "/en/a/", ""), ("OPTIONS", "/en/a/", ""), ("GET", "/no/", "p=12"), ("GET", "/api/v3/", "")],
)
def test_what_strangers_send_takes_no_place_of_the_staff(
    edge: Edge, django: FakeDjango, method: str, path: str, query: str
) -> None:
    reader, go_on = Reader(edge), threading.Event()
    edge.anybody._patience = 0.01

    def handler(environ: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
        if environ["PATH_INFO"] == "/desk/":
            return 200, HTML, b"desk"
        if environ.get("standfirst.canonical"):
            # Every missing page reads `p`, as the old addresses of WordPress do.
            from standfirst.delivery import trace

            found = trace.current()
            assert found is not None
            found.query.add("p")
            return 404, HTML, b"missing"
        assert go_on.wait(10)
        return 404, HTML, b"missing"

    django.handler = handler
    reader.get("/other/")
    threads = [threading.Thread(target=reader.get, args=(path, query, method)) for _ in range(4)]
    for thread in threads:
        thread.start()
    while edge.anybody._places._value:
        pass
    assert reader.get(path, query, method).status == 503
    assert reader.get("/desk/").body == b"desk"
    go_on.set()
    for thread in threads:
        thread.join()
    assert reader.get("/desk/").body == b"desk"
