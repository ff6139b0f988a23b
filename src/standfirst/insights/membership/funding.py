"""The numbers on an edition's page “How we are funded”: those that the newsroom chose to show.

The page itself is one of the edition's information pages, written as any other. The numbers are a fragment below its
text, so that they may be made anew without it.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from standfirst.delivery import trace
from standfirst.delivery.fragments import fragment
from standfirst.delivery.tracing.declare import table_key
from standfirst.insights.membership import charts
from standfirst.insights.membership.independence import Month, by_month, last_complete
from standfirst.insights.models import ExchangeRate, FundingPage, MonthlyMoney
from standfirst.kit.money import Money
from standfirst.membership.goal import shown_goal
from standfirst.stories.context import paper_of
from standfirst.theme.language import number

FRESH = timedelta(minutes=10)
"""How old readers' money may be: no payment makes a public page anew."""
MONTHS = 12


@fragment("funding", template="theme/fragments/funding.html")
def funding(request: HttpRequest) -> dict[str, Any] | None:
    """What the edition shows; `None` until the newsroom makes it public."""
    edition = paper_of(request).edition
    page = FundingPage.objects.filter(edition=edition, is_public=True).first()
    if edition is None or page is None:
        return None
    context: dict[str, Any] = {}
    if page.shows_members and (goal := shown_goal()) and goal.wanted:
        said = _("%(members)s of %(wanted)s members")
        said %= {"members": number(goal.members), "wanted": number(goal.wanted)}
        context = {"goal_said": said, "goal_chart": charts.progress(_("Members and the goal"), said, goal.share)}
    if page.shows_share or page.shows_sources or page.shows_costs:
        context |= _money(page, edition.language_code, timezone.localdate())
    return context or None


def _money(page: FundingPage, language: str, today: date) -> dict[str, Any]:
    """The latest complete month; the trend of the last year."""
    trace.record(*(table_key(model._meta.db_table) for model in (MonthlyMoney, ExchangeRate)))
    trace.fresh_until(timezone.now() + FRESH)
    with trace.untraced():
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
        context["sources"] = _sources(last, language)
    if page.shows_costs:
        context["costs"] = Money(last.entered.costs, last.entered.currency).format(language)
    if page.shows_share or page.shows_sources:
        context["without_rate"] = [money.format(language) for money in last.without_rate]
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
