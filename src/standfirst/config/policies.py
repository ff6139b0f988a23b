"""What a browser may do with our pages: the public site stays strict, the desk gets what Wagtail's admin needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from csp.constants import NONE, SELF, UNSAFE_INLINE
from django.http import HttpRequest, HttpResponseBase

DESK_PREFIXES = ("/desk/",)

# Wagtail's date and time fields, inline panels and chooser modals carry inline script, and its rich text editor sets
# style attributes. Everything still comes from this host, and nothing may frame the desk but the desk (its preview).
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


class PolicyMiddleware:
    """Adds the permissions policy, and replaces the content policy on the desk. Stands inside CSPMiddleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        if request.path_info.startswith(DESK_PREFIXES) and not hasattr(response, "_csp_replace"):
            response._csp_replace = DESK_POLICY  # type: ignore[attr-defined]
        return response
