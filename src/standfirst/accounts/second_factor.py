"""Who must sign in with a second factor, and the door that holds them to it."""

from __future__ import annotations

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from standfirst.accounts.models import User
from standfirst.accounts.roles import GUARDED_ROLES, roles_of


def needs_second_factor(user: User) -> bool:
    """Say whether `user` must have a second factor: publishers and administrators, unless the operator lifted it."""
    return settings.STAFF_MFA_REQUIRED and not roles_of(user).isdisjoint(GUARDED_ROLES)


class SecondFactorMiddleware:
    """Leads publishers and administrators without a second factor to its set-up before the desk opens to them.

    Who has one is asked for it by the sign-in itself; there is no other way to a session.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.desk = reverse("wagtailadmin_home")

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(self.desk) and request.user.is_authenticated and self.lacks_factor(request):
            messages.info(request, _("Your role needs a second factor. Set one up to open the desk."))
            return redirect("mfa_index")
        return self.get_response(request)

    def lacks_factor(self, request: HttpRequest) -> bool:
        user = request.user
        return isinstance(user, User) and needs_second_factor(user) and not is_mfa_enabled(user)
