"""Pages of an edition that are no page of the tree: corrections, archive, colours."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.core.paginator import InvalidPage, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from standfirst.stories.archive import Archive, asked_day
from standfirst.stories.context import paper_of
from standfirst.stories.models import Correction, site_root
from standfirst.theme.language import weekdays

if TYPE_CHECKING:
    from collections.abc import Callable

    from standfirst.stories.models import Edition

CORRECTIONS_A_PAGE = 30
A_YEAR = 365 * 24 * 3600


def in_edition(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give `view` the live edition whose language code stands in the address, or answer 404."""

    @require_safe
    @wraps(view)
    def wrapped(request: HttpRequest, language: str, **kwargs: Any) -> HttpResponse:
        paper = paper_of(request)
        if paper.edition is None or paper.edition.slug != language:
            raise Http404("There is no edition in this language.")
        return view(request, paper.edition, **kwargs)

    return wrapped


@in_edition
def corrections(request: HttpRequest, edition: Edition) -> HttpResponse:
    """All corrections of an edition, the latest first."""
    found = Correction.objects.filter(article__edition=edition, article__live=True).select_related("article")
    try:
        page = Paginator(found.defer("article__body"), CORRECTIONS_A_PAGE).page(request.GET.get("page", 1))
    except InvalidPage as error:
        raise Http404 from error
    context = {
        "edition": edition,
        "corrections": page.object_list,
        "newer": page.previous_page_number() if page.has_previous() else None,
        "older": page.next_page_number() if page.has_next() else None,
    }
    return render(request, "stories/corrections.html", context)


@require_safe
def all_corrections(request: HttpRequest) -> HttpResponse:
    """`/corrections/` leads to those of the default edition; each edition's stand beside its stories."""
    newsroom = site_root()
    edition = newsroom.default_edition() if newsroom else None
    if edition is None:
        raise Http404
    return redirect(f"{edition.url}corrections/")


@in_edition
def archive(request: HttpRequest, edition: Edition) -> HttpResponse:
    """The months that hold stories; `?day=2025-03-10` leads to that day, or the nearest one that holds any."""
    found, asked = Archive(edition), asked_day(request.GET.get("day") or "")
    if asked:
        day = found.nearest(asked)
        return redirect(found.day_url(day) if day else found.url)
    return render(request, "stories/archive.html", {"edition": edition, "months": found.months()})


@in_edition
def archive_month(request: HttpRequest, edition: Edition, year: str, month: str) -> HttpResponse:
    """One month as a calendar. A month without stories has no page."""
    first, found = _date_or_404(year, month, "1"), Archive(edition)
    weeks = found.weeks(first)
    if not any(cell.span for week in weeks for cell in week):
        raise Http404
    previous, following = found.previous(first), found.next(_last_day(first))
    context = {
        "edition": edition,
        "month": first,
        "weeks": weeks,
        "weekdays": weekdays(),
        "previous": previous,
        "previous_url": found.month_url(previous) if previous else "",
        "next": following,
        "next_url": found.month_url(following) if following else "",
    }
    return render(request, "stories/archive_month.html", context)


@in_edition
def archive_day(request: HttpRequest, edition: Edition, year: str, month: str, day: str) -> HttpResponse:
    """The stories of one day, and its month's calendar. A day without stories has no page."""
    shown, found = _date_or_404(year, month, day), Archive(edition)
    stories = found.stories(shown)
    if not stories:
        raise Http404
    previous, following = found.previous(shown), found.next(shown)
    first = shown.replace(day=1)
    context = {
        "edition": edition,
        "day": shown,
        "stories": stories,
        "month": first,
        "month_url": found.month_url(first),
        "weeks": found.weeks(first),
        "weekdays": weekdays(),
        "previous": previous,
        "previous_url": found.day_url(previous) if previous else "",
        "next": following,
        "next_url": found.day_url(following) if following else "",
    }
    return render(request, "stories/archive_day.html", context)


@require_safe
def colours(request: HttpRequest, version: str) -> HttpResponse:
    """The newsroom's colours; the version in the address lets browsers keep them for a year."""
    response = HttpResponse(paper_of(request).colours, content_type="text/css; charset=utf-8")
    response["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    return response


def _last_day(first: date) -> date:
    return first.replace(day=monthrange(first.year, first.month)[1])


def _date_or_404(year: str, month: str, day: str) -> date:
    found = asked_day(f"{year}-{month:0>2}-{day:0>2}")
    if found is None:
        raise Http404
    return found
