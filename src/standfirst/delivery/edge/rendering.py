"""Asks Django for a page on a canonical request, which holds nothing of the client but address and entitlement.

That is what keeps the store clean: no cookie, language, forwarded host or other header can change bytes that others
will read, because none of them is there.
"""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any
from urllib.parse import urlsplit

from django.core.signals import got_request_exception

from standfirst.delivery.edge.asked import Asked
from standfirst.delivery.fragments import split
from standfirst.delivery.store.entry import Entry
from standfirst.delivery.trace import Trace, tracing

Django = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
STORED_STATUSES = frozenset({200, 301, 308, 404, 410})
LARGEST = 16 * 1024 * 1024
"""Bytes above which an answer is not stored."""
LONGEST_FRESH = 24 * 3600
"""Seconds after which a page is rendered anew even if nothing changed: whatever went wrong heals itself."""
EVERY_PAGE = "site"
"""A key that every stored answer has."""
_OURS = frozenset({"content-length", "etag", "last-modified", "vary", "date", "set-cookie", "connection"})
_failure: ContextVar[list[str] | None] = ContextVar("standfirst_render_failure", default=None)


@dataclass(frozen=True)
class Rendered:
    """What Django answered to a canonical request, and what it depended on. `failure` names the error of a 5xx."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    trace: Trace
    seconds: float
    failure: str = ""

    @property
    def failed(self) -> bool:
        return self.status >= 500

    @property
    def private(self) -> bool:
        """Whether the answer is for one person only."""
        headers = {name.lower(): value.lower() for name, value in self.headers}
        varies = {part.strip() for part in headers.get("vary", "").split(",") if part.strip()}
        control = headers.get("cache-control", "")
        return (
            bool(self.trace.private)
            or "set-cookie" in headers
            or "private" in control
            or "no-store" in control
            or bool(varies - {"accept-encoding"})
        )

    @property
    def storable(self) -> bool:
        return self.status in STORED_STATUSES and len(self.body) <= LARGEST and not self.private

    def entry(self, *, sequence: int, release: str) -> Entry:
        """The answer as the store keeps it; `sequence` was the store's before rendering began."""
        now = time.time()
        headers = tuple((name, value) for name, value in self.headers if _is_kept(name.lower(), value))
        segments = split(self.body)
        digest = blake2b(repr((self.status, headers)).encode(), digest_size=16)
        for segment in segments:
            digest.update(segment if isinstance(segment, bytes) else repr(segment).encode())
        until = now + LONGEST_FRESH
        return Entry(
            status=self.status,
            headers=headers,
            segments=segments,
            keys=tuple(sorted({*self.trace.keys, EVERY_PAGE})),
            sequence=sequence,
            rendered_at=now,
            modified_at=now,
            fresh_until=until if self.trace.fresh_until is None else min(until, self.trace.fresh_until),
            release=release,
            digest=digest.digest(),
        )


class Renderer:
    """Renders for the site at `base_url` with the WSGI application `django`."""

    def __init__(self, django: Django, base_url: str) -> None:
        self._django = django
        site = urlsplit(base_url)
        self._base = {
            "REQUEST_METHOD": "GET",
            "SCRIPT_NAME": "",
            "SERVER_NAME": site.hostname or "localhost",
            "SERVER_PORT": str(site.port or {"http": 80, "https": 443}[site.scheme]),
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": site.netloc,
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": site.scheme,
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }
        if site.scheme == "https":
            self._base["HTTP_X_FORWARDED_PROTO"] = "https"
        got_request_exception.connect(_note_failure, dispatch_uid="delivery.edge.failure")

    def render(self, asked: Asked, variant: str = "", fragment: str = "") -> Rendered:
        """Render a page, or the fragment named by the JSON `fragment` in the edition of `asked`. Raises nothing."""
        environ = {
            **self._base,
            "PATH_INFO": asked.path,
            "QUERY_STRING": asked.query_string,
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": sys.stderr,
            "standfirst.canonical": True,
            "standfirst.variant": variant,
        }
        if fragment:
            environ["standfirst.fragment"] = fragment
        failure: list[str] = []
        token = _failure.set(failure)
        started = time.perf_counter()
        try:
            with tracing() as trace:
                status, headers, body = self._ask(environ)
        except Exception as error:  # noqa: BLE001 - whatever Django's stack lets through must not end the edge
            return Rendered(500, (), b"", Trace(), time.perf_counter() - started, type(error).__name__)
        finally:
            _failure.reset(token)
        kind = failure[0] if failure else "" if status < 500 else "response"
        return Rendered(status, headers, body, trace, time.perf_counter() - started, kind)

    def _ask(self, environ: dict[str, Any]) -> tuple[int, tuple[tuple[str, str], ...], bytes]:
        answer: list[Any] = []
        response = self._django(environ, lambda status, headers, exc_info=None: answer.extend((status, headers)))
        try:
            body = b"".join(response)
        finally:
            close = getattr(response, "close", None)
            if close is not None:
                close()
        return int(answer[0].split(" ", 1)[0]), tuple((name, value) for name, value in answer[1]), body


def _is_kept(name: str, value: str) -> bool:
    """Whether a header of Django's is sent; how long an answer may be kept is the edge's to say, unless for ever."""
    return name not in _OURS and (name != "cache-control" or "immutable" in value)


def _note_failure(**kwargs: Any) -> None:
    failure = _failure.get()
    error = sys.exc_info()[0]
    if failure is not None and error is not None:
        failure.append(error.__name__)
