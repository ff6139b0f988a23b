"""“Reading” under the reports: what was read in a period, by whatever stories and views have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from standfirst.accounts.roles import Role, has_role
from standfirst.accounts.signed_in import signed_in
from standfirst.insights.membership import charts
from standfirst.insights.reading import curves, joins, tables
from standfirst.insights.reading.counted import Counted
from standfirst.insights.reading.curves import Curve, curve_of
from standfirst.insights.reading.drawings import ranking
from standfirst.insights.reading.groups import GROUPS, Group, Line
from standfirst.insights.reading.lengths import BAND_BY_NAME
from standfirst.insights.reading.periods import CHOICES, Period, period_of
from standfirst.insights.reading.scope import COUNTED, NONE, Scope, scope_of
from standfirst.membership.desk.answers import csv_answer

LINES_A_PAGE = 50
DRAWN = 12


def sees_money(request: HttpRequest) -> bool:
    """Whether who asks may see members' money: everybody else sees how many joined, and no more."""
    return has_role(signed_in(request), Role.MEMBERSHIP_MANAGER)


@require_safe
def period(request: HttpRequest) -> HttpResponseBase:
    """What was read in a period; `?by=` chooses the table, `?format=csv` gives it as a file, `&of=curve` the curve."""
    counted = Counted(period_of(request.GET), scope_of(request.GET))
    by, group = _group_of(request, counted)
    if request.GET.get("format") == "csv" and request.GET.get("of") == "curve":
        return csv_answer("reading-curve.csv", list(curves.CSV_COLUMNS), curve_of(counted).csv_rows())
    lines = group.lines(counted)
    columns = tables.columns_of(counted, lines)
    sort = str(request.GET.get("sort", ""))
    ordered = tables.in_order(lines, group, columns, sort)
    if request.GET.get("format") == "csv":
        return _file(request, by, group, ordered, columns)
    page = Paginator(ordered, LINES_A_PAGE).get_page(request.GET.get("p"))
    curve = curve_of(counted)
    context = {
        **_around(counted, by),
        **_totals(counted, curve),
        "curve": curve,
        "curve_drawn": curve.drawn(_("Views and reads")) if curve.total.views else "",
        "group": group,
        "group_drawn": _drawn(by, group, lines),
        "heads": _heads(request, columns, sort),
        "rows": tables.rows_of(counted, group, list(page.object_list), columns),
        "page": page,
        "query": _kept(request, "p"),
        "with_money": sees_money(request) and any(line.joined and line.joined.number for line in lines),
        "page_title": _("Reading"),
        "page_subtitle": counted.period.said,
        "header_icon": "view",
    }
    return TemplateResponse(request, "insights/reading/period.html", context)


def _group_of(request: HttpRequest, counted: Counted) -> tuple[str, Group]:
    by = str(request.GET.get("by") or "story")
    if by not in GROUPS:
        raise Http404(f"Reading is not counted by {by}: name it as {', '.join(GROUPS)}.")
    if counted.period.is_now and not set(UNKNOWN_NOW).isdisjoint(counted.scope.given):
        raise Http404("Of the last 30 minutes no campaign, device or hour is known.")
    if counted.period.is_now and not GROUPS[by].is_counted_now:
        by = "story"
    return by, GROUPS[by]


UNKNOWN_NOW = tuple(name for name in COUNTED if name != "referrer")


def _file(
    request: HttpRequest, by: str, group: Group, lines: Sequence[Line], columns: Sequence[tables.Column]
) -> HttpResponseBase:
    with_money = sees_money(request)
    heads = [str(group.column), *(str(column.label) for column in columns)]
    money = [_("Promised")] if with_money else []
    return csv_answer(
        f"reading-{by}.csv", [*heads, *money], tables.csv_rows(group, lines, columns, with_money=with_money)
    )


