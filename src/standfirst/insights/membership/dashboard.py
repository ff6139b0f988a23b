"""The membership dashboard: every number with its table, its chart, and a way to its rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from standfirst.insights.membership import charts, coming_and_going, retention, revenue
from standfirst.insights.membership.figures import FIGURES, NAMES, span_of
from standfirst.insights.membership.troubles import troubles
from standfirst.membership.desk.access import managers_only
from standfirst.membership.desk.answers import csv_answer
from standfirst.membership.goal import current_goal
from standfirst.membership.join_names import PLACES
from standfirst.membership.models import MembershipTerms, Price
from standfirst.membership.spans import Span, days, month, months
from standfirst.payments.models import LedgerBook

MONTHS, DAYS, COHORT_MONTHS = 13, 30, 13
AGES = (1, 2, 3, 6, 12)
DUE_DAYS = (7, 30)
MOST_AMOUNTS = 24
ROWS_A_PAGE = 100


@managers_only
@require_safe
def dashboard(request: HttpRequest) -> TemplateResponse:
    """All numbers as they are now."""
    today = timezone.localdate()
    context = {
        "today": today,
        "this_month": f"{today:%Y-%m}",
        "goal": _goal(),
        "months": _flow(_("Members by month"), months(today, MONTHS), "Y-m"),
        "days": _flow(_("Members by day"), days(today, DAYS), "Y-m-d"),
        "revenue": _revenue(today),
        "booked": _booked(today),
        "retention": [_retention(interval, today) for interval in (Price.Interval.MONTH, Price.Interval.YEAR)],
        "sources": _sources(today),
        "rescues": _rescues(today),
        "amounts": _amounts(),
        "due": _due(today),
        "troubles": troubles(),
        "page_title": _("Membership in numbers"),
        "header_icon": "group",
    }
    return TemplateResponse(request, "insights/membership/dashboard.html", context)


def _goal() -> dict[str, Any]:
    goal = current_goal()
    said = _("%(members)s of %(wanted)s") % {"members": f"{goal.members:,}", "wanted": f"{goal.wanted:,}"}
    return {"said": said, "goal": goal, "chart": charts.progress(_("Members and the goal"), said, goal.share)}


def _flow(title: str, spans: Sequence[Span], form: str) -> dict[str, Any]:
    """New and lost in each span, the latest first in the table."""
    found = coming_and_going.flows(spans)
    labels = [date_format(flow.span.first, "m/y" if form == "Y-m" else "j.n.") for flow in found]
    new = charts.Series(_("new"), [flow.new for flow in found], "one")
    lost = charts.Series(_("lost"), [-flow.lost for flow in found], "two")
    said = _("%(new)s new and %(lost)s lost in all.") % {
        "new": sum(flow.new for flow in found),
        "lost": sum(flow.lost for flow in found),
    }
    rows = [(date_format(flow.span.first, form), flow) for flow in reversed(found)]
    return {"title": title, "rows": rows, "said": said, "chart": charts.bars(title, said, labels, [new, lost])}


def _revenue(today: date) -> dict[str, Any]:
    home = MembershipTerms.current().home_currency
    sums = revenue.monthly_recurring()
    return {"sums": sums, "home": revenue.converted(sums, home, revenue.rates_on(today, home))}


def _booked(today: date) -> dict[str, Any]:
    """What this month and the one before booked, to the minor unit."""
    this = month(today)
    before = month(this.first - timedelta(days=1))
    return {
        "months": [(date_format(span.first, "Y-m"), revenue.received(span.begin, span.end)) for span in (this, before)],
        "books": LedgerBook,
    }


def _retention(interval: str, today: date) -> dict[str, Any]:
    """The cohorts' table, and the share of each that stayed the longest that is known for all ages."""
    found = retention.cohorts(interval, months(today, COHORT_MONTHS))
    rows = [(date_format(one.span.first, "Y-m"), one, [(age, one.share(age)) for age in AGES]) for one in found]
    known = [one for one in found if one.share(1) is not None]
    labels = [date_format(one.span.first, "m/y") for one in known]
    shares = [round(100 * (one.share(1) or 0.0), 1) for one in known]
    title = _("Monthly pledges that stay") if interval == Price.Interval.MONTH else _("Yearly pledges that stay")
    said = _("What part of those who began in a month were still there at the end of the next one, in per cent.")
    chart = charts.lines(title, said, labels, [charts.Series(_("per cent"), shares)])
    return {"title": title, "interval": str(interval), "ages": AGES, "rows": rows[::-1], "said": said, "chart": chart}


