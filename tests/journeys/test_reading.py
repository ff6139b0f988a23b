"""Reading the demo newsroom: every kind of page, in every edition, as readers and their machines meet it."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from tests.journeys.conftest import OpenContext
from tests.journeys.serving import Served
from tests.journeys.watching import watched

EDITIONS = ("en", "ru", "ka", "hy", "az", "fa")
WIDTHS = (320, 360, 768, 1280)
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SHIFTS = """window.shifts = [];
new PerformanceObserver((list) => list.getEntries().forEach((entry) => window.shifts.push(entry.value)))
  .observe({ type: "layout-shift", buffered: true });"""
ARTICLE_BUDGET = 30 * 1024
SCENE = "/en/azerbaijan/iran-president-visits-baku/"
KINDS = ("front", "section", "article")


@pytest.fixture(scope="module")
def scene(demo: Served) -> dict[str, str]:
    """The addresses of the story of the scene in each edition, as its English page names them."""
    with urlopen(demo.url + SCENE) as response:  # noqa: S310 - our own server
        html = response.read().decode()
    links = re.findall(r'<link rel="alternate" hreflang="(\w\w)" href="([^"]+)">', html)
    return {code: urlsplit(address).path for code, address in links}


def address_of(scene: dict[str, str], language: str, kind: str) -> str:
    """Where front, section or article of the scene stand in an edition."""
    article = scene[language]
    return {"front": f"/{language}/", "section": article.rsplit("/", 2)[0] + "/", "article": article}[kind]


OTHER_PAGES = {
    "contributors": "/en/contributors/",
    "threads": "/en/threads/",
    "topics": "/en/topics/",
    "corrections": "/en/corrections/",
    "masthead": "/en/masthead/",
    "archive": "/en/archive/",
    "day": "/en/archive/2025/04/28/",
    "search": "/en/search/?q=railway",
    "empty search": "/en/search/?q=nothingofthekind",
    "not found": "/en/azerbaijan/no-such-story/",
}
MAIN_PAGES = [(code, kind) for code in EDITIONS for kind in KINDS]


@pytest.fixture(scope="module")
def reader(browser: Browser, demo: Served) -> Iterator[Page]:
    """One reader who goes from page to page; what goes wrong on the way fails the page where it did."""
    context = browser.new_context(base_url=demo.url, viewport={"width": 1280, "height": 900})
    context.add_init_script(SHIFTS)
    yield context.new_page()
    context.close()


def opened(page: Page, path: str, status: int = 200) -> Page:
    """Open `path`, which must answer `status`."""
    response = page.goto(path)
    assert response is not None
    assert response.status == status
    return page


def violations(page: Page) -> list[str]:
    """What axe finds wrong on the page as it is shown now."""
    page.evaluate(AXE)
    found = page.evaluate(
        "(tags) => axe.run(document, { runOnly: tags, resultTypes: ['violations'] })"
        ".then((results) => results.violations.map((one) => `${one.id}: ${one.nodes.map((n) => n.html).slice(0, 3)}`))",
        AXE_TAGS,
    )
    return [str(one) for one in found]


@pytest.mark.parametrize(("language", "kind"), MAIN_PAGES)
def test_front_section_and_article_are_accessible_and_fit_every_screen(
    reader: Page, demo: Served, scene: dict[str, str], language: str, kind: str
) -> None:
    examine(reader, demo, address_of(scene, language, kind))


@pytest.mark.parametrize(("kind", "path"), OTHER_PAGES.items())
def test_every_other_page_is_accessible_and_fits_every_screen(reader: Page, demo: Served, kind: str, path: str) -> None:
    examine(reader, demo, path, status=404 if kind == "not found" else 200)


def examine(page: Page, demo: Served, path: str, status: int = 200) -> None:
    """Nothing axe objects to, nothing that moves, nothing wider than the screen, headings in order."""
    with watched(page.context, demo, expected={status} - {200}):
        page.set_viewport_size({"width": WIDTHS[-1], "height": 900})
        opened(page, path, status)
        page.wait_for_load_state("networkidle")
        assert violations(page) == []
        assert [shift for shift in page.evaluate("window.shifts") if shift > 0] == []
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{path} at {width} px"
        check_headings(page)


def check_headings(page: Page) -> None:
    """One main heading, and no level left out on the way down."""
    levels = [int(name[1]) for name in page.eval_on_selector_all("h1,h2,h3,h4", "all => all.map((h) => h.localName)")]
    assert levels.count(1) == 1, levels
    steps = [(before, after) for before, after in pairwise(levels) if after > before + 1]
    assert steps == [], levels


@pytest.mark.parametrize("language", EDITIONS)
def test_dark_and_phone_sized_is_accessible_too(
    open_context: OpenContext, demo: Served, scene: dict[str, str], language: str
) -> None:
    phone = open_context(demo, viewport={"width": 360, "height": 740}, color_scheme="dark").new_page()
    opened(phone, scene[language])
    assert violations(phone) == []
    opened(phone, f"/{language}/")
    assert violations(phone) == []


@pytest.mark.parametrize(("language", "kind"), MAIN_PAGES)
def test_everything_can_be_read_without_javascript(
    open_context: OpenContext, demo: Served, scene: dict[str, str], language: str, kind: str
) -> None:
    page = open_context(demo, java_script_enabled=False).new_page()
    opened(page, address_of(scene, language, kind))
    assert page.locator("html").get_attribute("lang") == language
    assert page.locator("html").get_attribute("dir") == ("rtl" if language == "fa" else "ltr")
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    if kind == "article":
        paragraphs = page.locator("article .story__text p")
        assert paragraphs.count() >= 3
        assert all(paragraph.is_visible() for paragraph in paragraphs.all()[:6])
    else:
        expect(page.locator("main a[href]").first).to_be_visible()


@pytest.mark.parametrize("language", EDITIONS)
def test_the_language_switch_leads_to_the_counterpart(
    open_context: OpenContext, demo: Served, scene: dict[str, str], language: str
) -> None:
    page = open_context(demo).new_page()
    assert tuple(sorted(scene)) == tuple(sorted(EDITIONS))
    opened(page, scene[language])
    alternates = page.eval_on_selector_all(
        "link[rel=alternate][hreflang]",
        "all => Object.fromEntries(all.map((l) => [l.hreflang, new URL(l.href).pathname]))",
    )
    assert {code: alternates.get(code) for code in EDITIONS} == scene
    other = "ru" if language != "ru" else "fa"
    page.locator(f"body header a[hreflang={other}]").first.click()
    page.wait_for_url(f"**{scene[other]}")
    assert page.locator("html").get_attribute("lang") == other


def test_an_embed_contacts_nobody_before_the_reader_asks(open_context: OpenContext, demo: Served) -> None:
    context = open_context(demo)
    page = context.new_page()
    opened(page, story_with_embed(page))
    page.wait_for_load_state("networkidle")
    expect(page.locator("iframe")).to_have_count(0)
    assert strangers(context) == []
    stage = page.locator("[data-frame]").first
    wanted = stage.get_attribute("data-frame")
    page.route(re.compile("^https://"), lambda route: answer_with_nothing(route))
    stage.get_by_role("button").click()
    expect(page.locator("iframe")).to_have_count(1)
    expect(page.locator("iframe")).to_have_attribute("src", str(wanted))
    asked = strangers(context)
    assert asked == [wanted]
    context.watch.strangers.clear()  # type: ignore[attr-defined]


def story_with_embed(page: Page) -> str:
    """Find a story of the demo that holds an embed, by its front page's links."""
    opened(page, "/en/")
    paths = page.eval_on_selector_all("main a[href^='/en/']", "all => [...new Set(all.map((a) => a.pathname))]")
    for path in paths:
        if 'data-frame="' in page.request.get(path).text():
            return str(path)
    raise AssertionError("no story on the demo's front page holds an embed")


