"""What staff are told when the database does not answer: that nothing was saved, and what to do."""

from __future__ import annotations

import sys
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.defaults import server_error

RETRY_AFTER = 10
"""Seconds."""


def handle_failure(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """Answer an exception that nobody handled; Django's `handler500`.

    At the desk a database that is locked, full or away is no riddle (500) but a sentence with a remedy (503).
    """
    away = isinstance(sys.exc_info()[1], OperationalError | InterfaceError)
    if not away or not request.path_info.startswith("/desk/"):
        return server_error(request)
    response = HttpResponse(render_to_string("stories/desk/database_away.html"), status=503)
    response["Retry-After"] = str(RETRY_AFTER)
    response["Cache-Control"] = "no-store"
    return response
