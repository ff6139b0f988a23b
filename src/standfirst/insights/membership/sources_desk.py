"""The screen of what led people to join."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from standfirst.insights.membership.sources import PARTS, Source, by_part
from standfirst.membership.desk.access import managers_only
from standfirst.membership.desk.answers import csv_answer
from standfirst.membership.spans import Span, months

COLUMNS = ("value", "name", "joined", "still there", "currency", "paid")
A_PAGE = 100
MONTHS = {"1": gettext_lazy("this month"), "3": gettext_lazy("3 months"), "13": gettext_lazy("13 months")}


class SourcesForm(forms.Form):
    """By what, and of which time; what is wrong is the default."""

    by = forms.ChoiceField(label=gettext_lazy("By"), choices=list(PARTS.items()), required=False)
    months = forms.ChoiceField(label=gettext_lazy("Time"), choices=list(MONTHS.items()), required=False)

    def chosen(self) -> tuple[str, int]:
        """The part, and how many months up to this one."""
        self.is_valid()
        return self.cleaned_data.get("by") or "place", int(self.cleaned_data.get("months") or 13)


@managers_only
@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """Joins and money by one part of what led there; `?format=csv` gives the same as a file."""
    part, number = SourcesForm(request.GET).chosen()
    spans = months(timezone.localdate(), number)
    found = by_part(part, spans)
    if request.GET.get("format") == "csv":
        return csv_answer(f"joined-by-{part}.csv", COLUMNS, _lines(found))
    context: dict[str, Any] = {
        "form": SourcesForm({"by": part, "months": str(number)}),
        "by": part,
        "months": number,
        "since": spans[0].first,
        "last": f"{_last(spans):%Y-%m}",
        "page": Paginator(found, A_PAGE).get_page(request.GET.get("p")),
        "query": f"by={part}&months={number}&",
        "joins": sum(one.joins for one in found),
        "page_title": _("What led people to join"),
        "header_icon": "group",
    }
    return TemplateResponse(request, "insights/membership/sources.html", context)


def _last(spans: list[Span]) -> date:
    return spans[-1].first


def _lines(found: list[Source]) -> Iterator[list[object]]:
    """One line for each currency; one without money for whoever paid nothing."""
    for one in found:
        start = [one.value, one.name, one.joins, one.staying]
        for money in one.money:
            yield [*start, money.currency, money.decimal]
        if not one.money:
            yield [*start, "", ""]
