"""What the edge sends, as RFC 9110 and RFC 9111 have it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils.http import http_date, parse_http_date
from tests.delivery.edge.conftest import HTML, Answer, FakeDjango, Reader, make_edge

from standfirst.delivery import trace
from standfirst.delivery.edge.application import Edge
from standfirst.delivery.store import PageStore

LONG = b"<p>" + b"word " * 400 + b"</p>"
ENCODINGS = ("", "br", "zstd", "gzip")


def without_date(answer: Answer) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name != "date"}


@pytest.mark.parametrize("status", [200, 301, 302, 403, 404, 410])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_head_says_what_get_says_and_sends_no_body(
    reader: Reader, django: FakeDjango, status: int, encoding: str
) -> None:
    location = {"Location": "/en/b/"} if status in (301, 302) else {}
    django.handler = lambda environ: (status, HTML | location, LONG)
    got = reader.get("/en/a/", accept_encoding=encoding)
    head = reader.get("/en/a/", method="HEAD", accept_encoding=encoding)
    assert (head.status, head.body) == (got.status, b"")
    assert without_date(head) == without_date(got)
    assert got.headers["content-length"] == str(len(got.body))


@pytest.mark.parametrize(
    ("path", "query", "host", "status"),
    [
        ("/en//a/", "", "news.example", 404),
        ("/\x01", "", "news.example", 400),
        ("/en/", "", "evil.example", 421),
        ("/en/", "", "", 400),
        ("/" + "a" * 5000, "", "news.example", 414),
        ("/en/", "a=" + "b" * 5000, "news.example", 414),
        ("/healthz", "", "", 200),
    ],
)
def test_head_of_what_the_edge_says_itself_has_no_body(
    reader: Reader, path: str, query: str, host: str, status: int
) -> None:
    got = reader.get(path, query, host=host)
    head = reader.get(path, query, method="HEAD", host=host)
    assert (got.status, got.body != b"") == (status, True)
    assert (head.status, head.body, head.headers) == (status, b"", got.headers)
    assert got.headers["content-length"] == str(len(got.body))


def test_head_of_a_page_that_cannot_be_made_has_no_body(reader: Reader, django: FakeDjango) -> None:
    def handler(environ: dict[str, Any]) -> Any:
        raise RuntimeError("out of the stack")

    django.handler = handler
    head = reader.get("/en/a/", method="HEAD")
    assert (head.status, head.body) == (503, b"")


@pytest.mark.parametrize("status", [301, 404, 410])
@pytest.mark.parametrize("known", ["*", '"x"', "W/*"])
def test_only_a_page_can_be_known_already(reader: Reader, django: FakeDjango, status: int, known: str) -> None:
    django.handler = lambda environ: (status, HTML | {"Location": "/en/b/"}, LONG)
    for _ in range(2):
        answer = reader.get("/en/a/", if_none_match=known, if_modified_since=http_date(2_000_000_000))
        assert (answer.status, answer.body) == (status, LONG)
        assert {"etag", "last-modified"}.isdisjoint(answer.headers)


@pytest.mark.parametrize(
    ("later", "status"), [(-1, 200), (0, 304), (1, 304), (3600, 304), (7200, 304), (7201, 200), (10**9, 200)]
)
def test_a_page_is_known_to_who_saw_it_after_its_last_change(
    edge: Edge, django: FakeDjango, monkeypatch: pytest.MonkeyPatch, later: int, status: int
) -> None:
    django.handler = lambda environ: (200, HTML, LONG)
    reader = Reader(edge)
    monkeypatch.setattr("time.time", lambda: 1_790_000_000.0)
    modified = parse_http_date(reader.get("/en/a/").headers["last-modified"])
    monkeypatch.setattr("time.time", lambda: 1_790_007_200.0)
    answer = reader.get("/en/a/", if_modified_since=http_date(modified + later))
    assert answer.status == status, "a date to come says nothing about what the client has seen"


@pytest.mark.parametrize("junk", ["", "yesterday", "0", "Sun, 99 Nov 1994 08:49:37 GMT", "x" * 60_000, "\xff"])
def test_a_date_that_is_none_says_nothing(reader: Reader, django: FakeDjango, junk: str) -> None:
    assert reader.get("/en/a/", if_modified_since=junk).status == 200


def test_a_tag_is_known_as_a_whole_only(reader: Reader, django: FakeDjango) -> None:
    django.handler = lambda environ: (200, HTML, LONG)
    tag = reader.get("/en/a/", accept_encoding="br").headers["etag"]
    many = ", ".join(f'"{number:024x}"' for number in range(300))
    for known in (f"{many}, {tag}", f"W/{tag}, {many}"):
        assert reader.get("/en/a/", accept_encoding="br", if_none_match=known).status == 304
    plain = tag.replace("-br", "")
    for other in (many, tag.strip('"'), tag[:-1], tag.replace('"', "'"), f'"x{tag[1:]}', plain):
        assert reader.get("/en/a/", accept_encoding="br", if_none_match=other).status == 200
    assert reader.get("/en/a/", if_none_match=tag).status == 200


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_304_repeats_what_a_cache_must_know(reader: Reader, django: FakeDjango, encoding: str) -> None:
    django.handler = lambda environ: (200, HTML | {"Content-Location": "/en/a/"}, LONG)
    page = reader.get("/en/a/", accept_encoding=encoding)
    same = reader.get("/en/a/", accept_encoding=encoding, if_none_match=page.headers["etag"])
    assert (same.status, same.body) == (304, b"")
    told = {"etag", "last-modified", "vary", "cache-control", "age", "surrogate-key", "content-location"}
    assert told <= set(same.headers)
    assert all(page.headers[name] == value for name, value in same.headers.items())
    assert {"content-length", "content-type", "content-encoding"}.isdisjoint(same.headers)


def test_a_range_or_a_precondition_that_we_do_not_know_gets_the_whole_page(reader: Reader, django: FakeDjango) -> None:
    django.handler = lambda environ: (200, HTML, LONG)
    for headers in ({"range": "bytes=0-1"}, {"range": "bytes=0-1", "if_range": '"x"'}, {"expect": "100-continue"}):
        answer = reader.get("/en/a/", **headers)
        assert (answer.status, answer.body) == (200, LONG)
        assert {"content-range", "accept-ranges"}.isdisjoint(answer.headers)


def test_a_stored_page_is_not_sent_by_http_where_https_is_wanted(django: FakeDjango, store: PageStore) -> None:
    reader = Reader(make_edge(django, store, redirect_to_https=True, behind_proxy=True))
    assert reader.get("/en/a/", x_forwarded_proto="https").status == 200
    for _ in range(2):
        moved = reader.get("/en/a/", x_forwarded_proto="http")
        assert (moved.status, moved.headers["location"]) == (301, "https://news.example/en/a/")
        assert reader.get("/en/a/").status == 301
        assert reader.get("/en/a/", x_forwarded_proto="HTTPS , http").status == 200
    assert len(django.requests) == 1


def test_nobody_is_believed_to_be_a_proxy_where_there_is_none(django: FakeDjango, store: PageStore) -> None:
    reader = Reader(make_edge(django, store, redirect_to_https=True, behind_proxy=False))
    assert reader.get("/en/a/", x_forwarded_proto="https").status == 301
    assert django.requests == []


def test_how_long_a_page_may_be_kept_shrinks_while_it_is_sent_from_memory(
    edge: Edge, django: FakeDjango, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = 1_790_000_000.0

    def handler(environ: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
        trace.fresh_until(datetime.fromtimestamp(start + 34, UTC))
        return 200, HTML, LONG

    django.handler = handler
    reader = Reader(edge)
    kept_for = {}
    for second in (0, 1, 31, 33):
        monkeypatch.setattr("time.time", lambda second=second: start + second)
        kept_for[second] = reader.get("/en/a/").headers["cache-control"].partition("s-maxage=")[2].partition(",")[0]
    assert kept_for == {0: "4", 1: "4", 31: "0", 33: "0"}
    assert len(django.requests) == 1


def moved(target: str, *reads: str) -> Any:
    def handler(environ: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
        found = trace.current()
        if found is not None:
            found.query.update(reads)
        return 301, HTML | {"Location": target}, b""

    return handler


@pytest.mark.parametrize(
    ("target", "query", "location"),
    [
        ("/en/a/", "utm_source=letter", "/en/a/?utm_source=letter"),
        ("/en/a/", "p=12", "/en/a/"),
        ("/en/a/", "p=12&utm=1&%70=3&p", "/en/a/?utm=1"),
        ("/en/a/#part", "utm=1", "/en/a/?utm=1#part"),
        ("/en/a/?b=1", "utm=1", "/en/a/?b=1"),
        ("/en/a/#?", "utm=1", "/en/a/?utm=1#?"),
        ("/", "p=12", "/"),  # else it led to itself for ever
        ("/en/a/", "x=%0d%0aSet-Cookie:%20a=b", "/en/a/"),
        ("/en/a/", "\r\nSet-Cookie: a=b", "/en/a/"),
        ("/en/a/", "//evil.example", "/en/a/"),
        ("/en/a/", "x=//evil.example&y=%22%3E%3Cscript%3E", "/en/a/?x=%2F%2Fevil.example&y=%22%3E%3Cscript%3E"),
        ("/en/a/", 'x="><script>#@evil.example', "/en/a/?x=%22%3E%3Cscript%3E%23%40evil.example"),
    ],
)
def test_a_redirect_takes_along_only_what_nobody_read(
    reader: Reader, django: FakeDjango, target: str, query: str, location: str
) -> None:
    django.handler = moved(target, "p")
    for _ in range(2):
        assert reader.get("/old", query).headers["location"] == location
    assert reader.get("/old").headers["location"] == target
