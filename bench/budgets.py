"""What a reader's browser gets: bytes on the wire, render-blocking files and layout shift for each type of page.

    python -m bench.budgets                  makes and serves the demo newsroom (some minutes)
    python -m bench.budgets --url ADDRESS    measures a site with the demo's content that is being served already

Needs a browser, as the journeys do. Exit status 1 when an article is over its budget or a page moves while it loads.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, CDPSession, sync_playwright
from tests.journeys.browser import REMEDY, find_browser
from tests.journeys.serving import Served

PAGES = {
    "front": "/en/",
    "section": "/en/azerbaijan/",
    "article": "/en/azerbaijan/iran-president-visits-baku/",
    "contributors": "/en/contributors/",
    "threads": "/en/threads/",
    "corrections": "/en/corrections/",
    "archive": "/en/archive/",
    "search": "/en/search/?q=railway",
    "masthead": "/en/masthead/",
}
ARTICLE_BYTES = 30 * 1024
BLOCKING_FILES = 3
PHONE = {"width": 360, "height": 740}
SHIFTS = """window.shift = 0;
new PerformanceObserver((list) => list.getEntries().forEach((entry) => { window.shift += entry.value; }))
  .observe({ type: "layout-shift", buffered: true });"""
BLOCKING = "head link[rel=stylesheet], head script:not([type=module]):not([async]):not([defer])[src]"


@dataclass
class Cost:
    """What one page cost: bytes by kind, files that hold up its first paint, and how far it moved."""

    text: int = 0
    pictures: int = 0
    blocking: int = 0
    shift: float = 0.0

    def is_within(self, page: str) -> bool:
        """Say whether the page keeps its budget."""
        too_heavy = page == "article" and self.text > ARTICLE_BYTES
        return not too_heavy and self.blocking <= BLOCKING_FILES and self.shift == 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", help="a site with the demo's content that is being served already")
    options = parser.parse_args()
    found = find_browser()
    if found is None:
        print(REMEDY, file=sys.stderr)
        return 1
    with served(options.url) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        costs = {page: measure(browser, url + path) for page, path in PAGES.items()}
        browser.close()
    print(f"{'page':<14} {'text':>8} {'pictures':>9} {'blocking':>9} {'CLS':>6}")
    for page, cost in costs.items():
        print(f"{page:<14} {cost.text:>8} {cost.pictures:>9} {cost.blocking:>9} {cost.shift:>6.3f}")
    print(f"bytes on the wire at {PHONE['width']} px, headers included; an article's text may be {ARTICLE_BYTES}")
    over = [page for page, cost in costs.items() if not cost.is_within(page)]
    print(f"over budget: {', '.join(over)}" if over else "every page is within its budget")
    return 1 if over else 0


@contextmanager
def served(url: str | None) -> Iterator[str]:
    """Give the address of a site with the demo's content; without `url` make one and serve it meanwhile."""
    if url:
        yield url.rstrip("/")
        return
    with tempfile.TemporaryDirectory() as folder:
        site = Served(Path(folder) / "newsroom", verb="demo").start()
        try:
            yield site.url
        finally:
            site.stop()


def measure(browser: Browser, address: str) -> Cost:
    """Open the page in a fresh browser, scroll through it, and return what that cost."""
    context = browser.new_context(viewport=PHONE, device_scale_factor=2)
    context.add_init_script(SHIFTS)
    page = context.new_page()
    cost = Cost()
    watch_wire(context.new_cdp_session(page), cost)
    response = page.goto(address, wait_until="networkidle")
    if response is None or response.status != 200:
        sys.exit(f"{address} answered {response.status if response else 'nothing'}: is this the demo newsroom?")
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    page.wait_for_load_state("networkidle")
    cost.blocking = page.locator(BLOCKING).count()
    cost.shift = float(page.evaluate("window.shift"))
    context.close()
    return cost


def watch_wire(wire: CDPSession, cost: Cost) -> None:
    """Add up what comes over the wire in `cost`, as the browser itself counts it."""
    pictures: set[str] = set()

    def received(event: dict[str, Any]) -> None:
        if event["type"] == "Image":
            pictures.add(event["requestId"])

    def finished(event: dict[str, Any]) -> None:
        size = int(event["encodedDataLength"])
        if event["requestId"] in pictures:
            cost.pictures += size
        else:
            cost.text += size

    wire.on("Network.responseReceived", received)
    wire.on("Network.loadingFinished", finished)
    wire.send("Network.enable")


if __name__ == "__main__":
    sys.exit(main())
