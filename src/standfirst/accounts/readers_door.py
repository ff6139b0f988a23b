"""Keeps readers who are signed in on their own pages: those of staff have another dress and lead to the desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from standfirst.accounts.adapter import READERS_HOME
from standfirst.accounts.models import User

STAFF_PAGES = "/accounts/"


class ReadersDoorMiddleware:
    """Leads readers from every page below `/accounts/` to their account, where all of it has its own page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], given: dict[str, Any]
    ) -> HttpResponseBase | None:
        """Answer readers who are signed in, and nobody else."""
        if not request.path_info.startswith(STAFF_PAGES):
            return None
        user = request.user
        return redirect(READERS_HOME) if isinstance(user, User) and not user.is_staff else None
