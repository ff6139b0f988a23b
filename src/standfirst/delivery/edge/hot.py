"""The pages that one process holds ready to send: bytes and headers, checked against the store's sequence.

A page here is answered with one small read of the store's state and a dictionary look-up. It also outlives the store:
what is in here can still be sent, as stale, when the files underneath were deleted.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from typing import Any

from django.utils.http import parse_http_date_safe

from standfirst.delivery.store.entry import Entry

StartResponse = Callable[..., Any]
LONGEST_DATE = 40
"""Characters of an HTTP date; the longest of its three forms has 33."""
KEPT = frozenset(
    {
        "etag",
        "last-modified",
        "vary",
        "cache-control",
        "age",
        "content-location",
        "expires",
        "surrogate-key",
        "cache-tag",
    }
)
"""Headers of a 304 (RFC 9110, 15.4.5), and what a CDN has to know of the page that it keeps on."""
OVERHEAD = 2048
"""Bytes that a page costs besides its bodies: headers, keys, dictionaries."""


class Ready:
    """One encoding of one page: everything that is sent, with headers that hold until `good_until` (epoch seconds)."""

    __slots__ = ("body", "etag", "good_until", "headers", "modified", "not_modified", "status")

    def __init__(
        self,
        status: str,
        headers: list[tuple[str, str]],
        body: bytes,
        etag: str,
        modified: str,
        good_until: float = math.inf,
    ) -> None:
        self.status = status
        self.good_until = good_until
        self.headers = headers
        self.body = [body]
        self.etag = etag
        self.modified = modified
        self.not_modified = [
            (name, value) for name, value in headers if name.lower() in KEPT or name.lower().endswith("-control")
        ]

    def is_known_to(self, environ: dict[str, Any]) -> bool:
        """Whether the client holds these bytes already (RFC 9110, 13.1.2 and 13.1.3)."""
        etags = environ.get("HTTP_IF_NONE_MATCH")
        if etags is not None:
            # Weak comparison: a proxy may have made the tag weak.
            return self.etag in etags or etags.strip() == "*"
        since = environ.get("HTTP_IF_MODIFIED_SINCE")
        return since is not None and bool(self.modified) and (since == self.modified or self._is_older_than(since))

    def _is_older_than(self, since: str) -> bool:
        """Whether the page did not change after the HTTP date `since`; no date, or one to come, says nothing."""
        if len(since) > LONGEST_DATE:
            return False
        moment = parse_http_date_safe(since)
        modified = parse_http_date_safe(self.modified)
        return moment is not None and modified is not None and modified <= moment <= time.time()

    def send(self, environ: dict[str, Any], start_response: StartResponse) -> tuple[list[bytes], bool]:
        """Answer; return the body and whether it was a 304."""
        if self.status == "200 OK" and self.is_known_to(environ):
            start_response("304 Not Modified", self.not_modified)
            return [], True
        start_response(self.status, self.headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else self.body, False


class HotPage:
    """An entry with its fragments, and its encodings as far as somebody asked for them.

    `stamp` is the store's state at which the page was last known to be current (empty when it is not), `until` seconds
    since the epoch up to which nothing but a change can make it stale, `tag` identifies the assembled bytes, `keys` are
    those of the page and of its fragments, `key` is what it is stored under and `name` what it is found under here.
    """

    __slots__ = (
        "body",
        "by_access",
        "entry",
        "key",
        "keys",
        "modified_at",
        "name",
        "read",
        "ready",
        "size",
        "stale_stamp",
        "stale_until",
        "stamp",
        "tag",
        "until",
        "used",
        "variant",
    )

    def __init__(self, entry: Entry, body: bytes, tag: bytes, modified_at: float, keys: tuple[str, ...]) -> None:
        self.entry = entry
        self.body = body
        self.tag = tag
        self.modified_at = modified_at
        self.keys = keys
        self.ready: dict[str, Ready] = {}
        self.stamp: tuple[int, ...] = ()
        self.stale_stamp: tuple[int, ...] = ()
        self.stale_until = 0.0
        self.until = math.inf
        self.by_access = False
        self.key = b""
        self.read: tuple[tuple[str, str], ...] = ()
        self.name = ""
        self.variant = ""
        self.used = True
        parts = sum(len(segment) for segment in entry.segments if isinstance(segment, bytes) and segment is not body)
        self.size = OVERHEAD + len(body) + parts


class HotPages:
    """At most `room` bytes of pages; when that is full, those leave first that nobody asked for since the last time.

    Looking up needs no lock; keeping, growing and dropping take turns, so that `taken` is always the sum of what is
    in `pages`. A page may still be sent after it left.
    """

    def __init__(self, room: int) -> None:
        self.pages: dict[str, HotPage] = {}
        self.room = room
        self.taken = 0
        self._lock = threading.Lock()

    def put(self, page: HotPage) -> None:
        """Keep `page`, which its name will find."""
        with self._lock:
            self._drop(page.name)
            self.taken += _cost(page)
            self.pages[page.name] = page
            self._make_room(page.name)

    def drop(self, name: str) -> None:
        """Keep nothing under `name`."""
        if name in self.pages:
            with self._lock:
                self._drop(name)

    def grow(self, page: HotPage, by: int) -> None:
        """Count an encoding that was added to `page`, whether it is kept, left meanwhile or is only sent."""
        with self._lock:
            page.size += by
            if self.pages.get(page.name) is page:
                self.taken += by
                self._make_room("")

    def _drop(self, name: str) -> None:
        old = self.pages.pop(name, None)
        if old is not None:
            self.taken -= _cost(old)

    def _make_room(self, newest: str) -> None:
        chances = 2 * len(self.pages)
        while self.taken > self.room and chances > 0 and len(self.pages) > 1:
            chances -= 1
            name = next(iter(self.pages))
            page = self.pages.pop(name)
            if page.used or name == newest:
                page.used = False
                self.pages[name] = page
            else:
                self.taken -= _cost(page)


def _cost(page: HotPage) -> int:
    """Bytes that a page takes with its name, which also stands in its key and its address."""
    return page.size + 3 * len(page.name)
