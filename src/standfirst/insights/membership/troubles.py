"""What a person has to look at: what was given up, differences with providers, lost mails, members who pay twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django import forms
from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST
from wagtail import hooks

from standfirst.accounts.roles import Role, has_role
from standfirst.accounts.signed_in import signed_in
from standfirst.membership.desk.access import managers_only
from standfirst.membership.models import Member, Pledge, Price, SentMail
from standfirst.membership.trying_cards import cards_are_tried
from standfirst.payments.actions.process_event import try_again
from standfirst.payments.actions.reconcile import close_difference
from standfirst.payments.models import Difference, WebhookEvent
from standfirst.stories.desk.problems import HOOK, Problem

MOST = 50
SHOWN_FOR = timedelta(days=7)


@dataclass(frozen=True)
class Troubles:
    """The latest of each, and how many there are in all."""

    dead: list[WebhookEvent]
    dead_number: int
    differences: list[Difference]
    differences_number: int
    mails_number: int
    """Mails to members that were given up within the last week."""
    twice: list[Member]
    """Members who pay again and again for more than one pledge: two forms were sent before either was paid."""

    def __bool__(self) -> bool:
        return bool(self.dead_number or self.differences_number or self.mails_number or self.twice)


def troubles() -> Troubles:
    """What waits for a person now."""
    dead = WebhookEvent.objects.filter(state=WebhookEvent.State.DEAD).select_related("account").order_by("-received_at")
    open_ones = Difference.objects.filter(closed_at=None).select_related("agreement__account")
    return Troubles(
        list(dead[:MOST]),
        dead.count(),
        list(open_ones[:MOST]),
        open_ones.count(),
        lost_mails().count(),
        list(members_who_pay_twice()[:MOST]),
    )


def members_who_pay_twice() -> QuerySet[Member]:
    """Members with more than one pledge that is collected for, or paid, again and again."""
    again = Pledge.objects.counting().exclude(interval=Price.Interval.ONCE).filter(agreement__isnull=False)
    found = again.exclude(state=Pledge.State.CANCELLING).values("member").annotate(number=Count("pk"))
    return (
        Member.objects.filter(pk__in=found.filter(number__gt=1).values("member")).select_related("user").order_by("pk")
    )


def lost_mails() -> QuerySet[SentMail]:
    """Mails to members that were given up lately."""
    return SentMail.objects.given_up(since=timezone.now() - SHOWN_FOR)


@hooks.register(HOOK)
def report_mails(request: HttpRequest) -> Iterator[Problem]:
    """Report on the admin's first page that members do not get their mails, to those who can send them again."""
    if not has_role(signed_in(request), Role.MEMBERSHIP_MANAGER):
        return
    if number := lost_mails().count():
        words = ngettext("%(n)d mail to a member was not sent.", "%(n)d mails to members were not sent.", number)
        yield Problem(words % {"n": number}, reverse("membership_desk:mails"))


@hooks.register(HOOK)
def report_tried_cards(request: HttpRequest) -> Iterator[Problem]:
    """Report that somebody seems to try stolen cards, from more networks than each of them is stopped for."""
    if not has_role(signed_in(request), Role.MEMBERSHIP_MANAGER):
        return
    if found := cards_are_tried():
        words = _(
            "Somebody may be trying stolen cards: %(declined)d payments begun in the last hour were declined, %(paid)d "
            "were paid. Look at your payment provider's page, and close the way to pay there if it goes on."
        )
        yield Problem(words % found._asdict(), reverse("membership_numbers:dashboard"))


@managers_only
@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a message that was given up be processed anew."""
    event = get_object_or_404(WebhookEvent, pk=pk)
    try_again(event=event)
    messages.success(request, _("The message is processed again in the background."))
    return redirect("membership_numbers:dashboard")


class CloseForm(forms.Form):
    """Why a difference needs nothing more."""

    reason = forms.CharField(label=gettext_lazy("What did you do about it?"), max_length=300)


@managers_only
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a difference, with a reason."""
    difference = get_object_or_404(Difference.objects.filter(closed_at=None), pk=pk)
    form = CloseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        close_difference(difference=difference, reason=form.cleaned_data["reason"], by=signed_in(request))
        messages.success(request, _("The difference is closed."))
        return redirect("membership_numbers:dashboard")
    context = {
        "form": form,
        "button": _("Close it"),
        "page_title": _("Difference with a provider"),
        "page_subtitle": difference.sentence,
        "header_icon": "warning",
    }
    return TemplateResponse(request, "membership/desk/ask.html", context, status=422 if form.errors else 200)
