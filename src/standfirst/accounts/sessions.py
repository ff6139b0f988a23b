"""Ending one session of one's own: the button in each row of allauth's list."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from standfirst.accounts.signed_in import signed_in


@require_POST
@login_required
def end_session(request: HttpRequest, pk: int) -> HttpResponseBase:
    """End session `pk` of whoever asks, and return to the list; somebody else's session is not found.

    The present one ends by signing out, which says good-bye to the browser as well.
    """
    session = get_object_or_404(UserSession, pk=pk, user=signed_in(request))
    if session.session_key == request.session.session_key:
        return redirect("account_logout")
    session.end()
    messages.success(request, _("The session is ended: that browser has to sign in again."))
    return redirect("usersessions_list")
