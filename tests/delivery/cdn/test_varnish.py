"""The configuration of deploy/varnish, in a real Varnish in front of a small origin."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.delivery.cdn.origin import Origin, Page, serving
from tests.delivery.cdn.varnish import WHY_NOT, Answer, Varnish, has_xkey, running

from standfirst.delivery.purging.cdn.by_address import AddressPurger
from standfirst.delivery.purging.cdn.by_key import VarnishPurger
from standfirst.delivery.purging.cdn.service import Service

pytestmark = [pytest.mark.journey, pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT)]
KEYS = [
    pytest.param(
        "keys.vcl", marks=pytest.mark.skipif(not has_xkey(), reason="varnish-modules is not installed (vmod_xkey)")
    ),
    "keys-by-ban.vcl",
]


@pytest.fixture(scope="module")
def running_origin() -> Iterator[Origin]:
    with serving() as origin:
        yield origin


@pytest.fixture(scope="module", params=KEYS)
def keys(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def running_varnish(running_origin: Origin, keys: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Varnish]:
    with running(tmp_path_factory.mktemp("varnish"), running_origin.port, keys) as varnish:
        yield varnish


@pytest.fixture
def origin(running_origin: Origin) -> Origin:
    """An origin without pages that nobody has asked yet."""
    running_origin.pages, running_origin.asked, running_origin.failing = {}, [], False
    return running_origin


@pytest.fixture
def varnish(running_varnish: Varnish, request: pytest.FixtureRequest) -> Varnish:
    """A Varnish that keeps nothing of this test's host."""
    name = re.sub(r"[^a-z0-9]+", "-", request.node.name.lower())
    return Varnish(running_varnish.port, f"{name}.example")


def eventually(ask: Callable[[], Answer], holds: Callable[[Answer], bool], seconds: float) -> Answer:
    """Ask until it holds, for at most `seconds`."""
    until = time.monotonic() + seconds
    while True:
        answer = ask()
        if holds(answer):
            return answer
        assert time.monotonic() < until, answer
        time.sleep(0.02)


def purger(varnish: Varnish) -> VarnishPurger:
    return VarnishPurger(Service("varnish", urls=(f"http://127.0.0.1:{varnish.port}",)))


def test_a_page_is_kept_without_its_keys_and_told_to_readers_as_one_to_ask_for_again(
    origin: Origin, varnish: Varnish
) -> None:
    origin.pages["/en/"] = Page("Morning", ("story:1",))
    first, second = varnish.get("/en/"), varnish.get("/en/")

    assert (first.body, second.body, origin.count("/en/")) == ("Morning for everybody",) * 2 + (1,)
    assert (first.headers["X-Cache"], second.headers["X-Cache"]) == ("miss", "hit")
    assert second.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert not {"Surrogate-Key", "xkey", "CDN-Cache-Control"} & set(second.headers)


def test_a_change_shows_within_a_second_of_the_purge_by_key_and_other_pages_stay(
    origin: Origin, varnish: Varnish
) -> None:
    origin.pages |= {"/en/": Page("Morning", ("story:1", "picks:1")), "/en/x/": Page("X", ("story:11",))}
    varnish.get("/en/")
    varnish.get("/en/x/")
    origin.pages["/en/"] = Page("Evening", ("story:1",))
    purger(varnish).forget(["story:1", "story:2"])

    eventually(lambda: varnish.get("/en/"), lambda answer: answer.body.startswith("Evening"), 1)
    assert varnish.get("/en/x/").headers["X-Cache"] == "hit"
    assert origin.count("/en/x/") == 1


def test_everything_can_be_forgotten_at_once(origin: Origin, varnish: Varnish) -> None:
    origin.pages |= {"/en/": Page("Morning", ("story:1",)), "/ka/": Page("Dila")}
    varnish.get("/en/")
    varnish.get("/ka/")
    origin.pages |= {"/en/": Page("Evening"), "/ka/": Page("Saghamo")}
    purger(varnish).forget_everything()

    eventually(lambda: varnish.get("/en/"), lambda answer: answer.body.startswith("Evening"), 1)
    eventually(lambda: varnish.get("/ka/"), lambda answer: answer.body.startswith("Saghamo"), 1)


