"""What the journeys share: a browser, a small newsroom and the demo newsroom, both really served."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, expect, sync_playwright
from tests.journeys.browser import REMEDY, find_browser
from tests.journeys.making import copy_of, small_newsroom
from tests.journeys.people import PASSWORD, Person, one_time_code
from tests.journeys.serving import START_SECONDS, Served, wait_until
from tests.journeys.watching import Watch

DESKTOP = {"width": 1280, "height": 900}
PATIENCE_MS = 20_000
SIGN_IN = re.compile("^sign in$", re.IGNORECASE)
SAID = re.compile(r"\d{4}-\d\d-\d\d [\d:,]+ (?!INFO stripe)")
"""Begins a line of the log, between the mails that the demo shows there."""
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Nothing but loopback has an address: a page that asks for another host is told of, and reaches nobody.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]

expect.set_options(timeout=PATIENCE_MS)

OpenContext = Callable[..., BrowserContext]
SignedIn = Callable[[Person], Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is a journey."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.journey)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show beside a failure what the newsroom said at the time."""
    report = yield
    if report.failed:
        for served in getattr(item, "funcargs", {}).values():
            if isinstance(served, Served):
                said = [line for line in served.log.splitlines() if SAID.match(line)][-12:]
                report.sections.append(("the newsroom's log, its end", "\n".join(said)))
    return report


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser; without one the journeys fail and say what to install."""
    with sync_playwright() as playwright:
        found = find_browser()
        assert found is not None, REMEDY
        launched = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def newsroom(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A small newsroom in English and Russian with staff of each role, being served."""
    yield from _while_served(Served(small_newsroom(tmp_path_factory.mktemp("small") / "newsroom")))


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The demo newsroom, as `make demo` makes and serves it."""
    home = copy_of("demo", tmp_path_factory.mktemp("demo") / "newsroom", _make_demo)
    yield from _while_served(Served(home, verb="demo"))


def _make_demo(home: Path) -> None:
    home.parent.mkdir(parents=True)
    made = Served(home, verb="demo").start()
    wait_until(lambda: "Ctrl-C stops it." in made.log, "the demo to be made", START_SECONDS)
    # It is up when it answers, and then stops when it is told to.
    with urlopen(f"{made.url}/en/", timeout=30) as front:  # noqa: S310 - an address of our own
        assert front.status == 200
    assert made.stop() == 0, made.log[-4000:]


def _while_served(served: Served) -> Iterator[Served]:
    served.start()
    yield served
    assert served.stop() == 0, served.log[-4000:]
    assert "Traceback" not in served.log, served.log[-8000:]


@pytest.fixture
def open_context(browser: Browser) -> Iterator[OpenContext]:
    """Opens watched browser contexts of one site; whatever went wrong beside the journey fails it at the end."""
    opened: list[tuple[BrowserContext, Watch]] = []

    def open_one(site: Served, **options: Any) -> BrowserContext:
        options = {"base_url": site.url, "viewport": DESKTOP, **options}
        context = browser.new_context(**options)
        context.set_default_timeout(PATIENCE_MS)
        watch = Watch(urlsplit(options["base_url"]).netloc).over(context)
        context.watch = watch  # type: ignore[attr-defined]
        opened.append((context, watch))
        return context

    yield open_one
    for context, _watch in opened:
        context.close()
    for _context, watch in opened:
        watch.check()


@pytest.fixture(scope="session")
def sessions() -> dict[str, StorageState]:
    """The cookies of who signed in already: a one-time code is good for one sign-in only."""
    return {}


@pytest.fixture
def signed_in(open_context: OpenContext, newsroom: Served, sessions: dict[str, StorageState]) -> SignedIn:
    """Opens a page as somebody of the small newsroom's staff, at the desk's first page."""

    def sign_in(person: Person) -> Page:
        page = open_context(newsroom, storage_state=sessions.get(person.email)).new_page()
        page.goto("/desk/")
        if person.email not in sessions:
            fill_sign_in(page, person)
            sessions[person.email] = page.context.storage_state()
        page.wait_for_url("**/desk/")
        return page

    return sign_in


def fill_sign_in(page: Page, person: Person, password: str = PASSWORD) -> None:
    """Sign in at the form that is shown, with the one-time code when the person has an authenticator."""
    fill_password(page, person, password)
    if person.secret:
        page.get_by_role("textbox", name="Code").fill(one_time_code(person.secret))
        page.get_by_role("button", name=SIGN_IN).click()
    page.wait_for_url("**/desk/")


def fill_password(page: Page, person: Person, password: str = PASSWORD) -> None:
    """Give address and password at the form that is shown."""
    page.get_by_role("textbox", name="Email").fill(person.email)
    page.get_by_role("textbox", name="Password").fill(password)
    page.get_by_role("button", name=SIGN_IN).click()
