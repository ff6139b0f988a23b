"""The desk's screens of tests: what a test says, and what staff decide about it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from standfirst.accounts.roles import Role, has_role
from standfirst.accounts.signed_in import signed_in
from standfirst.appeals.models import Appeal, TrialDecision, Variant
from standfirst.appeals.trials.actions.begin_trial import LEAST, begin_trial
from standfirst.appeals.trials.actions.change_winner import change_winner
from standfirst.appeals.trials.actions.end_trial import end_trial
from standfirst.appeals.trials.actions.revive_variant import revive_variant
from standfirst.appeals.trials.actions.stop_variant import stop_variant
from standfirst.appeals.trials.deciding import CannotDecide
from standfirst.appeals.trials.figures import figures_of
from standfirst.appeals.trials.report import report_of
from standfirst.appeals.trials.words import asleep, before_it_begins
from standfirst.membership.models import Pledge

View = Callable[..., Any]
RIGHT = "appeals.change_appeal"
FOUR_WEEKS = timedelta(days=28)


def writers_only(view: View) -> View:
    """Let those through who may write appeals."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not signed_in(request).has_perm(RIGHT):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return checked


class WhyForm(forms.Form):
    """Why something is decided, for the history."""

    why = forms.CharField(label=gettext_lazy("Why"), max_length=200, required=False)


@writers_only
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All appeals that are tested, were tested or can be, those that run first."""
    found = Appeal.objects.select_related("campaign", "edition", "winner").prefetch_related("variants")
    rows = [appeal for appeal in found if appeal.trial_begun or len(appeal.variants.all()) >= LEAST]
    rows.sort(key=lambda appeal: (not appeal.is_on_trial, appeal.trial_begun is None, -appeal.pk))
    context = {"appeals": rows, "page_title": _("Tests of appeals"), "header_icon": "comment"}
    return TemplateResponse(request, "appeals/trials/index.html", context)


@writers_only
@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """One appeal's test: the verdict first, then picture, table, buttons and history."""
    appeal = get_object_or_404(Appeal.objects.select_related("campaign", "edition").prefetch_related("variants"), pk=pk)
    variants = list(appeal.variants.all())
    context: dict[str, Any] = {
        "appeal": appeal,
        "variants": variants,
        "can_begin": len(variants) >= LEAST and not appeal.is_on_trial,
        "asleep": "" if appeal.trial_ended else asleep(appeal, timezone.now()),
        "form": WhyForm(),
        "history": TrialDecision.objects.filter(appeal=appeal).select_related("by", "variant"),
        "page_title": _("Test of an appeal"),
        "page_subtitle": str(appeal),
        "header_icon": "comment",
    }
    if appeal.trial_begun:
        sees_money = has_role(signed_in(request), Role.MEMBERSHIP_MANAGER)
        context["shown_to_all"] = next((one.pk for one in appeal.wordings()), None)
        context["report"] = report_of(figures_of(appeal), with_money=sees_money)
    if context["can_begin"]:
        context["outlook"] = before_it_begins(len(variants), _joins_lately(variants))
    return TemplateResponse(request, "appeals/trials/show.html", context)


def _joins_lately(variants: list[Variant]) -> int:
    since = timezone.now() - FOUR_WEEKS
    numbers = [variant.pk for variant in variants]
    return Pledge.objects.filter(source_variant__in=numbers, made_at__gte=since, began_at__isnull=False).count()


@writers_only
@require_POST
def begin(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a test."""
    appeal = get_object_or_404(Appeal, pk=pk)
    return _decide(request, appeal, lambda _why: begin_trial(appeal=appeal, by=signed_in(request)), _("The test runs."))


@writers_only
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a test without a winner."""
    appeal = get_object_or_404(Appeal, pk=pk)
    act = lambda why: end_trial(appeal=appeal, by=signed_in(request), why=why)  # noqa: E731
    return _decide(request, appeal, act, _("The test is over. Everybody sees A."))


@writers_only
@require_POST
def choose(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Choose a winner, or another one once the test is over."""
    appeal, variant = _variant(pk, number)
    verb = change_winner if appeal.trial_ended else end_trial
    act = lambda why: verb(appeal=appeal, winner=variant, by=signed_in(request), why=why)  # noqa: E731
    said = _("The test is over. Everybody sees %(letter)s.") % {"letter": variant.letter}
    return _decide(request, appeal, act, said)


@writers_only
@require_POST
def stop(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Stop a variant."""
    appeal, variant = _variant(pk, number)
    act = lambda why: stop_variant(appeal=appeal, variant=variant, by=signed_in(request), why=why)  # noqa: E731
    return _decide(request, appeal, act, _("The variant is not shown any more."))


@writers_only
@require_POST
def revive(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Show a stopped variant again."""
    appeal, variant = _variant(pk, number)
    act = lambda why: revive_variant(appeal=appeal, variant=variant, by=signed_in(request), why=why)  # noqa: E731
    return _decide(request, appeal, act, _("The variant is shown again, and not stopped by itself any more."))


def _variant(pk: int, number: int) -> tuple[Appeal, Variant]:
    variant = get_object_or_404(Variant.objects.select_related("appeal"), appeal=pk, number=number)
    return variant.appeal, variant


def _decide(request: HttpRequest, appeal: Appeal, act: Callable[[str], object], said: str) -> HttpResponse:
    """Do it and say so, or say why not; the reason that was given goes into the history."""
    form = WhyForm(request.POST)
    why = form.cleaned_data["why"] if form.is_valid() else ""
    try:
        act(why)
    except CannotDecide as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, said)
    return redirect("appeal_trials:show", appeal.pk)