def _around(counted: Counted, by: str) -> dict[str, Any]:
    """The ways to other periods, other tables and out of the scope."""
    own, scope = counted.period, counted.scope
    now_loses = [name for name in UNKNOWN_NOW if name in scope.given]
    periods = [
        (label, _address({"period": name, **scope.query, "by": by}), own.name == name)
        for name, label in CHOICES
        if not (name == "now" and now_loses)
    ]
    ways = [
        (group.label, _address({**own.query, **scope.query, "by": name}), name == by)
        for name, group in GROUPS.items()
        if group.is_counted_now or not own.is_now
    ]
    wider = {name: {key: one for key, one in scope.query.items() if key != name} for name in scope.given}
    narrowed = [
        (label, text, _address({**own.query, **wider[name], "by": by})) for name, label, text in _narrowed(scope)
    ]
    hidden = {**scope.query, "by": by}
    return {
        "counted": counted,
        "period": own,
        "by": by,
        "periods": periods,
        "ways": ways,
        "narrowed": narrowed,
        "hidden": hidden,
    }


def _narrowed(scope: Scope) -> list[tuple[str, Any, str]]:
    """What the scope narrows to, in words: its parameter, what kind of thing it is, and which."""
    found = []
    for name, value in scope.given.items():
        if name == "section" and value == NONE:
            text = _("Stories that are no longer there")
        elif name == "length":
            text = str(BAND_BY_NAME[value].label)
        else:
            known = GROUPS[name].names({value}).get(value)
            text = known.text if known else str(value)
        found.append((name, GROUPS[name].column, text))
    return found


def _totals(counted: Counted, curve: Curve) -> dict[str, Any]:
    """The figures on top."""
    total = curve.total
    joined = joins.begun(counted.period, counted.scope).count() if counted.scope.knows_joins else None
    return {
        "total": total,
        "total_said": {
            "views": tables.whole(total.views),
            "reads": tables.whole(total.reads),
            "share": tables.per_cent(total.share),
            "time": tables.lasting(total.mean_seconds),
            "depth": tables.per_cent(total.mean_depth),
        },
        "total_joined": "" if joined is None else tables.whole(joined),
        "total_readers": tables.whole(round(curve.readers_a_day)) if curve.readers_a_day else "",
    }


def _drawn(by: str, group: Group, lines: Sequence[Line]) -> Any:
    """The lines that were read most; hours of the day one after the other."""
    title = str(group.label)
    if by == "hour":
        series = [charts.Series(_("reads"), [line.reading.reads for line in lines])]
        return charts.bars(title, title, [f"{line.key}" for line in lines], series) if lines else ""
    most = sorted(lines, key=lambda line: (-line.reading.reads, -line.reading.views))[:DRAWN]
    names = group.names({line.key for line in most})
    rows = [(names[line.key].said, line.reading.reads) for line in most if line.reading.reads]
    return ranking(_("Reads: %(what)s") % {"what": title}, rows)


def _heads(request: HttpRequest, columns: Sequence[tables.Column], sort: str) -> list[tuple[Any, str, str]]:
    """Each column's label, the address that sorts by it, and how it is sorted now."""
    found = []
    for name, label in (("name", None), *((column.name, column.label) for column in columns)):
        is_own = sort.removeprefix("-") == name
        other = f"-{name}" if is_own and not sort.startswith("-") else name
        # Names begin with the first letter, figures with the largest.
        falls = sort.startswith("-") == (name == "name")
        state = ("descending" if falls else "ascending") if is_own else ""
        found.append((label, f"?{_kept(request, 'p', 'sort')}sort={other}", state))
    return found


def _kept(request: HttpRequest, *without: str) -> str:
    """The parameters of this address without some of them, to be written before another one."""
    kept = [(name, value) for name, value in request.GET.items() if name not in {*without, "format", "of"}]
    return f"{urlencode(kept)}&" if kept else ""


def _address(parameters: dict[str, str]) -> str:
    return f"{reverse('reading:period')}?{urlencode(parameters)}"


def period_address(period: Period, **more: str) -> str:
    """The address of a period's page."""
    return _address({**period.query, **more})
