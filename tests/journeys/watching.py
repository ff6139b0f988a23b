"""Watches what a browser's pages do beside what the journey looks at: errors, refused scripts, strangers' addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, Response, WebError
from tests.journeys.serving import Served

# A page that is left while it loads gives up its requests; that is no failure.
GIVEN_UP = "net::ERR_ABORTED"
# The editor saves by itself while somebody writes, and is told when what stands there cannot be saved yet.
UNFINISHED = re.compile(r"/desk/pages/(add/.+|\d+/edit)/$")
LOCAL_SCHEMES = {"data", "blob", "about"}


@dataclass
class Watch:
    """Collects the troubles of one browser context."""

    host: str
    troubles: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    expected: set[int] = field(default_factory=set)
    """Statuses of 400 and more that the journey provokes on purpose."""

    def over(self, context: BrowserContext) -> Watch:
        """Listen to everything that happens in `context`."""
        context.on("console", self._console)
        context.on("weberror", self._error)
        context.on("request", self._request)
        context.on("requestfailed", self._failed)
        context.on("response", self._response)
        return self

    def end(self, context: BrowserContext) -> None:
        """Listen no longer."""
        context.remove_listener("console", self._console)
        context.remove_listener("weberror", self._error)
        context.remove_listener("request", self._request)
        context.remove_listener("requestfailed", self._failed)
        context.remove_listener("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        # What the server refuses is told by `_response`, which knows the status.
        if message.type in {"error", "warning"} and not message.text.startswith("Failed to load resource"):
            self.troubles.append(f"console {message.type}: {message.text} ({message.location.get('url')})")

    def _error(self, error: WebError) -> None:
        self.troubles.append(f"script error: {error.error}")

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in LOCAL_SCHEMES and parts.netloc != self.host:
            self.strangers.append(request.url)

    def _failed(self, request: Request) -> None:
        if request.failure != GIVEN_UP:
            self.troubles.append(f"request failed: {request.method} {request.url}: {request.failure}")

    def _response(self, response: Response) -> None:
        unfinished = response.status == 400 and UNFINISHED.search(urlsplit(response.url).path)
        if response.status >= 400 and response.status not in self.expected and not unfinished:
            self.troubles.append(f"status {response.status}: {response.request.method} {response.url}")

    def check(self) -> None:
        """Fail when there was trouble, or a request to another host."""
        assert not self.troubles, "\n".join(self.troubles)
        assert not self.strangers, f"requests to other hosts: {self.strangers}"


@contextmanager
def watched(context: BrowserContext, site: Served, expected: set[int] | None = None) -> Iterator[Watch]:
    """Watch what happens meanwhile, and fail at the end when there was trouble."""
    watch = Watch(urlsplit(site.url).netloc, expected=expected or set()).over(context)
    try:
        yield watch
    finally:
        watch.end(context)
    watch.check()
