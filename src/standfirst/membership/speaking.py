"""In which language members' pages speak: they stand outside all editions."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.template.response import SimpleTemplateResponse
from django.utils import translation

COOKIE = "edition"
LIFE = 365 * 24 * 3600
View = Callable[..., HttpResponseBase]


def language_of(request: HttpRequest) -> str:
    """The language that was asked for, else that of the edition the reader came from or used last, else the default."""
    codes = {code for code, _name in settings.LANGUAGES}
    came_from = urlsplit(request.headers.get("Referer", "")).path.lstrip("/").partition("/")[0]
    wishes = (request.POST.get("lang"), request.GET.get("lang"), came_from, request.COOKIES.get(COOKIE))
    return next((wish for wish in wishes if wish in codes), settings.LANGUAGE_CODE)


def members_page(view: View) -> View:
    """Let `view` speak the reader's language, and let nobody store what it says."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        code = language_of(request)
        with translation.override(code):
            request.LANGUAGE_CODE = code
            request.edition_code = code  # type: ignore[attr-defined] # whose furniture stands around the page
            response = view(request, *args, **kwargs)
            if isinstance(response, SimpleTemplateResponse):
                response.render()
        response.headers["Cache-Control"] = "private, no-store"
        if request.COOKIES.get(COOKIE) != code:
            secure = bool(settings.SESSION_COOKIE_SECURE)
            response.set_cookie(COOKIE, code, max_age=LIFE, samesite="Lax", secure=secure)
        return response

    return wrapped
