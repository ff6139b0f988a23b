"""What a story refuses in the admin becomes a message."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from wagtail.admin import messages

from standfirst.stories.errors import StoryError


class StoryErrorMiddleware:
    """Turns what a story refuses in the admin (an embargo, a killed story) into a message where the user came from.

    One place for the editor, its workflow buttons, the dashboard and bulk actions, all of which are Wagtail's.
    """

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response: HttpResponseBase = self.get_response(request)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        if not isinstance(exception, StoryError) or not request.path_info.startswith(reverse("wagtailadmin_home")):
            return None
        for message in exception.messages:
            messages.error(request, message)
        address = came_from(request)
        if request.headers.get("x-requested-with") == "XMLHttpRequest":
            # The form of Wagtail's workflow dialogue: it goes where this says.
            return JsonResponse({"step": "success", "redirect": address})
        return redirect(address)


def came_from(request: HttpRequest) -> str:
    """Return the address of the admin's page that the request came from, else of the dashboard."""
    referrer = request.headers.get("referer", "")
    desk = reverse("wagtailadmin_home")
    if url_has_allowed_host_and_scheme(referrer, {request.get_host()}) and urlsplit(referrer).path.startswith(desk):
        return referrer
    return desk
