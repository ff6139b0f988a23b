"""What was not counted and why, in plain words: robots, repetitions, forgeries, floods."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from standfirst.counting.models import Filtered
from standfirst.counting.reasons import Reason
from standfirst.insights.membership import charts
from standfirst.insights.reading import tables
from standfirst.insights.reading.counted import Counted
from standfirst.insights.reading.curves import curve_of
from standfirst.insights.reading.periods import CHOICES, NOW, Period, period_of, step_at, steps_of
from standfirst.insights.reading.scope import Scope
from standfirst.membership.desk.answers import csv_answer

WORDS: dict[str, Any] = {
    Reason.ASKED_NOT: gettext_lazy(
        "The reader's browser asked not to be counted (Do Not Track or Global Privacy Control). Nothing was kept."
    ),
    Reason.MALFORMED: gettext_lazy("It was not what our pages send: a program that tried something."),
    Reason.ELSEWHERE: gettext_lazy("A page of another site sent it."),
    Reason.FORGED: gettext_lazy("It named a story, but did not carry the mark of that story's page."),
    Reason.ROBOT: gettext_lazy("A robot, such as a search engine, or a browser that nobody looks at."),
    Reason.DATA_CENTRE: gettext_lazy("It came from a network that the newsroom listed as a data centre."),
    Reason.REPLAYED: gettext_lazy("The same was sent again."),
    Reason.NO_VIEW: gettext_lazy("It told of the end of a view whose beginning was never counted."),
    Reason.BURST: gettext_lazy("More came within a minute than a reader, or a network of readers, sends."),
    Reason.VISITOR_CAP: gettext_lazy("One reader had looked at this page often enough that day."),
    Reason.NETWORK_CAP: gettext_lazy("One network had been counted often enough within the hour."),
    Reason.FULL: gettext_lazy("There was no room: more came at once, or on one day, than is ever kept."),
}
"""Each reason in a sentence for staff."""


@require_safe
def filtered(request: HttpRequest) -> HttpResponseBase:
    """What was filtered in a period, by reason and by its steps; `?format=csv` gives reason, hour and number."""
    period = period_of(request.GET)
    if period.is_now:
        raise Http404("What is filtered is counted by hours: choose today.")
    reason = str(request.GET.get("reason", ""))
    if "\0" in reason:
        raise Http404("No reason has a NUL in its name.")
    found = Filtered.objects.between(period.begin, period.end)
    if reason:
        found = found.filter(reason=reason)
    if request.GET.get("format") == "csv":
        rows = found.by("hour", "reason").order_by("hour", "reason")
        lines = ([timezone.localtime(row["hour"]).isoformat(), row["reason"], row["hits"]] for row in rows)
        return csv_answer("reading-filtered.csv", ["hour", "reason", "number"], lines)
    return TemplateResponse(request, "insights/reading/filtered.html", _context(period, reason, found))


def _context(period: Period, reason: str, found: Any) -> dict[str, Any]:
    sums = {row["reason"]: row["hits"] for row in Filtered.objects.between(period.begin, period.end).by("reason")}
    steps = steps_of(period)
    numbers = [0] * len(steps)
    for row in found.by("hour"):
        at = step_at(steps, row["hour"])
        if at is not None:
            numbers[at] += row["hits"]
    series = [charts.Series(_("filtered"), numbers, "two")]
    title = _("What was not counted")
    said = _("%(number)s in all.") % {"number": tables.whole(sum(numbers))}
    ordered = sorted(sums.items(), key=lambda item: (-item[1], item[0]))
    return {
        "period": period,
        "periods": [(label, _address({"period": name}), period.name == name) for name, label in CHOICES if name != NOW],
        "query": urlencode({**period.query, **({"reason": reason} if reason else {})}),
        "reason": reason,
        "reason_said": WORDS.get(reason, reason),
        "all_address": _address(period.query),
        "rows": [(tables.whole(hits), WORDS.get(name, name), _one(period, name)) for name, hits in ordered],
        "views": tables.whole(curve_of(Counted(period, Scope())).total.views),
        "filtered": tables.whole(sum(sums.values())),
        "drawn": charts.bars(title, said, [step.label for step in steps], series) if sum(numbers) else "",
        "steps": list(zip(steps, map(tables.whole, numbers), strict=True)),
        "page_title": title,
        "page_subtitle": period.said,
        "header_icon": "view",
    }


def _one(period: Period, reason: str) -> str:
    return _address({**period.query, "reason": reason})


def _address(parameters: Any) -> str:
    return f"{reverse('reading:filtered')}?{urlencode(parameters)}"
