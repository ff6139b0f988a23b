"""The memory of one process is bounded whatever is asked for, and holds nothing that was taken back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.delivery.edge.conftest import HTML, FakeDjango, Reader, make_edge

from standfirst.delivery import trace
from standfirst.delivery.edge.hot import OVERHEAD, HotPage, HotPages
from standfirst.delivery.store import PageStore
from standfirst.delivery.store.entry import Entry

LONG = b"<p>" + b"word " * 400 + b"</p>"


def page_of(name: str, size: int = 0) -> HotPage:
    entry = Entry(200, (), (b"",), (), 1, 0.0, 0.0, None, "r1", b"")
    page = HotPage(entry, b"x" * size, b"tag", 0.0, ())
    page.name, page.used = name, False
    return page


def held(rooms: HotPages) -> int:
    """What the pages there really take, beside their own count of it."""
    return sum(page.size + 3 * len(name) for name, page in rooms.pages.items())


def test_never_more_than_the_room_is_taken() -> None:
    rooms = HotPages(20 * OVERHEAD)
    for number in range(500):
        rooms.put(page_of(f"/{number}/", 100))
        assert rooms.taken == held(rooms) <= rooms.room
    assert 10 < len(rooms.pages) < 20


def test_a_page_in_place_of_another_is_counted_once() -> None:
    rooms = HotPages(20 * OVERHEAD)
    for _ in range(50):
        rooms.put(page_of("/a/", 1000))
    assert len(rooms.pages) == 1
    assert rooms.taken == held(rooms)
    rooms.drop("/a/")
    rooms.drop("/a/")
    assert (rooms.pages, rooms.taken) == ({}, 0)


def test_what_left_or_was_never_kept_takes_nothing() -> None:
    rooms = HotPages(20 * OVERHEAD)
    kept, left = page_of("/kept/"), page_of("/left/")
    rooms.put(kept)
    rooms.put(left)
    rooms.drop("/left/")
    rooms.grow(left, 5000)
    rooms.grow(page_of("/sent-once/"), 5000)
    rooms.grow(kept, 10)
    assert rooms.taken == held(rooms) == OVERHEAD + 10 + 3 * len("/kept/")
    rooms.put(left)
    assert rooms.taken == held(rooms)


def test_those_leave_first_that_nobody_asked_for() -> None:
    rooms = HotPages(4 * OVERHEAD)
    for name in ("/asked/", "/not-asked/", "/other/"):
        rooms.put(page_of(name))
    rooms.pages["/asked/"].used = True
    rooms.put(page_of("/new/"))
    assert "/not-asked/" not in rooms.pages
    assert {"/asked/", "/new/"} <= set(rooms.pages)


def test_unknown_addresses_and_answers_sent_once_leave_the_pages_their_room(
    django: FakeDjango, store: PageStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("standfirst.delivery.edge.flood.CALM", 1000)
    edge = make_edge(django, store, hot_bytes=40_000)
    reader = Reader(edge)

    def handler(environ: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
        path = environ["PATH_INFO"]
        return 404 if path.startswith("/no/") else 403 if path.startswith("/once/") else 200, HTML, LONG

    django.handler = handler
    reader.get("/en/a/", accept_encoding="br")
    taken = edge.hot.taken
    for number in range(100):
        reader.get(f"/once/{number}/", accept_encoding="br")
        reader.get(f"/no/{number}/", accept_encoding="br")
    assert (list(edge.hot.pages), edge.hot.taken) == (["/en/a/"], taken)
    assert edge.pages.missing.taken == held(edge.pages.missing)


def test_headers_that_are_made_anew_are_not_counted_again(
    django: FakeDjango, store: PageStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("standfirst.delivery.edge.answers.CLOCK_STEP", -1.0)
    edge = make_edge(django, store)

    def handler(environ: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
        trace.fresh_until(datetime.now(UTC) + timedelta(hours=1))
        return 200, HTML, LONG

    django.handler = handler
    for _ in range(20):
        Reader(edge).get("/en/a/", "x=1", accept_encoding="br")
    assert edge.hot.taken == held(edge.hot) < OVERHEAD + 2 * len(LONG)


@pytest.mark.parametrize("status", [404, 410, 301])
def test_a_page_that_was_taken_back_is_nowhere_in_memory(
    django: FakeDjango, store: PageStore, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    monkeypatch.setattr("standfirst.delivery.edge.current.GRACE", 0.0)
    edge = make_edge(django, store)
    reader, answers = Reader(edge), iter([(200, b"the killed story"), (status, b"gone")])

    def handler(environ: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
        trace.record("story:1")
        found, body = next(answers)
        return found, HTML | ({"Location": "/en/"} if found == 301 else {}), body

    django.handler = handler
    assert reader.get("/en/a/").body == b"the killed story"
    store.mark(["story:1"])
    assert reader.get("/en/a/").status == status
    # Everything is lost and nothing can be rendered: what is sent now comes from memory.
    for file in store.folder.iterdir():
        file.unlink()
    store._next_check = 0.0
    django.handler = lambda environ: (500, HTML, b"broken")
    answer = reader.get("/en/a/")
    assert (answer.status, b"killed" in answer.body) == (status, False)
    held_bodies = [page.body for room in (edge.hot, edge.pages.missing) for page in room.pages.values()]
    assert held_bodies == [b"gone"]


def test_an_address_with_an_encoded_question_mark_is_not_the_address_before_it(
    django: FakeDjango, store: PageStore
) -> None:
    edge = make_edge(django, store)
    reader = Reader(edge)

    def handler(environ: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
        if environ["PATH_INFO"] != "/en/closed/":
            return 404, HTML, b"missing"
        trace.vary_by_access()
        return 200, HTML, environ["standfirst.variant"].encode() or b"anonymous"

    django.handler = handler
    assert reader.get("/en/closed/").body == b"anonymous"
    assert reader.get("/en/closed/?x").status == 404  # as WSGI gives /en/closed/%3Fx
    assert edge.pages.varying == {"/en/closed/"}
