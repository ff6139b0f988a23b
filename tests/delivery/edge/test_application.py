from __future__ import annotations

import threading
from typing import Any

import brotli
import pytest
from django.core.signals import got_request_exception
from django.db import OperationalError
from tests.delivery.edge.conftest import HTML, FakeDjango, Reader, make_edge

from standfirst.delivery import trace
from standfirst.delivery.edge.application import Edge
from standfirst.delivery.store import PageStore

LONG = b"<p>" + b"word " * 400 + b"</p>"


def answering(body: bytes = LONG, status: int = 200, **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda environ: (status, HTML | named, body)


def test_a_page_is_rendered_once_and_then_comes_from_the_store(reader: Reader, django: FakeDjango) -> None:
    first = reader.get("/en/story/")
    second = reader.get("/en/story/")
    assert (first.status, first.body) == (200, b"<p>/en/story/</p>")
    assert (second.body, second.headers) == (first.body, first.headers)
    assert django.paths == ["/en/story/"]


def test_another_process_finds_it_in_the_store(reader: Reader, django: FakeDjango, store: PageStore) -> None:
    reader.get("/en/story/")
    assert Reader(make_edge(django, store)).get("/en/story/").body == b"<p>/en/story/</p>"
    assert len(django.requests) == 1


def test_nothing_of_the_client_reaches_the_rendering(reader: Reader, django: FakeDjango) -> None:
    reader.get(
        "/en/story/",
        "utm_source=evil",
        cookie="sessionid=1; csrftoken=2",
        x_forwarded_host="evil.example",
        accept_language="xx",
        user_agent="evil",
        accept_encoding="gzip",
    )
    asked = django.requests[0]
    assert {name for name in asked if name.startswith("HTTP_")} == {"HTTP_HOST", "HTTP_X_FORWARDED_PROTO"}
    assert (asked["HTTP_HOST"], asked["HTTP_X_FORWARDED_PROTO"]) == ("news.example", "https")
    assert (asked["QUERY_STRING"], asked["wsgi.url_scheme"]) == ("", "https")


def test_headers_of_a_hit(reader: Reader, django: FakeDjango) -> None:
    def handler(environ: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
        trace.record("story:1", "section:2")
        return 200, HTML | {"X-Frame-Options": "SAMEORIGIN", "Vary": "Accept-Encoding", "ETag": '"theirs"'}, LONG

    django.handler = handler
    answer = reader.get("/en/story/")
    assert answer.headers["vary"] == "Accept-Encoding"
    assert answer.headers["age"] == "0"
    assert answer.headers["x-frame-options"] == "SAMEORIGIN"
    assert answer.headers["etag"] != '"theirs"'
    assert answer.headers["content-length"] == str(len(LONG))
    assert "max-age=0" in answer.headers["cache-control"]
    assert {"story:1", "section:2"} <= set(answer.headers["surrogate-key"].split())
    assert "last-modified" in answer.headers
    assert "warning" not in answer.headers


def test_each_encoding_has_its_own_tag_and_bytes(reader: Reader, django: FakeDjango) -> None:
    django.handler = answering()
    plain, small = reader.get("/en/a/"), reader.get("/en/a/", accept_encoding="br, gzip")
    assert brotli.decompress(small.body) == plain.body == LONG
    assert small.headers["content-encoding"] == "br"
    assert small.headers["content-length"] == str(len(small.body))
    assert small.headers["etag"] != plain.headers["etag"]
    assert len(django.requests) == 1


def test_a_client_that_has_the_page_gets_304(reader: Reader, django: FakeDjango) -> None:
    django.handler = answering()
    page = reader.get("/en/a/", accept_encoding="br")
    for known in (page.headers["etag"], f"W/{page.headers['etag']}", f'"x", {page.headers["etag"]}', "*"):
        same = reader.get("/en/a/", accept_encoding="br", if_none_match=known)
        assert (same.status, same.body) == (304, b"")
        assert same.headers["etag"] == page.headers["etag"]
        assert {"content-length", "content-type", "content-encoding"}.isdisjoint(same.headers)
    assert reader.get("/en/a/", accept_encoding="br", if_none_match='"other"').status == 200
    assert reader.get("/en/a/", if_modified_since=page.headers["last-modified"]).status == 304
    # The tag wins over the date (RFC 9110, 13.2.2).
    both = reader.get("/en/a/", if_none_match='"x"', if_modified_since=page.headers["last-modified"])
    assert both.status == 200


def test_head_is_a_get_without_its_body(reader: Reader, django: FakeDjango) -> None:
    got, head = reader.get("/en/a/"), reader.get("/en/a/", method="HEAD")
    assert (head.status, head.body, head.headers) == (200, b"", got.headers)
    assert reader.get("/en/b/", method="HEAD").body == b""
    assert [environ["REQUEST_METHOD"] for environ in django.requests] == ["GET", "GET"]


def test_a_change_shows_at_the_next_request(reader: Reader, django: FakeDjango, store: PageStore, old: None) -> None:
    texts = iter([b"old", b"new"])

    def handler(environ: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
        trace.record("story:1")
        return 200, HTML, next(texts)

    django.handler = handler
    assert reader.get("/en/a/").body == b"old"
    store.mark(["story:2"])
    assert reader.get("/en/a/").body == b"old"
    store.mark(["story:1"])
    changed = reader.get("/en/a/")
    assert (changed.body, "warning" in changed.headers) == (b"new", False)


@pytest.fixture
def old(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every change be too old for the page before it to be sent."""
    monkeypatch.setattr("standfirst.delivery.edge.current.GRACE", 0.0)


def test_a_rendering_begun_before_a_change_is_not_taken_for_fresh(
    reader: Reader, django: FakeDjango, store: PageStore, old: None
) -> None:
    texts = iter([b"old", b"new"])

    def handler(environ: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
        trace.record("story:1")
        text = next(texts)
        if text == b"old":
            store.mark(["story:1"])  # somebody publishes while this is being rendered
        return 200, HTML, text

    django.handler = handler
    assert reader.get("/en/a/").body == b"new"


def test_right_after_a_change_the_old_page_is_sent_while_one_renders(
    edge: Edge, django: FakeDjango, store: PageStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("standfirst.delivery.edge.current.GRACE", 60.0)
    reader, go_on = Reader(edge), threading.Event()

    def handler(environ: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
        trace.record("story:1")
        if len(django.requests) > 1:
            assert go_on.wait(10)
        return 200, HTML, f"{len(django.requests)}".encode()

    django.handler = handler
    assert reader.get("/en/a/").body == b"1"
    store.mark(["story:1"])
    for _ in range(5):
        stale = reader.get("/en/a/")
        assert (stale.body, stale.headers["warning"]) == (b"1", '110 - "Response is Stale"')
    go_on.set()
    edge.pages.current.flights.finish()
    assert reader.get("/en/a/").body == b"2"
    assert len(django.requests) == 2


def test_many_who_ask_for_a_new_page_cost_one_rendering(edge: Edge, django: FakeDjango) -> None:
    reader, all_here, go_on = Reader(edge), threading.Barrier(9), threading.Event()

    def handler(environ: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
        assert go_on.wait(10)
        return 200, HTML, b"page"

    django.handler = handler
    bodies: list[bytes] = []

    def ask() -> None:
        all_here.wait(10)
        bodies.append(reader.get("/en/a/").body)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    all_here.wait(10)
    go_on.set()
    for thread in threads:
        thread.join()
    assert bodies == [b"page"] * 8
    assert len(django.requests) == 1


def test_what_fails_leaves_the_old_page_standing(
    reader: Reader, django: FakeDjango, store: PageStore, old: None
) -> None:
    django.handler = answering(b"good")
    reader.get("/en/a/")
    store.mark_everything()
    django.handler = answering(b"broken", status=500)
    for _ in range(3):
        stale = reader.get("/en/a/")
        assert (stale.status, stale.body) == (200, b"good")
        assert stale.headers["warning"] == '111 - "Revalidation Failed"'
        assert int(stale.headers["age"]) >= 1
    assert len(django.requests) == 2  # it is not tried again at once


def test_what_fails_at_first_is_told_and_not_stored(reader: Reader, django: FakeDjango) -> None:
    django.handler = answering(b"broken", status=500)
    failed = reader.get("/en/a/")
    assert (failed.status, failed.headers["cache-control"]) == (500, "no-store")
    django.handler = answering(b"good")
    assert reader.get("/en/a/").body == b"good"


def test_a_database_that_is_away_asks_readers_to_come_back(reader: Reader, django: FakeDjango) -> None:
    def handler(environ: dict[str, Any]) -> Any:
        try:
            raise OperationalError("database is locked")
        except OperationalError:
            got_request_exception.send(sender=None)
        return 500, HTML, b"Django's words"

    django.handler = handler
    answer = reader.get("/en/a/")
    assert (answer.status, answer.headers["retry-after"]) == (503, "2")
    assert b"try again" in answer.body


def test_an_exception_out_of_django_is_a_failure_like_others(reader: Reader, django: FakeDjango) -> None:
    def handler(environ: dict[str, Any]) -> Any:
        raise RuntimeError("out of the stack")

    django.handler = handler
    answer = reader.get("/en/a/")
    assert (answer.status, answer.headers["retry-after"]) == (503, "2")


@pytest.mark.parametrize(
    "private",
    [
        {"Set_Cookie": "a=b"},
        {"Cache_Control": "private"},
        {"Cache_Control": "no-store"},
        {"Vary": "Cookie"},
        {"Vary": "Accept-Encoding, Accept-Language"},
    ],
)
def test_what_is_for_one_person_is_never_stored(
    reader: Reader, django: FakeDjango, store: PageStore, private: dict[str, str]
) -> None:
    django.handler = answering(b"yours", **private)
    first = reader.get("/en/join/", cookie="sessionid=1")
    assert (first.status, first.body) == (200, b"yours")
    assert django.requests[-1]["HTTP_COOKIE"] == "sessionid=1"
    reader.get("/en/join/", cookie="sessionid=2")
    assert django.requests[-1]["HTTP_COOKIE"] == "sessionid=2"
    assert len(django.requests) == 3  # the canonical one was tried once
    assert store.usage().entries == 0


def test_code_may_keep_a_page_private(reader: Reader, django: FakeDjango, store: PageStore) -> None:
    def handler(environ: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
        trace.keep_private("a draft")
        return 200, HTML, b"draft"

    django.handler = handler
    assert reader.get("/en/draft/").body == b"draft"
    assert store.usage().entries == 0


@pytest.mark.parametrize("status", [302, 400, 403])
def test_answers_that_are_not_stored_are_passed_on(
    reader: Reader, django: FakeDjango, store: PageStore, status: int
) -> None:
    django.handler = answering(b"x", status=status)
    assert [reader.get("/en/a/").status for _ in range(2)] == [status, status]
    assert len(django.requests) == 2
    assert store.usage().entries == 0
    assert all(not environ["QUERY_STRING"] for environ in django.requests)


@pytest.mark.parametrize("status", [301, 404, 410])
def test_answers_that_are_stored(reader: Reader, django: FakeDjango, status: int) -> None:
    django.handler = answering(b"x", status=status, Location="/en/b/")
    assert [reader.get("/en/a/").status for _ in range(2)] == [status, status]
    assert len(django.requests) == 1
    assert "etag" not in reader.get("/en/a/").headers


def test_a_redirect_keeps_a_campaign_of_the_reader_and_of_nobody_else(reader: Reader, django: FakeDjango) -> None:
    django.handler = answering(b"", status=301, Location="/en/a/")
    assert reader.get("/en/a", "utm_source=letter").headers["location"] == "/en/a/?utm_source=letter"
    assert reader.get("/en/a").headers["location"] == "/en/a/"
    assert len(django.requests) == 1


def test_what_led_to_a_redirect_does_not_go_along(reader: Reader, django: FakeDjango) -> None:
    def handler(environ: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
        found = trace.current()
        if found is not None:
            found.query.add("p")
        if environ["QUERY_STRING"] == "p=12":
            return 301, HTML | {"Location": "/en/moved/"}, b""
        return 200, HTML, b"front"

    django.handler = handler
    assert reader.get("/", "p=12").headers["location"] == "/en/moved/"
    assert reader.get("/", "p=12&utm_source=x").headers["location"] == "/en/moved/?utm_source=x"
    assert reader.get("/", "utm_source=x").body == b"front"


def reads_page(environ: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
    found = trace.current()
    if found is not None:
        found.query.add("page")
    return 200, HTML, f"[{environ['QUERY_STRING']}]".encode()


def test_only_parameters_that_a_page_reads_make_another_page(
    reader: Reader, django: FakeDjango, store: PageStore
) -> None:
    django.handler = reads_page
    assert reader.get("/en/list/", "utm=1").body == b"[]"
    assert reader.get("/en/list/", "page=2&utm=1").body == b"[page=2]"
    assert reader.get("/en/list/", "a=1&page=2").body == b"[page=2]"
    for number in range(50):
        assert reader.get("/en/list/", f"x{number}=1").body == b"[]"
    assert len(django.requests) == 2
    assert store.usage().entries == 2


def test_the_first_request_of_all_may_have_a_query(reader: Reader, django: FakeDjango) -> None:
    django.handler = reads_page
    assert reader.get("/en/list/", "page=3&utm=1").body == b"[page=3]"


def test_a_parameter_may_lead_away_from_what_is_missing(reader: Reader, django: FakeDjango) -> None:
    def handler(environ: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
        found = trace.current()
        if found is not None:
            found.query.add("p")
        if environ["QUERY_STRING"] == "p=12":
            return 301, HTML | {"Location": "/en/moved/"}, b""
        return 404, HTML, b"missing"

    django.handler = handler
    assert reader.get("/blog/", "p=12").headers["location"] == "/en/moved/"
    assert reader.get("/blog/").status == 404
    assert reader.get("/blog/", "utm=1").status == 404


def members_and_others(environ: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
    if environ["PATH_INFO"] == "/en/closed/":
        trace.vary_by_access()
    return 200, HTML, environ["standfirst.variant"].encode() or b"anonymous"


def test_an_access_token_chooses_the_variant(
    edge: Edge, django: FakeDjango, store: PageStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = Reader(edge)
    django.handler = members_and_others
    token = edge.entitlements.tokens.issue(variant="members", subject="m-1", now=NOW, life=900)
    monkeypatch.setattr("time.time", lambda: NOW + 1)
    cookie = f"other=1; standfirst_access={token}"
    for _ in range(2):
        assert reader.get("/en/closed/").body == b"anonymous"
        member = reader.get("/en/closed/", cookie=cookie)
        assert (member.body, member.headers["vary"]) == (b"members", "Accept-Encoding, Cookie")
        assert member.headers["cache-control"].startswith("private")
        assert reader.get("/en/closed/", cookie=cookie[:-1]).body == b"anonymous"
        open_page = reader.get("/en/open/", cookie=cookie)
        assert (open_page.body, open_page.headers["vary"]) == (b"anonymous", "Accept-Encoding")
    assert len(django.requests) == 3
    store.revoke("m-1", NOW + 1)
    store.mark(["access:m-1"])
    assert reader.get("/en/closed/", cookie=cookie).body == b"anonymous"


NOW = 1_790_000_000.0


def test_an_expired_token_is_that_of_nobody(edge: Edge, django: FakeDjango, monkeypatch: pytest.MonkeyPatch) -> None:
    django.handler = members_and_others
    token = edge.entitlements.tokens.issue(variant="members", subject="m-1", now=NOW, life=900)
    cookie = f"standfirst_access={token}"
    monkeypatch.setattr("time.time", lambda: NOW + 1)
    assert Reader(edge).get("/en/closed/", cookie=cookie).body == b"members"
    monkeypatch.setattr("time.time", lambda: NOW + 901)
    assert Reader(edge).get("/en/closed/", cookie=cookie).body == b"anonymous"


def test_the_desk_and_forms_are_djangos(reader: Reader, django: FakeDjango, store: PageStore) -> None:
    for path, method in [("/desk/", "GET"), ("/accounts/login/", "POST"), ("/api/v3/", "GET"), ("/en/a/", "POST")]:
        reader.get(path, method=method, cookie="sessionid=1")
        assert django.requests[-1]["HTTP_COOKIE"] == "sessionid=1"
    assert store.usage().entries == 0


def test_hostile_requests_never_reach_django(reader: Reader, django: FakeDjango, store: PageStore) -> None:
    assert reader.get("/en/", host="evil.example").status == 421
    assert reader.get("/en/\x00/").status == 400
    assert reader.get("/en//a/").status == 404
    assert reader.get("/" + "a" * 10_000).status == 414
    assert reader.get("/en/", method="FOO").status == 405
    assert django.requests == []
    assert store.usage().entries == 0


def test_too_many_inside_are_told_to_come_back(edge: Edge, django: FakeDjango) -> None:
    reader, go_on = Reader(edge), threading.Event()
    edge.inside._patience = 0.01

    def handler(environ: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
        assert go_on.wait(10)
        return 200, HTML, b"desk"

    stored = reader.get("/en/a/")
    django.handler = handler
    threads = [threading.Thread(target=reader.get, args=("/desk/",)) for _ in range(10)]
    for thread in threads:
        thread.start()
    while len(django.requests) < 11:
        pass
    assert reader.get("/desk/").status == 503
    assert reader.get("/en/a/").body == stored.body
    go_on.set()
    for thread in threads:
        thread.join()
    assert reader.get("/desk/").status == 200


def test_too_many_who_wait_do_not_take_the_threads_of_stored_pages(
    edge: Edge, django: FakeDjango, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader, go_on = Reader(edge), threading.Event()
    stored = reader.get("/en/a/")
    edge.pages.current._benches = threading.BoundedSemaphore(2)

    def handler(environ: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
        assert go_on.wait(10)
        return 200, HTML, b"late"

    django.handler = handler
    waiting = [threading.Thread(target=reader.get, args=(f"/en/{name}/",)) for name in "xy"]
    for thread in waiting:
        thread.start()
    while edge.pages.current._benches._value:
        pass
    assert reader.get("/en/z/").status == 503
    assert reader.get("/en/a/").body == stored.body
    go_on.set()
    for thread in waiting:
        thread.join()
    assert reader.get("/en/x/").body == b"late"


def test_plain_http_is_led_to_https_where_wanted(django: FakeDjango, store: PageStore) -> None:
    reader = Reader(make_edge(django, store, redirect_to_https=True, behind_proxy=True))
    moved = reader.get("/en/a/", "x=1")
    assert (moved.status, moved.headers["location"]) == (301, "https://news.example/en/a/?x=1")
    assert reader.get("/en/a/", x_forwarded_proto="https").status == 200


def test_pages_survive_the_loss_of_the_store(reader: Reader, django: FakeDjango, store: PageStore) -> None:
    reader.get("/en/a/")
    for file in store.folder.iterdir():
        file.unlink()
    django.handler = answering(b"broken", status=500)
    store._next_check = 0.0
    answer = reader.get("/en/a/")
    assert (answer.status, answer.body) == (200, b"<p>/en/a/</p>")
    assert "warning" in answer.headers


def test_a_new_release_renders_anew(reader: Reader, django: FakeDjango, store: PageStore) -> None:
    reader.get("/en/a/")
    newer = Reader(make_edge(django, store, release="r2"))
    django.handler = answering(b"new form")
    assert newer.get("/en/a/").body == b"new form"
