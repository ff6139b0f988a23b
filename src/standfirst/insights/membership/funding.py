"""“How we are funded”: an edition's public page with the numbers that the newsroom chose to show."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from standfirst.delivery import trace
from standfirst.insights.membership import charts
from standfirst.insights.membership.independence import Month, by_month, last_complete
from standfirst.insights.models import FundingPage
from standfirst.kit.money import Money
from standfirst.membership.goal import current_goal
from standfirst.stories.models import Edition
from standfirst.stories.views import in_edition

FRESH = timedelta(minutes=10)
"""How old the numbers may be: no payment makes a public page anew."""
MONTHS = 12


@in_edition
def how_we_are_funded(request: HttpRequest, edition: Edition) -> HttpResponse:
    """The page; 404 until the newsroom makes it public."""
    page = FundingPage.objects.filter(edition=edition).first()
    if page is None or not page.is_public:
        raise Http404("This edition has no public page about its funding.")
    trace.fresh_until(timezone.now() + FRESH)
    context: dict[str, Any] = {"page": page, "title": page.title or _("How we are funded"), "edition": edition}
    if page.shows_members:
        context["goal"] = goal = current_goal()
        said = _("%(members)s of %(wanted)s") % {"members": f"{goal.members:,}", "wanted": f"{goal.wanted:,}"}
        context["goal_chart"] = charts.progress(_("Members and the goal"), said, goal.share)
        context["goal_said"] = said
    if page.shows_share or page.shows_sources or page.shows_costs:
        context |= _money(page, edition, timezone.localdate())
    return render(request, "insights/membership/funding.html", context)


def _money(page: FundingPage, edition: Edition, today: date) -> dict[str, Any]:
    """The latest complete month; the trend of the last year."""
    found = by_month(today, MONTHS + 1)
    last = last_complete(found, today)
    if last is None or last.entered is None:
        return {}
    context: dict[str, Any] = {"month": last.span.first}
    if page.shows_share:
        known = [one for one in found if one.share is not None and one.span.first <= last.span.first]
        context["share"] = round(100 * (last.share or 0))
        context["trend"] = [(one.span.first, round(100 * (one.share or 0))) for one in known]
        context["trend_chart"] = _trend(known)
    if page.shows_sources:
        context["sources"] = _sources(last, edition.language_code)
    if page.shows_costs:
        context["costs"] = Money(last.entered.costs, last.entered.currency).format(edition.language_code)
    return context


def _trend(known: list[Month]) -> str:
    labels = [date_format(one.span.first, "m/y") for one in known]
    shares = [float(round(100 * (one.share or 0))) for one in known]
    said = _("What part of the costs readers carried, in per cent.")
    return charts.lines(_("Carried by readers"), said, labels, [charts.Series(_("per cent"), shares)])


def _sources(last: Month, language: str) -> list[tuple[str, str, int]]:
    """Name, amount and share in per cent of each source that brought something."""
    entered = last.entered
    if entered is None:
        return []
    named = [
        (_("Readers"), last.readers.amount),
        (_("Grants"), entered.grants),
        (_("Advertising"), entered.advertising),
        (_("Other income"), entered.other),
    ]
    total = sum(amount for _name, amount in named if amount > 0)
    return [
        (name, Money(amount, entered.currency).format(language), round(100 * amount / total))
        for name, amount in named
        if amount > 0
    ]
