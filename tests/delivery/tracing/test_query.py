"""Every way of reading a query says what was read."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy, deepcopy
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from standfirst.delivery.trace import Trace, tracing
from standfirst.delivery.tracing.query import QueryMiddleware, TracedQuery

Reading = Callable[[TracedQuery], Any]


def read(reading: Reading) -> tuple[Any, Trace]:
    query = TracedQuery("page=2&q=a&q=b")
    with tracing() as trace:
        found = reading(query)
    return found, trace


@pytest.mark.parametrize(
    ("reading", "found"),
    [
        (lambda query: query["page"], "2"),
        (lambda query: query.get("page"), "2"),
        (lambda query: query.getlist("page"), ["2"]),
        (lambda query: "page" in query, True),
    ],
)
def test_a_parameter_that_is_asked_for_is_recorded_alone(reading: Reading, found: Any) -> None:
    value, trace = read(reading)

    assert (value, trace.query, trace.private) == (found, {"page"}, "")


@pytest.mark.parametrize(
    "reading",
    [
        lambda query: query.get("edition", "none"),
        lambda query: query.getlist("edition", ["none"]),
        lambda query: "edition" in query,
        lambda query: query.get("edition"),
    ],
)
def test_a_parameter_that_is_not_there_is_recorded_too(reading: Reading) -> None:
    assert read(reading)[1].query == {"edition"}


@pytest.mark.parametrize(
    "reading",
    [
        *(list, reversed, len, bool, str, repr, copy, deepcopy, dict),
        lambda query: list(query.keys()),
        lambda query: list(query.values()),
        lambda query: list(query.items()),
        lambda query: list(query.lists()),
        lambda query: query.dict(),
        lambda query: query.urlencode(),
        lambda query: query.copy(),
        lambda query: query == {},
        lambda query: query != {"page": "2"},
        lambda query: query | {"a": "b"},
        lambda query: {**query},
    ],
)
def test_who_reads_everything_keeps_the_page_out_of_the_store(reading: Reading) -> None:
    _value, trace = read(reading)

    assert trace.private == "reads the whole query string"


def test_nothing_is_recorded_while_nobody_traces() -> None:
    query = TracedQuery("page=2")

    assert (query["page"], query.dict()) == ("2", {"page": "2"})


def answer_with(reading: Callable[[Any], Any]) -> QueryMiddleware:
    return QueryMiddleware(lambda request: HttpResponse(str(reading(request.GET))))


def test_a_request_that_is_traced_gets_such_a_query() -> None:
    request = RequestFactory().get("/", {"page": "2", "utm": "x"})

    with tracing() as trace:
        response = answer_with(lambda query: query["page"])(request)

    assert (response.content, trace.query) == (b"2", {"page"})  # type: ignore[attr-defined]


def test_other_requests_keep_djangos() -> None:
    request = RequestFactory().get("/?page=2")

    answer_with(dict)(request)

    assert type(request.GET) is not TracedQuery
