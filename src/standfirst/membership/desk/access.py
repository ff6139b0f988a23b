"""Who may enter the membership desk."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from wagtail.admin.menu import MenuItem

from standfirst.accounts.roles import Role, has_role
from standfirst.accounts.signed_in import signed_in

View = Callable[..., Any]


def managers_only(view: View) -> View:
    """Let membership managers (and administrators) through and nobody else."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not has_role(signed_in(request), Role.MEMBERSHIP_MANAGER):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return checked


class ManagersMenuItem(MenuItem):
    """A menu entry shown to membership managers."""

    def is_shown(self, request: HttpRequest) -> bool:
        return has_role(signed_in(request), Role.MEMBERSHIP_MANAGER)
