"""Calls to a CDN: short, bounded in time, and with a sentence of cause and remedy when they fail."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from standfirst import __version__

ANSWER_WITHIN = 10.0
"""Seconds that a CDN has for an answer."""
LARGEST_ANSWER = 64 * 1024
REMEDIES = {
    400: "look at `cdn_id` and `cdn_token`",
    401: "give `cdn_token` a token that may purge",
    403: "give `cdn_token` a token that may purge, or let this machine's address purge (an ACL)",
    404: "correct `cdn_id`",
    405: "let the cache accept PURGE from this machine",
    429: "nothing to do: it is tried again more slowly",
}


class PurgeFailed(Exception):
    """The CDN was not told, or did not accept it.

    `retry_after`: seconds it asked to be left alone, 0 if it did not; `status`: of its answer, 0 without one.
    """

    def __init__(self, sentence: str, *, retry_after: float = 0.0, status: int = 0) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after
        self.status = status


class _NoRedirects(HTTPRedirectHandler):
    """A purge that is sent elsewhere would be a GET there, and the token would go along."""

    def redirect_request(self, *_arguments: Any) -> None:
        return None


_opener = build_opener(_NoRedirects)


def call(method: str, url: str, headers: Mapping[str, str], body: Mapping[str, object] | None = None) -> bytes:
    """Send one request and return the answer's body. Raises PurgeFailed unless the status is 2xx."""
    host = urlsplit(url).netloc
    data = None if body is None else json.dumps(body).encode()
    sent = {"User-Agent": f"Standfirst/{__version__}", **headers}
    if data is not None:
        sent["Content-Type"] = "application/json"
    request = Request(url, data=data, headers=sent, method=method)  # noqa: S310 - http(s) by `config.cdn`
    try:
        with _opener.open(request, timeout=ANSWER_WITHIN) as answer:
            found: bytes = answer.read(LARGEST_ANSWER)
            return found
    except HTTPError as error:
        with error:
            raise _refused(host, error) from error
    except (OSError, http.client.HTTPException) as error:
        cause = getattr(error, "reason", None) or error
        raise PurgeFailed(f"{host} cannot be reached ({cause}); it is tried again") from error


def _refused(host: str, error: HTTPError) -> PurgeFailed:
    remedy = REMEDIES.get(error.code, "it is tried again")
    asked = error.headers.get("Retry-After", "")
    return PurgeFailed(
        f"{host} answered {error.code} {error.reason}; {remedy}",
        retry_after=float(asked) if asked.isdigit() else 0.0,
        status=error.code,
    )
