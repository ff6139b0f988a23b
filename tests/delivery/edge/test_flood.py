from __future__ import annotations

from typing import Any

import pytest
from tests.delivery.edge.conftest import HTML, FakeDjango, Reader

from standfirst.delivery import trace
from standfirst.delivery.edge import flood
from standfirst.delivery.edge.application import Edge
from standfirst.delivery.edge.flood import CALM, LASTS
from standfirst.delivery.store import PageStore

EXISTING = {"/en/a/", "/en/b/"}


def some_exist(environ: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
    found = trace.current()
    if found is not None and environ["PATH_INFO"] == "/en/a/":
        found.query.add("page")
    return (200, HTML, b"page") if environ["PATH_INFO"] in EXISTING else (404, HTML, b"missing")


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flood, "_sources", [lambda: sorted(EXISTING)])
    monkeypatch.setattr(flood, "_recognisers", [lambda path: path.startswith("/routed/")])
    monkeypatch.setattr(flood, "_aliases", [lambda path: path.removesuffix("feed/")])
    monkeypatch.setattr(flood, "_look_ups", [lambda path: [f"address:{path}"]])
    monkeypatch.setattr("standfirst.delivery.edge.flood.connections", Silent())


class Silent:
    """Stands for Django's connections, of which these tests have none."""

    def close_all(self) -> None:
        """Nothing to close."""


@pytest.fixture
def flooded(edge: Edge, django: FakeDjango) -> Reader:
    django.handler = some_exist
    reader = Reader(edge)
    edge.flood._now = lambda: 1000.0
    for number in range(CALM + 1):
        assert reader.get(f"/en/x{number}/").status == 404
    django.requests.clear()
    return reader


def test_a_few_unknown_addresses_are_simply_rendered(edge: Edge, django: FakeDjango) -> None:
    django.handler = some_exist
    reader = Reader(edge)
    for number in range(CALM):
        reader.get(f"/en/x{number}/")
    assert len(django.requests) == CALM
    assert not edge.flood.is_on


def test_in_a_flood_unknown_addresses_no_longer_reach_django(flooded: Reader, django: FakeDjango) -> None:
    for number in range(500):
        answer = flooded.get(f"/en/y{number}/")
        assert (answer.status, answer.body) == (404, b"missing")
    assert django.requests == []


def test_in_a_flood_what_exists_is_still_served(flooded: Reader, django: FakeDjango) -> None:
    assert flooded.get("/en/b/").status == 200
    assert flooded.get("/en/b/feed/").status == 404  # asked of Django, which knows best
    assert flooded.get("/routed/x/").status == 404
    assert django.paths == ["/en/b/", "/en/b/feed/", "/routed/x/"]


def test_in_a_flood_what_was_published_since_is_let_through(
    flooded: Reader, django: FakeDjango, store: PageStore
) -> None:
    assert flooded.get("/en/new/").status == 404
    assert django.requests == []
    store.mark(["address:/en/new/"])
    flooded.get("/en/new/")
    flooded.get("/en/newer/")
    assert django.paths == ["/en/new/"]


def test_in_a_flood_new_queries_wait(flooded: Reader, edge: Edge, django: FakeDjango) -> None:
    edge.flood._until = 0.0
    assert flooded.get("/en/a/", "page=2").status == 200
    edge.flood._until = 2000.0
    assert flooded.get("/en/a/", "page=2").status == 200
    assert flooded.get("/en/a/", "utm=1").status == 200
    busy = flooded.get("/en/a/", "page=3")
    assert (busy.status, busy.headers["retry-after"]) == (429, "5")


def test_a_flood_ends(flooded: Reader, edge: Edge, django: FakeDjango) -> None:
    edge.flood._now = lambda: 1000.0 + LASTS
    assert flooded.get("/en/y/").status == 404
    assert django.paths == ["/en/y/"]


def test_a_flood_does_not_fill_memory_or_store(flooded: Reader, edge: Edge, store: PageStore) -> None:
    before = store.usage().entries
    for number in range(500):
        flooded.get(f"/en/z{number}/")
    assert store.usage().entries == before
    assert not any(name.startswith("/en/z") for name in edge.pages.missing.pages)


def test_addresses_without_a_slash_make_a_flood_too(reader: Reader, edge: Edge, django: FakeDjango) -> None:
    django.handler = lambda environ: (301, HTML | {"Location": environ["PATH_INFO"] + "/"}, b"")
    edge.flood._now = lambda: 1000.0
    for number in range(CALM + 1):
        assert reader.get(f"/en/y{number}").status == 301
    assert edge.flood.is_on


def test_pages_that_moved_are_no_flood(reader: Reader, edge: Edge, django: FakeDjango) -> None:
    django.handler = lambda environ: (301, HTML | {"Location": f"/en{environ['PATH_INFO']}/"}, b"")
    edge.flood._now = lambda: 1000.0
    for number in range(CALM + 1):
        assert reader.get(f"/old{number}").status == 301
    assert not edge.flood.is_on
