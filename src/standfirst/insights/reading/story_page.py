"""One story: how it was read from its first hour on, where its readers came from, and who became a member by it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.db.models import Sum
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from standfirst.counting.models import StoryHour
from standfirst.counting.tokens import LARGEST
from standfirst.insights.reading import curves, joins, tables
from standfirst.insights.reading.counted import Counted
from standfirst.insights.reading.curves import Curve, curve_of
from standfirst.insights.reading.drawings import ranking
from standfirst.insights.reading.groups import GROUPS, Group, Line, story_names
from standfirst.insights.reading.joins import Joined
from standfirst.insights.reading.periods import MOST_HOURS_DAYS, Period, day_period, days_between, hours_from
from standfirst.insights.reading.scope import Scope
from standfirst.insights.reading.screen import DRAWN, sees_money
from standfirst.insights.reading.sums import NOTHING
from standfirst.kit.money import Money
from standfirst.membership.desk.answers import csv_answer
from standfirst.payments.models import LedgerBook, LedgerEntry
from standfirst.stories.models import Article

FIRST_HOURS = 48
SHARES = ("referrer", "campaign", "device")
MOST_LINES = 30
MOST_JOINED = 100


@require_safe
def story(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The story `pk` since it was first read; `?format=csv` with `of=hours`, `days` or a way to look gives a file."""
    if pk > LARGEST:
        raise Http404(f"There is no story {pk}: no number of a story is larger than {LARGEST}.")
    article = Article.objects.filter(pk=pk).select_related("edition__locale", "section").defer("body").first()
    begin = first_read(pk)
    if article is None and begin is None:
        raise Http404(f"There is no story {pk}, and nothing was counted of one.")
    counted = Counted(_since(begin or timezone.now()), Scope(), (pk,))
    if request.GET.get("format") == "csv":
        return _file(counted, str(request.GET.get("of", "days")), _begin_of(article, begin))
    context = {
        "article": article,
        "name": story_names([pk])[pk],
        "counted": counted,
        **_curves(counted, _begin_of(article, begin)),
        "shares": [_share(counted, by) for by in SHARES],
        "translations": _translations(article),
        **_joined(pk, with_money=sees_money(request)),
        "page_title": _("How it is read"),
        "page_subtitle": story_names([pk])[pk].text,
        "header_icon": "view",
    }
    return TemplateResponse(request, "insights/reading/story.html", context)


def first_read(story: int) -> datetime | None:
    """The first hour in which `story` was counted."""
    found: datetime | None = (
        StoryHour.objects.filter(story_id=story).order_by("hour").values_list("hour", flat=True).first()
    )
    return found


def _begin_of(article: Article | None, begin: datetime | None) -> datetime:
    """When the first 48 hours begin: when it was published; of one that is gone, or was counted before, the first."""
    published: datetime | None = article.first_published_at if article else None
    return min(filter(None, (published, begin)), default=timezone.now())


def _since(begin: datetime) -> Period:
    """From the day of `begin` to today."""
    return days_between(timezone.localdate(begin), timezone.localdate())


def _hours(counted: Counted, begin: datetime) -> Curve:
    start = begin.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    steps = hours_from(start, FIRST_HOURS)
    days = days_between(timezone.localdate(start), timezone.localdate(steps[-1].begin))
    found = Counted(days, counted.scope, counted.stories).by_step(steps)
    points = [curves.Point(step, one, None, "") for step, one in zip(steps, found, strict=True)]
    return Curve(points, False)


def _curves(counted: Counted, begin: datetime) -> dict[str, Any]:
    hours, days = _hours(counted, begin), curve_of(counted)
    total, today = days.total, curve_of(Counted(day_period(timezone.localdate()), Scope(), counted.stories)).total
    return {
        "hours": hours,
        "hours_drawn": hours.drawn(_("The first 48 hours")) if hours.total.views else "",
        "days": days,
        "days_drawn": days.drawn(_("By day"))
        if total.views and counted.period.number_of_days > MOST_HOURS_DAYS
        else "",
        "total": total,
        "today": today,
        "total_said": {
            "views": tables.whole(total.views),
            "reads": tables.whole(total.reads),
            "share": tables.per_cent(total.share),
            "time": tables.lasting(total.mean_seconds),
            "depth": tables.per_cent(total.mean_depth),
            "today": tables.whole(today.reads),
        },
    }


