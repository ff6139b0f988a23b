"""A reader reads a story in a real browser, and the newsroom counts it without knowing who."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any
from urllib.parse import parse_qs

from playwright.sync_api import Page
from tests.journeys.conftest import OpenContext
from tests.journeys.serving import Served, wait_until

AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
LOOKS_LIKE_A_READER = {"user_agent": AGENT, "extra_http_headers": {"sec-ch-ua": "", "accept-language": "en"}}
RECORD = """window.sent = [];
const send = navigator.sendBeacon.bind(navigator);
navigator.sendBeacon = (address, body) => (window.sent.push(`${address}?${body}`), send(address, body));"""
HIDE = """(hidden) => {
  Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
  document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
}"""


def sent(page: Page) -> list[dict[str, str]]:
    """The beacons so far, by field."""
    found = page.evaluate("window.sent")
    assert all(text.startswith("/reads/?") for text in found)
    return [{name: values[0] for name, values in parse_qs(text[8:]).items()} for text in found]


def first_story(newsroom: Served, page: Page) -> str:
    page.goto("/en/")
    return str(page.locator("main a[href*='/en/']").first.get_attribute("href"))


def counted(newsroom: Served, story: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(newsroom.home / "db.sqlite3", timeout=20)) as database:
        columns = "referrer, campaign, device, views, reads"
        found = database.execute(f"SELECT {columns} FROM counting_storyhour WHERE story_id = ?", [story])  # noqa: S608
        return found.fetchall()


def test_a_story_is_read(open_context: OpenContext, newsroom: Served) -> None:
    page = open_context(newsroom, **LOOKS_LIKE_A_READER).new_page()
    page.add_init_script(RECORD)
    address = first_story(newsroom, page)
    page.clock.install()
    page.goto(f"{address}?utm_campaign=spring%20time", referer="https://www.t.me/channel/7")
    story = str(page.locator("body").get_attribute("data-story"))
    token = page.locator("body").get_attribute("data-page")
    (view,) = sent(page)
    expected = {"p": token, "n": view["n"], "k": "view", "r": "www.t.me", "c": "spring%20time", "d": "2"}
    assert view == expected

    page.clock.fast_forward(14_000)
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.evaluate("dispatchEvent(new Event('scroll'))")
    page.evaluate("scrollTo(0, 0)")
    page.evaluate(HIDE, True)
    end = sent(page)[-1]
    assert (end["k"], end["n"], end["t"]) == ("end", view["n"], "14")
    assert int(end["s"]) >= 100

    page.clock.fast_forward(60_000)
    page.evaluate(HIDE, False)
    page.clock.fast_forward(5_000)
    page.evaluate("dispatchEvent(new Event('pagehide'))")
    assert (sent(page)[-1]["n"], sent(page)[-1]["t"]) == (view["n"], "19")
    page.evaluate(HIDE, True)
    assert len(sent(page)) == 3
    page.evaluate(HIDE, False)  # as when the page is taken out of the browser's memory again
    assert (sent(page)[-1]["k"], sent(page)[-1]["n"] != view["n"]) == ("view", True)

    wait_until(lambda: counted(newsroom, story), "the view to be in the database")
    ((referrer, campaign, device, views, reads),) = counted(newsroom, story)
    assert (referrer, campaign, device, reads) == ("t.me", "spring time", "desktop", 0)
    assert views in (1, 2)  # the second view may be copied a second later
    assert page.evaluate("[document.cookie, localStorage.length, sessionStorage.length]")[1:] == [0, 0]


def test_who_asked_not_to_be_counted_sends_nothing(open_context: OpenContext, newsroom: Served) -> None:
    page = open_context(newsroom, **LOOKS_LIKE_A_READER).new_page()
    page.add_init_script(RECORD)
    page.add_init_script("Object.defineProperty(navigator, 'globalPrivacyControl', { get: () => true });")
    page.goto(first_story(newsroom, page))
    assert page.locator("body").get_attribute("data-page")
    page.evaluate(HIDE, True)
    assert sent(page) == []


def test_without_script_an_image_counts(open_context: OpenContext, newsroom: Served) -> None:
    page = open_context(newsroom, java_script_enabled=False, **LOOKS_LIKE_A_READER).new_page()
    with page.expect_response(lambda response: "/reads/dot.gif" in response.url) as loaded:
        page.goto("/en/")
    assert loaded.value.status == 200
    assert loaded.value.headers["content-type"] == "image/gif"
