"""Conditional requests (RFC 9110, section 13): a reader that has the newest version gets a 304."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import http_date

MAX_AGE = 60
"""Seconds that a cache may keep what machines read; what is killed is gone everywhere after that time."""


def conditional(
    request: HttpRequest, body: str | bytes, content_type: str, modified: datetime | None = None
) -> HttpResponseBase:
    """Return `body` with validators, or 304 when the client has it already.

    The entity tag is made of the content itself, so it changes when a picture's credit or a contributor's name does.
    A date alone counts only when it is exactly ours: after a story was killed the newest date may be older than the
    client's, and a comparison would call the old copy fresh.
    """
    data = body.encode() if isinstance(body, str) else body
    etag = f'"{hashlib.blake2b(data, digest_size=16).hexdigest()}"'
    response = HttpResponse(data, content_type=content_type)
    response["ETag"] = etag
    if modified:
        response["Last-Modified"] = http_date(modified.timestamp())
    patch_cache_control(response, public=True, max_age=MAX_AGE)
    if "If-None-Match" in request.headers:
        return get_conditional_response(request, etag=etag, response=response) or response
    if modified and request.headers.get("If-Modified-Since") == response["Last-Modified"]:
        response.status_code = 304
        response.content = b""
    return response