def test_a_change_shows_after_a_purge_by_address(origin: Origin, varnish: Varnish) -> None:
    origin.pages["/en/?page=2"] = Page("Morning")
    varnish.get("/en/?page=2")
    origin.pages["/en/?page=2"] = Page("Evening")
    service = Service("http", urls=(f"http://127.0.0.1:{varnish.port}",))
    AddressPurger(service).forget([f"http://{varnish.host}/en/?page=2", f"http://{varnish.host}/never/asked/for/"])

    eventually(lambda: varnish.get("/en/?page=2"), lambda answer: answer.body.startswith("Evening"), 1)


@pytest.mark.parametrize("key", ["address:/en/a+(b)*/", "~1f", "list:section:3"])
def test_keys_may_hold_what_means_something_in_a_pattern(origin: Origin, varnish: Varnish, key: str) -> None:
    origin.pages["/en/"] = Page("Morning", (key,))
    varnish.get("/en/")
    origin.pages["/en/"] = Page("Evening", (key,))
    purger(varnish).forget([key])

    eventually(lambda: varnish.get("/en/"), lambda answer: answer.body.startswith("Evening"), 1)


def test_only_our_own_machines_may_purge(origin: Origin, varnish: Varnish) -> None:
    origin.pages["/en/"] = Page("Morning", ("story:1",))
    varnish.get("/en/")
    by_key = {"Surrogate-Key": "story:1"}

    assert varnish.ask("/", "PURGE", headers=by_key, source="127.0.0.2").status == 405
    assert varnish.ask("/en/", "PURGE", source="127.0.0.2").status == 405
    # Passed on by a proxy on this machine for somebody on the internet.
    assert varnish.ask("/", "PURGE", headers=by_key | {"X-Forwarded-For": "198.51.100.7"}).status == 405
    assert varnish.get("/en/").headers["X-Cache"] == "hit"
    assert varnish.ask("/", "PURGE", headers=by_key).status == 200


def test_unknown_methods_are_refused_and_never_reach_the_origin(origin: Origin, varnish: Varnish) -> None:
    assert varnish.ask("/en/", "BREW").status == 405
    assert origin.asked == []


def test_an_origin_that_is_gone_leaves_every_page_standing(tmp_path: Path, keys: str) -> None:
    with serving() as origin:
        origin.pages["/en/"] = Page("Morning", ("story:1",), fresh_for=1.5)
        with running(tmp_path, origin.port, keys) as varnish:
            varnish.get("/en/")
            origin.stop()
            time.sleep(2)  # the page's own lifetime ends

            answers = [varnish.get("/en/") for _ in range(20)]
            assert {(answer.status, answer.body) for answer in answers} == {(200, "Morning for everybody")}
            assert answers[-1].headers["Warning"] == '111 - "Revalidation Failed"'
            assert varnish.get("/never/asked/for/").status == 503


@pytest.mark.skipif(not has_xkey(), reason="varnish-modules is not installed (vmod_xkey)")
def test_a_page_that_was_forgotten_right_before_the_origin_went_still_stands(tmp_path: Path) -> None:
    with serving() as origin:
        origin.pages["/en/"] = Page("Morning", ("story:1",))
        with running(tmp_path, origin.port) as varnish:
            varnish.get("/en/")
            origin.stop()
            purger(varnish).forget(["story:1"])
            time.sleep(0.3)

            answers = [varnish.get("/en/") for _ in range(20)]
            assert {(answer.status, answer.body) for answer in answers} == {(200, "Morning for everybody")}


@pytest.mark.skipif(not has_xkey(), reason="varnish-modules is not installed (vmod_xkey)")
def test_an_origin_that_answers_with_errors_gets_the_stale_page_shown_and_recovers(
    origin: Origin, tmp_path: Path
) -> None:
    origin.pages["/en/"] = Page("Morning", ("story:1",))
    with running(tmp_path, origin.port) as varnish:
        varnish.get("/en/")
        origin.failing = True
        purger(varnish).forget(["story:1"])
        time.sleep(0.3)
        assert (varnish.get("/en/").status, varnish.get("/en/").body) == (200, "Morning for everybody")

        origin.failing, origin.pages["/en/"] = False, Page("Evening", ("story:1",))
        eventually(lambda: varnish.get("/en/"), lambda answer: answer.body.startswith("Evening"), 2)


