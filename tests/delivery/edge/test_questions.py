"""Searches have one address for each question, cost their network something, and push out nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from tests.delivery.edge.conftest import HTML, FakeDjango, Reader

from standfirst.delivery import trace
from standfirst.delivery.edge import questions
from standfirst.delivery.edge.application import Edge
from standfirst.delivery.edge.asked import Refused
from standfirst.delivery.edge.questions import EVERYBODY, MOST_NETWORKS, Tokens, register_question
from standfirst.delivery.store import PageStore
from standfirst.delivery.store.room import BYTES_A_QUESTION

AT_ONCE = 5
SEARCH = "/en/search/"


def in_one_form(path: str, asked: Mapping[str, str]) -> Mapping[str, str]:
    return {"q": " ".join(asked["q"].lower().split())} if asked.get("q", "").strip() else {}


def searching(environ: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
    found = trace.current()
    if found is not None and environ["PATH_INFO"] == SEARCH:
        found.query.add("q")
        found.keys.add("searched:1")
    return 200, HTML, f"{environ['PATH_INFO']} {environ['QUERY_STRING']}".encode()


@pytest.fixture(autouse=True)
def search(monkeypatch: pytest.MonkeyPatch, django: FakeDjango, edge: Edge) -> None:
    monkeypatch.setattr(questions, "_kinds", [])
    register_question(r"/[a-z]{2}/search/", in_one_form, at_once=AT_ONCE, a_second=0.5)
    django.handler = searching
    edge.tokens = Tokens(lambda: 1000.0)


def asked(django: FakeDjango) -> list[str]:
    """What Django was asked since the last time, without the first look at the address itself."""
    found = [environ["QUERY_STRING"] for environ in django.requests if environ["QUERY_STRING"]]
    django.requests.clear()
    return found


def test_one_question_has_one_page_however_it_is_written(reader: Reader, django: FakeDjango) -> None:
    for query in ("q=Baku+railway", "q=++baku%20%20RAILWAY", "utm_source=x&q=baku+railway", "q=baku+railway&page="):
        assert reader.get(SEARCH, query).body == b"/en/search/ q=baku+railway"
    assert asked(django) == ["q=baku+railway"]


def test_an_empty_question_is_the_page_itself(reader: Reader, django: FakeDjango) -> None:
    assert reader.get(SEARCH).body == reader.get(SEARCH, "q=+++").body
    assert len(django.requests) == 1


def test_a_network_that_asks_too_much_waits_and_others_do_not(reader: Reader, edge: Edge, django: FakeDjango) -> None:
    reader.get(SEARCH)
    for number in range(AT_ONCE):
        assert reader.get(SEARCH, f"q=word{number}").status == 200
    django.requests.clear()

    refused = reader.get(SEARCH, "q=more")
    assert (refused.status, refused.headers["retry-after"], refused.headers["cache-control"]) == (429, "2", "no-store")
    assert refused.body.decode().strip() == questions.TOO_MANY
    assert django.requests == []

    assert reader.get(SEARCH, "q=word3").status == 200, "what is stored costs nothing"
    assert reader.get(SEARCH).status == 200
    assert reader.get("/en/a-story/").status == 200
    edge.tokens._now = lambda: 1002.0
    assert reader.get(SEARCH, "q=more").status == 200


def test_a_stored_answer_that_changed_is_rendered_anew_at_no_cost(
    reader: Reader, store: PageStore, django: FakeDjango
) -> None:
    for number in range(AT_ONCE + 1):  # the first one is asked while nobody knows yet what the address reads
        reader.get(SEARCH, f"q=word{number}")
    asked(django)
    store.mark(["searched:1"])
    reader.get(SEARCH, "q=word0")
    reader.edge.pages.current.flights.finish()
    assert asked(django) == ["q=word0"]


def test_questions_push_no_story_out_of_the_store_or_of_memory(
    reader: Reader, edge: Edge, store: PageStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("standfirst.delivery.store.store.BYTES_A_QUESTION", store.size // 10)
    edge.tokens = Tokens(iter(range(0, 10_000_000, 1000)).__next__)
    stories = [f"/en/story{number}/" for number in range(20)]
    for path in stories:
        reader.get(path)
    for number in range(200):
        assert reader.get(SEARCH, f"q=word{number}").status == 200

    kept = [number for number in range(200) if store.read(f"{SEARCH}?q=word{number}\0".encode())]
    assert kept == list(range(190, 200))
    assert all(path in edge.pages.hot.pages for path in stories)
    assert not [name for name in edge.pages.hot.pages if "?" in name]
    assert all(store.read(f"{path}?\0".encode()) for path in stories)


def test_a_thousand_networks_together_are_bounded_too() -> None:
    kind = questions._kinds[0]
    tokens = Tokens(lambda: 0.0)
    for number in range(EVERYBODY * AT_ONCE):
        tokens.take(kind, f"10.0.{number}.0/24")
    with pytest.raises(Refused):
        tokens.take(kind, "192.0.2.0/24")


def test_memory_for_networks_is_bounded_and_those_at_work_stay_known() -> None:
    kind = questions._kinds[0]
    clock = iter(range(10_000_000))
    tokens = Tokens(clock.__next__)
    for number in range(MOST_NETWORKS + 500):
        tokens.take(kind, str(number))
    assert len(tokens._buckets) == MOST_NETWORKS
    assert next(iter(tokens._buckets))[1] == "500"


def test_a_small_store_keeps_fewer_answers() -> None:
    assert (1024**3 // BYTES_A_QUESTION, 64 * 1024**2 // BYTES_A_QUESTION) == (2048, 128)
