"""The screen of the lists, and the form with which a story is kept out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin.widgets import AdminDateTimeInput, AdminPageChooser

from standfirst.accounts.signed_in import signed_in
from standfirst.discovery.popular.actions.exclude_story import exclude_story
from standfirst.discovery.popular.actions.readmit_story import readmit_story
from standfirst.discovery.popular.desk.access import for_lists
from standfirst.discovery.popular.desk.standing import Place, places, shown_now
from standfirst.discovery.popular.models import REASON_LENGTH, Exclusion
from standfirst.discovery.popular.scoring import DAY, FEWEST, PERIODS, Period
from standfirst.stories.models import Article

ENDED_SHOWN = 20
PERIOD_NAMES = {
    "hours": gettext_lazy("Three hours"),
    "day": gettext_lazy("Day"),
    "week": gettext_lazy("Week"),
}


@for_lists
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """One list with the parts of each score; `?list=` and `?period=` choose it."""
    now = timezone.now()
    found = places()
    place, period = _chosen(request, found)
    in_force = list(Exclusion.objects.in_force(now).select_related("story", "excluded_by").order_by("-excluded_at"))
    shown = shown_now(place, period, {exclusion.story_id for exclusion in in_force}, now) if place else None
    context = {
        "places": found,
        "place": place,
        "periods": PERIOD_NAMES,
        "period": period,
        "fewest": FEWEST,
        "shown": shown,
        "in_force": in_force,
        "ended": _ended(in_force),
        "page_title": _("Most popular"),
        "page_subtitle": place.name if place else "",
        "header_icon": "list-ol",
    }
    return TemplateResponse(request, "popular/desk/index.html", context)


def _chosen(request: HttpRequest, found: list[Place]) -> tuple[Place | None, Period]:
    asked = request.GET.get("list", "")
    place = next((place for place in found if place.key == asked), None if asked else next(iter(found), None))
    period = PERIODS.get(request.GET.get("period", DAY.name))
    if period is None or (asked and place is None):
        raise Http404("There is no such list: choose one of those offered.")
    return place, period


def _ended(in_force: list[Exclusion]) -> list[Exclusion]:
    over = Exclusion.objects.exclude(pk__in=[exclusion.pk for exclusion in in_force])
    return list(over.select_related("story", "excluded_by", "ended_by").order_by("-excluded_at")[:ENDED_SHOWN])


class ExcludeForm(forms.Form):
    """Which story, why, and for how long."""

    story = forms.ModelChoiceField(
        Article.objects.filter(first_published_at__isnull=False),
        label=gettext_lazy("Story"),
        widget=AdminPageChooser(target_models=[Article]),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=REASON_LENGTH,
        help_text=gettext_lazy("For the newsroom; readers never see it."),
    )
    until = forms.DateTimeField(
        label=gettext_lazy("Until"),
        required=False,
        widget=AdminDateTimeInput(),
        help_text=gettext_lazy("Empty: until somebody lets the story in again."),
    )

    def clean_until(self) -> datetime | None:
        until: datetime | None = self.cleaned_data["until"]
        if until is not None and until <= timezone.now():
            raise forms.ValidationError(_("This moment is past: choose a later one, or leave it empty."))
        return until


@for_lists
def exclude(request: HttpRequest) -> HttpResponse:
    """Keep a story out; `?story=` proposes one."""
    form = ExcludeForm(request.POST if request.method == "POST" else None, initial={"story": _proposed(request)})
    if request.method == "POST" and form.is_valid():
        given: dict[str, Any] = form.cleaned_data
        exclude_story(story=given["story"], reason=given["reason"], by=signed_in(request), until=given["until"])
        messages.success(request, _("“%s” is in no list any more.") % given["story"].title)
        return redirect("popular_desk:index")
    context = {"form": form, "page_title": _("Keep a story out of Most popular"), "header_icon": "list-ol"}
    return TemplateResponse(request, "popular/desk/exclude.html", context, status=422 if form.errors else 200)


def _proposed(request: HttpRequest) -> int | None:
    asked = request.GET.get("story", "")
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 10 else None


@for_lists
@require_POST
def readmit(request: HttpRequest, pk: int) -> HttpResponse:
    """End an exclusion."""
    exclusion = get_object_or_404(Exclusion.objects.select_related("story"), pk=pk)
    if readmit_story(exclusion=exclusion, by=signed_in(request)):
        messages.success(request, _("“%s” is listed again within minutes, where its reads put it.") % exclusion.story)
    return redirect("popular_desk:index")
