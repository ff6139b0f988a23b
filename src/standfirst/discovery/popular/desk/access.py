"""Who may see what makes a list, and keep stories out."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from wagtail.admin.menu import MenuItem

from standfirst.accounts.roles import Role, has_role
from standfirst.accounts.signed_in import signed_in

ROLES = (Role.EDITOR, Role.PUBLISHER, Role.MEMBERSHIP_MANAGER)
View = Callable[..., Any]


def may_look_after_lists(request: HttpRequest) -> bool:
    """Tell whether who asks is an editor, a publisher, a membership manager or an administrator."""
    return has_role(signed_in(request), *ROLES)


def for_lists(view: View) -> View:
    """Let those through who look after the lists, and nobody else."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not may_look_after_lists(request):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return checked


class ListsMenuItem(MenuItem):
    """A menu entry shown to those who look after the lists."""

    def is_shown(self, request: HttpRequest) -> bool:
        return may_look_after_lists(request)
