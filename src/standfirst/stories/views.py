"""Pages of an edition that are no page of the tree: corrections, archive, colours."""

from __future__ import annotations

from datetime import date
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.core.paginator import InvalidPage, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from standfirst.stories.archive import Archive
from standfirst.stories.context import paper_of
from standfirst.stories.models import Correction, site_root

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
    """The months that hold stories."""
    return render(request, "stories/archive.html", {"edition": edition, "months": Archive(edition).months()})


@in_edition
def archive_month(request: HttpRequest, edition: Edition, year: str, month: str) -> HttpResponse:
    """The days of one month that hold stories."""
    first = _date_or_404(year, month, "1")
    context = {"edition": edition, "month": first, "days": Archive(edition).days(first)}
    if not context["days"]:
        raise Http404
    return render(request, "stories/archive_month.html", context)


@in_edition
def archive_day(request: HttpRequest, edition: Edition, year: str, month: str, day: str) -> HttpResponse:
    """The stories of one day. A day without stories has no page."""
    shown, found = _date_or_404(year, month, day), Archive(edition)
    stories = found.stories(shown)
    if not stories:
        raise Http404
    previous, following = found.previous(shown), found.next(shown)
    context = {
        "edition": edition,
        "day": shown,
        "stories": stories,
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


def _date_or_404(year: str, month: str, day: str) -> date:
    try:
        return date(int(year), int(month), int(day))
    except ValueError as error:
        raise Http404 from error