def test_a_crowd_that_asks_for_a_new_page_is_one_request_to_the_origin(origin: Origin, varnish: Varnish) -> None:
    origin.pages["/en/"] = Page("Morning")
    with ThreadPoolExecutor(16) as crowd:
        bodies = set(crowd.map(lambda _number: varnish.get("/en/").body, range(64)))

    assert (bodies, origin.count("/en/")) == ({"Morning for everybody"}, 1)


def test_campaigns_cookies_and_the_order_of_parameters_do_not_multiply_a_page(origin: Origin, varnish: Varnish) -> None:
    origin.pages["/en/?a=1&b=2"] = Page("Morning")
    for url in ("/en/?a=1&b=2", "/en/?b=2&a=1", "/en/?utm_source=x&a=1&fbclid=y&b=2", "/en/?a=1&b=2&utm_medium=z"):
        assert varnish.get(url, Cookie=f"_ga={url}").body == "Morning for everybody"

    assert origin.count("/en/?a=1&b=2") == len(origin.asked) == 1


def test_a_redirect_takes_the_campaign_along(origin: Origin, varnish: Varnish) -> None:
    origin.pages["/old/"] = Page("", status=301, location="/en/")

    assert varnish.get("/old/?utm_source=x").headers["Location"] == "/en/?utm_source=x"
    assert varnish.get("/old/?utm_source=y").headers["Location"] == "/en/?utm_source=y"
    assert varnish.get("/old/").headers["Location"] == "/en/"
    assert origin.count("/old/") == 1


def test_a_members_page_is_never_shown_to_anybody_else(origin: Origin, varnish: Varnish) -> None:
    origin.pages["/en/"] = Page("Secret", by_access=True)
    member = {"Cookie": "_ga=1; standfirst_access=TOKEN; other=2"}

    for _ in range(2):
        assert varnish.get("/en/").body == "Secret for everybody"
        assert varnish.get("/en/", Cookie="_ga=2").body == "Secret for everybody"
        assert varnish.get("/en/", **member).body == "Secret for member"
    assert varnish.get("/en/").headers["X-Cache"] == "hit"


def test_a_page_for_one_person_gets_all_cookies_and_is_never_kept(origin: Origin, varnish: Varnish) -> None:
    origin.pages["/en/contact/"] = Page("Form", private=True)

    for name in ("one", "two", "one"):
        assert varnish.get("/en/contact/", Cookie=f"csrftoken={name}").body == f"Form for csrftoken={name}"
    assert varnish.get("/en/contact/").body == "Form for nobody"


@pytest.mark.parametrize("path", ["/desk/", "/accounts/login/", "/api/stories/"])
def test_the_desk_is_passed_whole(origin: Origin, varnish: Varnish, path: str) -> None:
    origin.pages[path] = Page("Desk")
    for _ in range(2):
        varnish.get(path, Cookie="sessionid=1")

    assert [headers["Cookie"] for _path, headers in origin.asked] == ["sessionid=1"] * 2


@pytest.mark.parametrize(
    ("source", "claimed", "address", "scheme"),
    [
        ("127.0.0.1", "198.51.100.7", "198.51.100.7", "https"),  # our proxy says who asks
        ("127.0.0.1", "6.6.6.6, 198.51.100.7", "198.51.100.7", "https"),  # the last before our proxy counts
        ("127.0.0.2", "6.6.6.6", "127.0.0.2", "http"),  # a stranger claims
    ],
)
def test_the_address_of_a_reader_is_believed_from_our_proxy_only(
    origin: Origin, varnish: Varnish, source: str, claimed: str, address: str, scheme: str
) -> None:
    headers = {"X-Forwarded-For": claimed, "X-Forwarded-Proto": "https"}
    varnish.ask("/desk/", headers=headers, source=source)

    (_path, seen) = origin.asked[0]
    assert (seen["X-Forwarded-For"], seen["X-Forwarded-Proto"]) == (address, scheme)
