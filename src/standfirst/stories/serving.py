"""Finds the page of an address with one or two queries, where walking down the tree needs one or two for each step."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from wagtail.models import Page
from wagtail.views import serve as wagtail_serve

from standfirst.stories.context import paper_of
from standfirst.stories.models import Article


def serve(request: HttpRequest, path: str) -> HttpResponse:
    """Answer the page at `path` (without the leading slash), through Wagtail's own hooks.

    Pages that answer further addresses below their own are left to Wagtail's walk down the tree.
    """
    page = page_at(request, path)
    if page is not None:
        try:
            request._wagtail_route_for_request = page.route(request, [])  # type: ignore[attr-defined]
        except Http404:
            request._wagtail_route_for_request = None  # type: ignore[attr-defined]
    response: HttpResponse = wagtail_serve(request, path)
    return response


def page_at(request: HttpRequest, path: str) -> Page | None:
    """Return the page whose address is exactly `path`, with what its template needs, or `None`."""
    components = [component for component in path.split("/") if component]
    if not components:
        return None
    url_path = f"{paper_of(request).root_path}{'/'.join(components)}/"
    where = {"slug": components[-1], "url_path": url_path}  # the slug's index finds the row; paths have none
    article = Article.objects.select_related("lead_picture").filter(**where).first() if len(components) > 2 else None
    if article is not None:
        return _furnished(request, article)
    page = Page.objects.filter(**where).first()
    return page.specific if page else None


def _furnished(request: HttpRequest, article: Article) -> Article:
    """Give the article the section and the edition that are read for the page around it anyway."""
    paper = paper_of(request)
    if section := paper.section(article.section_id):
        article.section = section
    if edition := paper.edition_at(article.path):
        article.edition = edition
    return article