def strangers(context: BrowserContext) -> list[str]:
    return list(context.watch.strangers)  # type: ignore[attr-defined]


def answer_with_nothing(route: Route) -> None:
    route.fulfill(status=200, content_type="text/html", body="<!doctype html><title>A film</title>")


@pytest.mark.parametrize("language", EDITIONS)
def test_an_article_costs_little_on_the_wire(
    open_context: OpenContext, demo: Served, scene: dict[str, str], language: str
) -> None:
    page = open_context(demo).new_page()
    path = scene[language]
    opened(page, path)
    text = page.locator("link[rel=stylesheet], script[src]").evaluate_all("all => all.map((e) => e.href || e.src)")
    assert sum(wire_size(address) for address in [demo.url + path, *text]) <= ARTICLE_BUDGET
    blocking = page.locator("head link[rel=stylesheet], head script:not([type=module]):not([async]):not([defer])[src]")
    assert blocking.count() <= 3
    assert page.locator("script:not([src]):not([type='application/ld+json']), style").count() == 0


def wire_size(address: str) -> int:
    """Bytes of the answer's body as a browser gets it, compressed."""
    with urlopen(Request(address, headers={"Accept-Encoding": "gzip, br"})) as response:  # noqa: S310 - our own server
        body = response.read()
        assert response.headers["Content-Encoding"] in {"gzip", "br"}, address
        return len(body)


def test_print_leaves_the_furniture_out(reader: Page) -> None:
    opened(reader, SCENE)
    reader.emulate_media(media="print")
    try:
        assert [nav for nav in reader.get_by_role("navigation").all() if nav.is_visible()] == []
        expect(reader.get_by_role("heading", level=1)).to_be_visible()
    finally:
        reader.emulate_media(media="screen")


def test_the_keyboard_skips_to_the_story_and_always_sees_where_it_is(reader: Page) -> None:
    opened(reader, SCENE)
    reader.keyboard.press("Tab")
    skip = reader.locator("a.skip")
    expect(skip).to_be_focused()
    assert skip.is_visible()
    reader.keyboard.press("Enter")
    assert reader.evaluate("document.activeElement.id") == "main"
    for _stop in range(12):
        reader.keyboard.press("Tab")
        assert reader.evaluate(
            "(() => { const s = getComputedStyle(document.activeElement);"
            " return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0; })()"
        ), reader.evaluate("document.activeElement.outerHTML.slice(0, 200)")


def test_structured_data_can_be_parsed_on_every_kind_of_page(demo: Served, scene: dict[str, str]) -> None:
    for path in (SCENE, scene["fa"], "/en/"):
        with urlopen(demo.url + path) as response:  # noqa: S310 - our own server
            body = response.read()
        html = (gzip.decompress(body) if response.headers["Content-Encoding"] == "gzip" else body).decode()
        scripts = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, flags=re.DOTALL)
        assert scripts
        assert all("@context" in json.loads(script) for script in scripts)
