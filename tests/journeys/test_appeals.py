"""The script that chooses appeals on the reader's device, in a real browser, on pages made here."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = (ROOT / "src/standfirst/theme/static/paper/appeals.js").read_text()
CASES = json.loads((ROOT / "tests/appeals/cases.json").read_text())
SITE = "http://ridgeline.example"
EVERYBODY = {"id": 0, "only": {}}
MEMBERS = {"id": 0, "only": {"state": ["member"]}}
ASKED = {"state": ["stranger", "registered", "lapsed"]}
WATCH = """
  sent = [];
  navigator.sendBeacon = (to, body) => sent.push([to, Object.fromEntries(body)]);
  shifted = 0;
  new PerformanceObserver((list) => { for (const one of list.getEntries()) shifted += one.value; })
    .observe({ type: "layout-shift", buffered: true });
"""
BLOCKED = (
    """Object.defineProperty(window, "localStorage", { get() { throw new DOMException("no", "SecurityError"); } });"""
)
Open = Callable[..., Page]


def aside(words: str, wording: int = 0) -> str:
    named = f' data-wording="{wording}" data-token="v{wording}"' if wording else ""
    close = '<button type="button" hidden>×</button>' if wording else ""
    return f'<aside aria-label="{words}"{named}><p>{words}</p><a href="#">Join</a>{close}</aside>'


def candidate(rules: dict[str, Any], *asides: str) -> str:
    return f'<template data-rules="{escape(json.dumps(rules))}">{"".join(asides)}</template>'


HOUSE = candidate(MEMBERS, aside("Thanks")) + candidate(EVERYBODY, aside("House"))


def place(name: str, standing: str, *templates: str) -> str:
    return f'<div data-spot="{name}">{standing}{"".join(templates)}<appeal-here></appeal-here></div>'


def document(top: str, text: str, facts: dict[str, list[str]] | None = None) -> str:
    facts = {"section": ["7"], "thread": [], "topic": []} | (facts or {})
    body = f'data-page="p1" data-story="12" data-facts="{escape(json.dumps(facts))}"'
    return f"""<!DOCTYPE html><title>Story</title><body {body}><script src="/appeals.js"></script>{top}
      <main tabindex="-1"><h1>Story</h1>{"<p>Words of the story.</p>" * 80}{text}<p>After it.</p></main></body>"""


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(base_url=SITE, timezone_id="Asia/Yerevan", viewport={"width": 800, "height": 600})
    opened.add_init_script(WATCH)
    yield opened
    opened.close()


@pytest.fixture
def open_page(context: BrowserContext) -> Open:
    """Open a page of these words; a page that is open goes to the next, as a reader does."""
    page = context.new_page()

    def opened(html: str, *scripts: str) -> Page:
        def answer(route: Route) -> None:
            is_script = route.request.url.endswith(".js")
            kind = "text/javascript" if is_script else "text/html; charset=utf-8"
            route.fulfill(body=SCRIPT if is_script else html, content_type=kind)

        page.unroute_all()
        page.route("**/*", answer)
        for script in scripts:
            page.add_init_script(script)
        page.goto("/story/")
        return page

    return opened


def shown(page: Page) -> list[str]:
    return page.eval_on_selector_all("aside", "all => all.map((one) => one.getAttribute('aria-label'))")


def kept(page: Page) -> dict[str, Any]:
    return page.evaluate("JSON.parse(localStorage.appeals)")


def alter(page: Page, name: str, value: Any) -> None:
    """Keep `value` on the device instead of what is kept there."""
    page.evaluate(
        "([name, value]) => { const kept = JSON.parse(localStorage.appeals); kept[name] = value;"
        " localStorage.appeals = JSON.stringify(kept); }",
        [name, value],
    )


BOX = place(
    "after", aside("First"), candidate({"id": 3, "only": ASKED, "views": 2, "days": 30}, aside("Box", 5)), HOUSE
)
STRIP = place("strip", aside("Strip", 6), candidate({"id": 4, "only": ASKED}, aside("Strip", 6)))


def test_the_rules_give_the_same_answers_as_for_staff(open_page: Open) -> None:
    page = open_page(document("", ""))
    reader = {"state": ["stranger"], "section": [], "thread": [], "topic": [], "zone": ["Europe/London"]}
    reader |= {"visit": ["returning"], "device": ["desktop"], "stories": 1, "seen": {}, "today": 20000}
    asked = [[case["rules"], reader | case.get("reader", {})] for case in CASES]
    fits = page.evaluate("all => all.map((one) => customElements.get('appeal-here').fits(...one))", asked)
    assert dict(zip([case["name"] for case in CASES], fits, strict=True)) == {
        case["name"]: not case["against"] for case in CASES
    }


def test_it_chooses_before_anything_is_painted_and_nothing_moves(open_page: Open) -> None:
    narrow = candidate({"id": 9, "only": {"zone": ["Asia/Yerevan"], "section": ["7"]}}, aside("Yerevan", 9))
    top = place("strip", aside("A long standing text " * 40), narrow)
    page = open_page(document(top, BOX))
    assert shown(page) == ["Yerevan", "Box"]
    page.wait_for_timeout(300)
    assert page.evaluate("shifted") == 0
    page = open_page(document(place("strip", aside("Standing"), narrow), BOX, {"section": ["8"]}))
    assert shown(page) == ["Box"]
    page.wait_for_timeout(300)
    assert page.evaluate("shifted") == 0


def test_a_wording_is_drawn_once_for_a_device_and_all_are_drawn(open_page: Open) -> None:
    two = candidate({"id": 3, "only": ASKED}, aside("One", 1), aside("Two", 2))
    page = open_page(document("", place("after", "", two)), "Math.random = () => 0.7;")
    assert (shown(page), kept(page)["wording"]) == (["Two"], {"3": "2"})
    page = open_page(document("", place("after", "", two)), "Math.random = () => 0.2;")
    assert shown(page) == ["Two"]
    stopped = candidate({"id": 3, "only": ASKED}, aside("One", 1))
    assert shown(open_page(document("", place("after", "", stopped)))) == ["One"]


def test_what_is_half_visible_for_a_second_is_seen_once_and_capped(open_page: Open) -> None:
    for time in (1, 2):
        page = open_page(document("", BOX))
        assert page.evaluate("sent") == []
        page.locator("aside").scroll_into_view_if_needed()
        page.wait_for_function("sent.length")
        page.mouse.wheel(0, -9000)
        page.locator("aside").scroll_into_view_if_needed()
        page.wait_for_timeout(1200)
        ((to, said),) = page.evaluate("sent")
        assert (to, said["k"], said["a"], said["p"]) == ("/reads/", "seen", "v5", "p1")
        assert len(kept(page)["seen"]["3"]) == time
    assert shown(open_page(document("", BOX))) == ["House"]


def test_what_is_passed_quickly_is_not_seen(open_page: Open) -> None:
    page = open_page(document("", BOX))
    page.locator("aside").scroll_into_view_if_needed()
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_timeout(1300)
    assert page.evaluate("sent") == []
    assert kept(page)["seen"] == {}


def test_closing_is_counted_remembered_and_leaves_the_keyboard_in_the_page(open_page: Open) -> None:
    page = open_page(document(STRIP, BOX))
    page.get_by_label("Strip").get_by_role("button").click()
    assert shown(page) == ["Box"]
    assert [said["k"] for _to, said in page.evaluate("sent")] == ["close"]
    assert page.evaluate("document.activeElement.tagName") == "MAIN"
    assert shown(open_page(document(STRIP, BOX))) == ["Box"]
    alter(page, "closed", {"strip": kept(page)["first"] - 30})
    assert shown(open_page(document(STRIP, BOX))) == ["Strip", "Box"]


def test_who_closes_one_in_a_story_is_asked_neither_under_it_nor_in_the_next(open_page: Open) -> None:
    end = place("story", "", candidate({"id": 8, "only": ASKED}, aside("End", 8)))
    front = place("front", "", candidate({"id": 9, "only": ASKED}, aside("Front", 9)))
    in_text = place("story", "", candidate({"id": 7, "only": ASKED}, aside("Box", 7)))
    page = open_page(document(STRIP, in_text + end))
    assert shown(page) == ["Strip", "Box", "End"]
    page.get_by_label("Box").get_by_role("button").click()
    assert shown(page) == ["Strip"]
    assert [said["k"] for _to, said in page.evaluate("sent")] == ["close"]
    assert shown(open_page(document("", in_text + front))) == ["Front"]


def test_a_click_is_counted(open_page: Open) -> None:
    page = open_page(document(STRIP, ""))
    page.get_by_role("link", name="Join").click()
    ((_to, said),) = page.evaluate("sent")
    assert (said["k"], said["a"]) == ("click", "v6")


@pytest.mark.parametrize("wish", ["globalPrivacyControl: { value: true }", 'doNotTrack: { value: "1" }'])
def test_whoever_asks_not_to_be_counted_is_not_and_it_works(open_page: Open, wish: str) -> None:
    page = open_page(document(STRIP, ""), f"Object.defineProperties(navigator, {{ {wish} }});")
    page.get_by_role("link", name="Join").click()
    page.get_by_role("button").click()
    assert (shown(page), page.evaluate("sent")) == ([], [])


def test_a_browser_that_keeps_nothing_is_asked_as_at_a_first_visit(open_page: Open) -> None:
    page = open_page(document(STRIP, BOX), BLOCKED)
    assert shown(page) == ["Strip", "Box"]
    page.get_by_label("Strip").get_by_role("button").click()
    assert shown(page) == ["Box"]


@pytest.mark.parametrize(
    ("state", "expected"), [("member", ["Thanks"]), ("lapsed", ["Box"]), ("registered", ["Box"]), (None, ["House"])]
)
def test_members_are_thanked_and_nobody_is_asked_before_it_is_known(
    open_page: Open, context: BrowserContext, state: str | None, expected: list[str]
) -> None:
    context.add_cookies([{"name": "standfirst_reader", "value": "1", "url": SITE}])
    known = f'localStorage.reader = "{state}";' if state else ""
    page = open_page(document("", BOX), known)
    assert shown(page) == expected
    context.clear_cookies()
    assert shown(open_page(document("", BOX))) == ["Box"]


def test_stories_are_counted_by_month_and_reloading_is_no_story(open_page: Open) -> None:
    page = open_page(document("", ""))
    assert (kept(page)["stories"], kept(open_page(document("", "")))["stories"]) == (1, 2)
    page.reload()
    assert kept(page)["stories"] == 2
    alter(page, "month", "2020-01")
    assert kept(open_page(document("", "")))["stories"] == 1
    assert set(kept(page)) == {"seen", "closed", "wording", "first", "month", "stories"}
