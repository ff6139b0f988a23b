"""Answers as they are sent: from an assembled page and an encoding to status, headers and bytes."""

from __future__ import annotations

import json
import math
import time
from http.client import responses
from typing import Any

from django.utils.http import http_date

from standfirst.delivery.edge.asked import Refused, uri
from standfirst.delivery.edge.current import Stale
from standfirst.delivery.edge.hot import HotPage, Ready, StartResponse
from standfirst.delivery.edge.negotiation import IDENTITY
from standfirst.delivery.edge.rendering import LONGEST_FRESH
from standfirst.delivery.purging.cdn.headers import cache_headers
from standfirst.delivery.purging.cdn.service import Service

REDIRECTS = frozenset({301, 308})
CLOCK_STEP = 30.0
"""Seconds for which headers that name a moment to come may be sent unchanged."""
UNAVAILABLE = b"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><title>One moment</title></head>
<body><h1>One moment, please</h1>
<p>This page cannot be made just now. Please try again in a few seconds.</p></body></html>
"""


def status_line(status: int) -> str:
    """`200` becomes `200 OK`."""
    return f"{status} {responses.get(status, 'Unknown')}"


def make_ready(page: HotPage, encoding: str, body: bytes, service: Service) -> Ready:
    """Return `page` in one encoding, with the headers of a current answer."""
    entry = page.entry
    lasts = fresh_for(page)
    etag = f'"{page.tag.hex()[:24]}{"" if encoding == IDENTITY else "-" + encoding}"'
    modified = http_date(math.floor(page.modified_at))
    headers = list(entry.headers)
    if not any(name.lower() == "cache-control" for name, _value in headers):
        headers += cache_headers(
            service,
            status=entry.status,
            keys=page.keys,
            variant=page.variant,
            by_access=page.by_access,
            fresh_for=lasts,
        )
    headers += [("Vary", "Accept-Encoding, Cookie" if page.by_access else "Accept-Encoding")]
    headers += [("Content-Length", str(len(body)))]
    if entry.status == 200:
        headers += [("ETag", etag), ("Last-Modified", modified)]
    if encoding != IDENTITY:
        headers += [("Content-Encoding", encoding)]
    good_until = math.inf if lasts is None else time.time() + CLOCK_STEP
    return Ready(status_line(entry.status), headers, body, etag, modified if entry.status == 200 else "", good_until)


def fresh_for(page: HotPage) -> float | None:
    """Seconds until the clock changes `page`, or `None` when only a change of something does."""
    entry = page.entry
    if math.isinf(page.until) or page.until >= entry.rendered_at + LONGEST_FRESH - 1:
        return None
    return max(0.0, page.until - time.time() - CLOCK_STEP)


def stale_headers(ready: Ready, page: HotPage, stale: Stale, service: Service) -> list[tuple[str, str]]:
    """The headers of `ready` for an answer that is known to be out of date (RFC 9111, 4.2.4)."""
    seconds = 0.0 if math.isinf(stale.seconds) else stale.seconds
    fresh = cache_headers(
        service,
        status=page.entry.status,
        keys=page.keys,
        variant=page.variant,
        by_access=page.by_access,
        stale_for=max(seconds, 1.0),
        renewing=stale.reason in {"renewing", "cut_off"},
    )
    replaced = {name.lower() for name, _value in fresh}
    code, text = (111, "Revalidation Failed") if stale.reason in {"failed", "busy"} else (110, "Response is Stale")
    kept = [(name, value) for name, value in ready.headers if name.lower() not in replaced]
    return [*kept, *fresh, ("Warning", f'{code} - "{text}"')]


def send_redirect(ready: Ready, query: str, start_response: StartResponse) -> list[bytes]:
    """Answer a stored redirect; `query`, encoded, which no page reads (campaigns), goes along for the script there."""
    headers = [
        (name, _with_query(value, query) if query and name.lower() == "location" else value)
        for name, value in ready.headers
    ]
    start_response(ready.status, headers)
    return ready.body


def _with_query(location: str, query: str) -> str:
    """Return `location` with `query`, unless it has one of its own."""
    address, sign, fragment = location.partition("#")
    return location if "?" in address else f"{address}?{query}{sign}{fragment}"


def refuse(refused: Refused, start_response: StartResponse) -> list[bytes]:
    """Answer a request that cannot be served, in plain text."""
    body = f"{refused.sentence}\n".encode()
    start_response(
        status_line(refused.status),
        [
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
            *refused.headers,
        ],
    )
    return [body]


def report(found: tuple[int, dict[str, Any]], start_response: StartResponse) -> list[bytes]:
    """Answer a question about this process's health as JSON."""
    status, words = found
    body = f"{json.dumps(words)}\n".encode()
    start_response(
        status_line(status),
        [
            ("Content-Type", "application/json"),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
        ],
    )
    return [body]


def unavailable(start_response: StartResponse) -> list[bytes]:
    """Answer that the page cannot be made now (503), in a page that a reader understands."""
    start_response(
        "503 Service Unavailable",
        [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Length", str(len(UNAVAILABLE))),
            ("Cache-Control", "no-store"),
            ("Retry-After", "2"),
        ],
    )
    return [UNAVAILABLE]


def redirect_to_https(environ: dict[str, Any], start_response: StartResponse) -> list[bytes]:
    """Answer a plain-http request with its https address."""
    location = f"https://{environ['HTTP_HOST']}{uri(environ['PATH_INFO'], environ.get('QUERY_STRING', ''))}"
    start_response("301 Moved Permanently", [("Location", location), ("Content-Length", "0")])
    return []