def _share(counted: Counted, by: str) -> dict[str, Any]:
    """One way to look at the story's views: the lines read most, drawn and as a table."""
    group = GROUPS[by]
    lines, columns = _ordered(counted, group)
    names = group.names({line.key for line in lines[:MOST_LINES]})
    rows = [(names[line.key].text, [column.said(line) for column in columns]) for line in lines[:MOST_LINES]]
    drawn = [(names[line.key].text, line.reading.views) for line in lines[:DRAWN] if line.reading.views]
    return {
        "by": by,
        "group": group,
        "columns": columns,
        "rows": rows,
        "others": len(lines) - len(rows),
        "drawn": ranking(_("Views: %(what)s") % {"what": group.label}, drawn),
    }


def _ordered(counted: Counted, group: Group) -> tuple[list[Line], list[tables.Column]]:
    lines = [line for line in group.lines(counted) if line.reading.views or (line.joined and line.joined.number)]
    columns = tables.columns_of(counted, lines)
    return tables.in_order(lines, group, columns, "views"), columns


def _translations(article: Article | None) -> list[dict[str, Any]]:
    """The story in every edition that has it, beside each other; nothing when there is only one."""
    if article is None:
        return []
    rows = Article.objects.filter(translation_key=article.translation_key).order_by("edition__path", "pk")
    pages = list(rows.select_related("edition__locale").defer("body"))
    if len(pages) < 2:
        return []
    begins = [begin for begin in (first_read(page.pk) for page in pages) if begin]
    sums = Counted(_since(min(begins, default=timezone.now())), Scope(), tuple(page.pk for page in pages)).by_story()
    return [
        {
            "page": page,
            "is_own": page.pk == article.pk,
            "cells": [column.said(Line(page.pk, sums.get(page.pk, NOTHING))) for column in COMPARED],
            "joined": joins.ever(page.pk).number,
        }
        for page in pages
    ]


COMPARED = (tables.VIEWS, tables.READS, tables.SHARE, tables.TIME, tables.DEPTH)


def _joined(story: int, *, with_money: bool) -> dict[str, Any]:
    """Who became a member by it. Names and money are for those who may see them; everybody sees how many."""
    found: Joined = joins.ever(story)
    context: dict[str, Any] = {"joined": tables.whole(found.number), "with_money": with_money}
    if with_money and found.number:
        pledges = joins.of_story(story).select_related("member__user", "tier").order_by("-began_at", "-pk")
        context |= {"promised": found.said, "paid": paid_by(story), "pledges": pledges[:MOST_JOINED]}
        context["not_shown"] = max(0, found.number - MOST_JOINED)
    return context


def paid_by(story: int) -> list[Money]:
    """What those who joined by way of `story` have paid so far, less what was given back or disputed, by currency."""
    numbers = list(joins.of_story(story).values_list("pk", flat=True))
    rows = (
        LedgerEntry.objects.filter(
            book__in=[LedgerBook.INCOME, LedgerBook.REFUNDS, LedgerBook.DISPUTES],
            transaction__payment__agreement__reference__in=[f"pledge:{pk}" for pk in numbers],
        )
        .order_by("currency")
        .values_list("currency")
        .annotate(total=Sum("amount"))
    )
    return [Money(-total, currency) for currency, total in rows]


def _file(counted: Counted, of: str, begin: datetime) -> HttpResponseBase:
    (pk,) = counted.stories
    if of in ("hours", "days"):
        curve = _hours(counted, begin) if of == "hours" else curve_of(counted)
        return csv_answer(f"story-{pk}-{of}.csv", list(curves.CSV_COLUMNS), curve.csv_rows())
    if of not in SHARES:
        raise Http404(f"There is no file of {of}: name it as hours, days, {', '.join(SHARES)}.")
    group = GROUPS[of]
    lines, columns = _ordered(counted, group)
    heads = [str(group.column), *(str(column.label) for column in columns)]
    return csv_answer(f"story-{pk}-{of}.csv", heads, tables.csv_rows(group, lines, columns, with_money=False))
