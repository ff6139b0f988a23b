from __future__ import annotations

import json
from typing import Any

import pytest
from tests.delivery.edge.conftest import HTML, FakeDjango, Reader, make_edge

from standfirst.delivery import trace
from standfirst.delivery.edge.application import Edge
from standfirst.delivery.fragments import Item, Pieces, marker
from standfirst.delivery.store import PageStore, encoding
from standfirst.delivery.store.entry import FragmentRef


class Newsroom:
    """A Django with stories that show picks, and picks that change."""

    def __init__(self) -> None:
        self.picks = ["1", "2", "3"]
        self.broken = False

    def __call__(self, environ: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
        asked = environ.get("standfirst.fragment")
        if asked is None:
            trace.record(f"story:{environ['PATH_INFO'][-2]}")
            ref = FragmentRef("picks", "en", without=environ["PATH_INFO"][-2], limit=2)
            return 200, HTML, f"<h1>story</h1>{marker(ref)}<p>end</p>".encode()
        trace.record("picks:en")
        if self.broken:
            return 500, HTML, b"broken"
        assert (json.loads(asked), environ["PATH_INFO"]) == ({"name": "picks", "edition": "en", "of": ""}, "/en/")
        items = tuple(Item(key, *(f"<li>{key}".encode(),) * 3) for key in self.picks)
        return 200, {"Content-Type": "application/json"}, Pieces(b"<ul>", items, b"</ul>").payload


@pytest.fixture
def newsroom(django: FakeDjango, monkeypatch: pytest.MonkeyPatch) -> Newsroom:
    monkeypatch.setattr("standfirst.delivery.edge.current.GRACE", 0.0)
    django.handler = made = Newsroom()
    return made


def asked(django: FakeDjango) -> list[str]:
    return ["fragment" if "standfirst.fragment" in environ else environ["PATH_INFO"] for environ in django.requests]


def test_a_fragment_is_rendered_once_for_all_pages(reader: Reader, django: FakeDjango, newsroom: Newsroom) -> None:
    assert reader.get("/en/7/").body == b"<h1>story</h1><ul><li>1<li>2</ul><p>end</p>"
    assert reader.get("/en/2/").body == b"<h1>story</h1><ul><li>1<li>3</ul><p>end</p>"
    assert asked(django) == ["/en/7/", "fragment", "/en/2/"]


def test_a_changed_fragment_costs_no_page(
    reader: Reader, django: FakeDjango, store: PageStore, newsroom: Newsroom
) -> None:
    before = reader.get("/en/7/")
    reader.get("/en/8/")
    django.requests.clear()
    newsroom.picks = ["9"]
    store.mark(["picks:en"])
    after = reader.get("/en/7/")
    assert after.body == b"<h1>story</h1><ul><li>9</ul><p>end</p>"
    assert after.headers["etag"] != before.headers["etag"]
    assert reader.get("/en/8/").body == after.body
    assert asked(django) == ["fragment"]


def test_the_answer_carries_the_keys_of_both(reader: Reader, newsroom: Newsroom) -> None:
    assert {"story:7", "picks:en"} <= set(reader.get("/en/7/").headers["surrogate-key"].split())


def test_a_broken_fragment_leaves_the_old_one_standing(reader: Reader, store: PageStore, newsroom: Newsroom) -> None:
    reader.get("/en/7/")
    newsroom.broken = True
    store.mark(["picks:en"])
    stale = reader.get("/en/7/")
    assert stale.body == b"<h1>story</h1><ul><li>1<li>2</ul><p>end</p>"
    assert stale.headers["warning"] == '111 - "Revalidation Failed"'


def test_a_page_stands_without_a_fragment_that_never_was(
    reader: Reader, edge: Edge, store: PageStore, newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    newsroom.broken = True
    without = reader.get("/en/7/")
    assert (without.status, without.body) == (200, b"<h1>story</h1><p>end</p>")
    assert "warning" in without.headers
    newsroom.broken = False
    assert reader.get("/en/7/").body == b"<h1>story</h1><ul><li>1<li>2</ul><p>end</p>"


def test_another_process_assembles_the_same_bytes(
    reader: Reader, django: FakeDjango, store: PageStore, newsroom: Newsroom
) -> None:
    first = reader.get("/en/7/", accept_encoding="br")
    django.requests.clear()
    second = Reader(make_edge(django, store)).get("/en/7/", accept_encoding="br")
    assert (second.body, second.headers) == (first.body, first.headers)
    assert django.requests == []


def test_a_fragment_is_kept_once_for_each_thing_that_it_is_of(
    reader: Reader, django: FakeDjango, store: PageStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two sections' lists on pages of one edition: a change of one leaves the other, and every page, as it is."""
    monkeypatch.setattr("standfirst.delivery.edge.current.GRACE", 0.0)
    read = {"12": "a", "13": "b"}

    def newsroom(environ: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
        asked = environ.get("standfirst.fragment")
        if asked is None:
            section = environ["PATH_INFO"].strip("/").rpartition("/")[2]
            return 200, HTML, f"<h1>{section}</h1>{marker(FragmentRef('popular', 'en', of=section))}".encode()
        of = json.loads(asked)["of"]
        trace.record(f"popular:{of}")
        return 200, {"Content-Type": "application/json"}, Pieces(read[of].encode()).payload

    django.handler = newsroom
    assert [reader.get(f"/en/{section}/").body for section in (12, 13)] == [b"<h1>12</h1>a", b"<h1>13</h1>b"]
    django.requests.clear()
    read["12"] = read["13"] = "new"
    store.mark(["popular:12"])

    assert [reader.get(f"/en/{section}/").body for section in (12, 13)] == [b"<h1>12</h1>new", b"<h1>13</h1>b"]
    assert [json.loads(environ["standfirst.fragment"])["of"] for environ in django.requests] == ["12"]


def test_an_entry_of_an_older_release_has_fragments_of_nothing(store: PageStore) -> None:
    packed = encoding.compress(
        json.dumps(
            [b"/".hex(), b"s".hex(), 200, [], [["picks", "en", "7", 2, ""]], [], 1, 0, 0, None, "r", ""]
        ).encode()
    )
    assert encoding.described(packed).entry(b"").segments == (FragmentRef("picks", "en", "7", 2),)
