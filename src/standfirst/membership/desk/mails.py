"""Mails to members that were given up, and those that wait."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from standfirst.accounts.signed_in import signed_in
from standfirst.membership.actions.send_again import CannotSendAgain, send_again
from standfirst.membership.desk.access import managers_only
from standfirst.membership.models import MailKind, SentMail

MOST = 100
SHOWN_FOR = timedelta(days=90)
WAITS_LONG = timedelta(minutes=5)
"""A mail that was ordered less long ago is on its way."""


@managers_only
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Both lists, the newest first."""
    now = timezone.now()
    known = SentMail.objects.select_related("member").order_by("-made_at", "-pk")
    context = {
        "given_up": known.given_up(since=now - SHOWN_FOR)[:MOST],
        "waiting": known.waiting(before=now - WAITS_LONG)[:MOST],
        "code": MailKind.CODE,
        "page_title": _("Mails that wait"),
        "header_icon": "mail",
    }
    return TemplateResponse(request, "membership/desk/mails.html", context)


@managers_only
@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Let one that was given up be sent."""
    mail = get_object_or_404(SentMail, pk=pk)
    try:
        send_again(mail=mail, by=signed_in(request))
    except CannotSendAgain as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("The mail is sent in the background; if it fails again you find it here."))
    return redirect("membership_desk:mails")