def _sources(today: date) -> list[tuple[retention.Source, str, str]]:
    """Where they came from, with the name of the place and the interval in words."""
    found = retention.by_source(months(today, retention.SOURCE_MONTHS))
    return [(one, str(PLACES.get(one.name, one.name)), str(Price.Interval(one.interval).label)) for one in found]


def _rescues(today: date) -> dict[str, Any]:
    found = coming_and_going.rescues(months(today, MONTHS))
    series = [
        charts.Series(_("failed"), [one.failed for one in found], "two"),
        charts.Series(_("recovered"), [one.recovered for one in found], "one"),
        charts.Series(_("lost"), [one.lost for one in found], "three"),
    ]
    labels = [date_format(one.span.first, "m/y") for one in found]
    title, said = _("Failed payments"), _("How many pledges had a payment fail, were recovered, or were lost by it.")
    rows = [(date_format(one.span.first, "Y-m"), one) for one in reversed(found)]
    return {"rows": rows, "chart": charts.bars(title, said, labels, series)}


def _amounts() -> dict[str, Any]:
    """The amounts that most pay; the rest is counted together."""
    found = revenue.amounts()
    often = sorted(found, key=lambda one: one.members, reverse=True)[:MOST_AMOUNTS]
    shown = [one for one in found if one in often]
    kinds = list(dict.fromkeys((one.money.currency, one.interval) for one in shown))
    return {
        "rows": [(one, Price.Interval(one.interval).label) for one in shown],
        "other": sum(one.members for one in found) - sum(one.members for one in shown),
        "charts": [_amounts_of(kind, shown) for kind in kinds],
    }


def _amounts_of(kind: tuple[str, str], shown: Sequence[revenue.Amount]) -> tuple[str, str]:
    """Title and chart of one currency and interval: amounts of others cannot be compared with them."""
    own = [one for one in shown if (one.money.currency, one.interval) == kind]
    title = _("What members pay in %(currency)s %(interval)s") % {
        "currency": kind[0],
        "interval": Price.Interval(kind[1]).label,
    }
    labels = [f"{one.money.decimal.normalize():f}" for one in own]
    said = _("How many members pay which amount.")
    series = [charts.Series(_("members"), [one.members for one in own])]
    return title, charts.bars(title, said, labels, series)


def _due(today: date) -> list[tuple[int, str, list[tuple[revenue.Renewals, str]]]]:
    """What is due within some days: how many, until when, and what."""
    now = timezone.now()
    found = []
    for number in DUE_DAYS:
        last = today + timedelta(days=number)
        rows = revenue.renewals(now, days(last, 1)[0].end)
        labelled = [(one, str(Price.Interval(one.interval).label)) for one in rows]
        found.append((number, date_format(last, "Y-m-d"), labelled))
    return found


@managers_only
@require_safe
def rows(request: HttpRequest, name: str) -> HttpResponseBase:
    """The rows behind a figure; `?in=2026-11` names the time, `?format=csv` gives all of them as a file."""
    figure = FIGURES.get(name)
    if figure is None:
        raise Http404(f"There is no figure {name}.")
    try:
        span = span_of(request.GET.get("in", ""))
    except ValueError as error:
        raise Http404("Write the time as 2026-11 or 2026-11-23.") from error
    given = {key: str(value) for key, value in request.GET.items() if key not in {"p", "format", "in"}}
    found = figure.rows(span, given)
    columns = [str(NAMES[column]) for column in figure.columns]
    if request.GET.get("format") == "csv":
        lines = (row.cells for row in figure.lines(found.iterator(chunk_size=1000)))
        return csv_answer(f"{name}.csv", columns, lines)
    page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("p"))
    query = request.GET.copy()
    query.pop("p", None)
    context = {
        "page": page,
        "lines": list(figure.lines(page.object_list)),
        "columns": columns,
        "query": query.urlencode(),
        "page_title": figure.title,
        "page_subtitle": request.GET.get("in", ""),
        "header_icon": "group",
    }
    return TemplateResponse(request, "insights/membership/rows.html", context)
