"""Answers the edge when it asks for one fragment instead of a page."""

from __future__ import annotations

import json
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from standfirst.delivery import fragments

ENVIRON = "standfirst.fragment"
"""Set by the edge alone: what a client sends reaches the environment under names in capitals only."""


class FragmentMiddleware:
    """Answers a request for a fragment as JSON; stands right after what chooses the edition's language."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        asked = request.META.get(ENVIRON)
        if asked is None:
            return self.get_response(request)
        wanted = json.loads(asked)
        name = wanted["name"]
        if name not in fragments.names():
            return HttpResponse(f"There is no fragment {name!r}.", status=404, content_type="text/plain")
        pieces = fragments.render(name, request, wanted.get("of", ""))
        return HttpResponse(pieces.payload, content_type="application/json")
