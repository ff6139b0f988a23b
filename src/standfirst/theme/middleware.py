"""The first part of an address names the edition: its language speaks for the whole page."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation


class EditionLanguageMiddleware:
    """Activates the language of the edition whose address was asked for, else the newsroom's default."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.codes = {code for code, _name in settings.LANGUAGES}

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        code = request.path_info.lstrip("/").partition("/")[0]
        with translation.override(code if code in self.codes else settings.LANGUAGE_CODE):
            request.LANGUAGE_CODE = translation.get_language()
            return self.get_response(request)
