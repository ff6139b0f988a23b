from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standfirst.delivery.edge.asked import (
    Asked,
    Hosts,
    Refused,
    asked_for,
    check_method,
    checked_path,
    checked_query,
    uri,
)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("//", 404),
        ("/en//story/", 404),
        ("/en/../secret/", 404),
        ("/en/./story/", 404),
        ("/..", 404),
        ("/en\\story/", 404),
        ("/en/\x00story/", 400),
        ("/en/\r\nSet-Cookie: a=b", 400),
        ("/\x7f", 400),
        ("en/story/", 400),
        ("*", 400),
        ("", 400),
        ("/\xff\xfe/", 400),
        ("/\xc0\xae/", 400),  # an overlong full stop
        ("/" + "a" * 10_240, 414),
    ],
)
def test_hostile_paths_are_refused(path: str, status: int) -> None:
    with pytest.raises(Refused) as refused:
        checked_path(path)
    assert refused.value.status == status


@pytest.mark.parametrize(
    "path", ["/", "/en/", "/en/a..b/", "/en/.well-known/x", "/ru/новости/".encode().decode("latin-1")]
)
def test_good_paths_pass(path: str) -> None:
    assert checked_path(path) == path


def test_dots_in_a_name_are_no_way_up() -> None:
    assert checked_path("/.well-known/security.txt") == "/.well-known/security.txt"


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("", ()),
        ("page=2", (("page", "2"),)),
        ("page=2&page=3", (("page", "3"),)),
        ("b=1&a=2", (("a", "2"), ("b", "1"))),
        ("page=", ()),
        ("page", ()),
        ("%00=1&p%0Dx=2&ok=1", (("ok", "1"),)),
        ("q=a%00b", ()),
        ("q=%ff", ()),
        ("q=" + "x" * 201, ()),
        ("&".join(f"a{n}=1" for n in range(30)), ()),
    ],
)
def test_a_query_keeps_what_a_page_could_read(text: str, pairs: tuple[tuple[str, str], ...]) -> None:
    assert checked_query(text) == pairs


def test_a_query_may_be_too_long() -> None:
    with pytest.raises(Refused) as refused:
        checked_query("a=" + "b" * 3000)
    assert refused.value.status == 414


@given(st.text(max_size=60), st.text(max_size=60))
def test_whatever_comes_is_refused_or_becomes_a_key(path: str, query: str) -> None:
    environ = {"PATH_INFO": path.encode().decode("latin-1"), "QUERY_STRING": query}
    with suppress(Refused):
        key = asked_for(environ).key("members")
        assert key.endswith(b"\0members")
        assert key.count(b"\0") == 1


@given(st.text(max_size=30), st.text(max_size=30))
def test_different_requests_have_different_keys(first: str, second: str) -> None:
    one, other = Asked("/a", (("q", first),)), Asked("/a", (("q", second),))
    assert (one.key() == other.key()) == (first == second)


def test_only_what_a_page_reads_stays_in_its_key() -> None:
    asked = asked_for({"PATH_INFO": "/en/", "QUERY_STRING": "utm_source=x&page=2"})
    assert asked.only(["page"]).key() == b"/en/?page=2\0"
    assert asked.only([]).key() == b"/en/?\0"


def test_hosts_that_are_not_ours_are_misdirected() -> None:
    hosts = Hosts(["news.example", ".papers.example"])
    hosts.check("news.example")
    hosts.check("NEWS.example:443")
    hosts.check("en.papers.example")
    for bad in ("evil.example", "news.example.evil.example", "127.0.0.1"):
        with pytest.raises(Refused) as refused:
            hosts.check(bad)
        assert refused.value.status == 421
    for unreadable in ("", "news.example/x", "a b", "news.example:99999999x"):
        with pytest.raises(Refused) as refused:
            hosts.check(unreadable)
        assert refused.value.status == 400
    assert hosts.known == {"news.example", "NEWS.example:443", "en.papers.example"}


def test_a_flood_of_subdomains_is_not_remembered() -> None:
    hosts = Hosts([".papers.example"])
    for number in range(1000):
        hosts.check(f"a{number}.papers.example")
    assert len(hosts.known) == Hosts.MOST_REMEMBERED


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "FOO", "get", "PROPFIND", "DELETE"])
def test_methods_that_no_page_answers(method: str) -> None:
    with pytest.raises(Refused) as refused:
        check_method(method, public=True)
    assert refused.value.status == 405
    assert ("Allow", "GET, HEAD, OPTIONS, POST") in refused.value.headers


def test_the_desk_may_delete() -> None:
    check_method("DELETE", public=False)


def test_an_address_is_quoted_for_a_header() -> None:
    assert uri("/ru/я/".encode().decode("latin-1"), "a=1&b=\r\nX: y") == "/ru/%D1%8F/?a=1&b=%0D%0AX:%20y"
