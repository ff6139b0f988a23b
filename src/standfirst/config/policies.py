"""What a browser may do with our pages: the public site stays strict, the desk gets what Wagtail's admin needs."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from csp.constants import NONE, SELF, UNSAFE_INLINE
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

DESK = "/desk/"
# What a preview or a draft shows is the public page, and keeps the public page's policy.
PREVIEW = re.compile(r"/(preview|view_draft)/$")

# Found by clicking through the desk with a stricter policy: date and time fields, inline panels and filters carry
# inline script whose text differs from page to page (so that no hash fits), and the rich text editor sets style
# attributes. Everything still comes from this host, and nothing may frame the desk but the desk (its preview).
DESK_POLICY: dict[str, Any] = {
    "default-src": [SELF],
    "script-src": [SELF, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    "media-src": [SELF, "blob:"],
    "frame-src": [SELF],
    "connect-src": [SELF],
    "object-src": [NONE],
    "base-uri": [NONE],
    "form-action": [SELF],
    "frame-ancestors": [SELF],
}

# Nothing on a newspaper's page asks for these; embeds get what they need from their own frame's `allow`.
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "usb",
    )
)


def allowing_pictures(policy: dict[str, Any], sources: list[str]) -> dict[str, Any]:
    """Return `policy` with pictures allowed from `sources`, too."""
    return {**policy, "img-src": [*policy["img-src"], *sources]}


class PolicyMiddleware:
    """Adds the permissions policy, and replaces the content policy on the desk. Stands inside CSPMiddleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.desk_policy = allowing_pictures(DESK_POLICY, settings.MEDIA_SOURCES)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        if _is_desk(request.path_info) and not hasattr(response, "_csp_replace"):
            response._csp_replace = self.desk_policy  # type: ignore[attr-defined]
        return response


def _is_desk(path: str) -> bool:
    return path.startswith(DESK) and not PREVIEW.search(path)
