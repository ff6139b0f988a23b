"""`/sitemap.xml`, its shares, and `/news-sitemap.xml`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from heapq import merge
from itertools import islice

from django.http import Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from standfirst.delivery.trace import fresh_until
from standfirst.stories.models import Edition, ListedStory, NewsroomSettings
from standfirst.syndication.addresses import SiteAddress, site_address
from standfirst.syndication.conditional import MAX_AGE, conditional
from standfirst.syndication.sitemaps.places import Place, places, shares
from standfirst.syndication.text import iso_time
from standfirst.syndication.xml_stream import XmlStream

CONTENT_TYPE = "application/xml; charset=utf-8"
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
XHTML = "http://www.w3.org/1999/xhtml"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"
# Both from https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap
NEWS_HOURS = 48
NEWS_LIMIT = 1000
NEWS_FRESH = timedelta(minutes=10)
"""How long the list may keep a story that has just become too old for it."""


@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """Name every share of the sitemap."""
    site = site_address(request)
    stream = XmlStream()
    stream.start("sitemapindex", {"xmlns": SITEMAP})
    found = shares(site)
    for number, changed in found:
        stream.start("sitemap")
        stream.element("loc", site.absolute(reverse("sitemap_share", args=[number])))
        _write_changed(stream, changed)
        stream.end("sitemap")
    stream.end("sitemapindex")
    return conditional(request, "".join(stream.taken(whole=True)), CONTENT_TYPE)


@require_safe
def share(request: HttpRequest, number: str) -> HttpResponseBase:
    """Stream one share.

    Raises:
        Http404: nothing public is in it.
    """
    site = site_address(request)
    found = places(site, int(number))
    first = next(found, None)
    if first is None:
        raise Http404("The sitemap has no such part.")
    response = StreamingHttpResponse(_write_places(first, found), content_type=CONTENT_TYPE)
    patch_cache_control(response, public=True, max_age=MAX_AGE)
    return response


@require_safe
def news(request: HttpRequest) -> HttpResponseBase:
    """Serve the stories of the last 48 hours of all editions, newest first, at most 1,000."""
    site = site_address(request)
    name = NewsroomSettings.for_site(site.site).name
    stream = XmlStream()
    stream.start("urlset", {"xmlns": SITEMAP, "xmlns:news": NEWS})
    now = timezone.now()
    fresh_until(now + NEWS_FRESH)  # stories grow too old without anybody changing them
    for published, path, title, language in latest_news(site, now - timedelta(hours=NEWS_HOURS)):
        stream.start("url")
        stream.element("loc", site.of_path(path))
        stream.start("news:news")
        stream.start("news:publication")
        stream.element("news:name", name)
        stream.element("news:language", language)
        stream.end("news:publication")
        stream.element("news:publication_date", iso_time(published))
        stream.element("news:title", title)
        stream.end("news:news")
        stream.end("url")
    stream.end("urlset")
    return conditional(request, "".join(stream.taken(whole=True)), CONTENT_TYPE)


def latest_news(site: SiteAddress, since: datetime) -> list[tuple[datetime, str, str, str]]:
    """Return publication, path, headline and language of the public stories since `since`: one query an edition."""
    editions = Edition.objects.child_of(site.site.root_page).live().select_related("locale")
    rows = []
    for edition in editions:
        listed = ListedStory.objects.filter(list_key=edition.list_key, published_at__gte=since)
        columns = ("published_at", "article__url_path", "article__title")
        found = listed.order_by("-published_at", "-article").values_list(*columns)[:NEWS_LIMIT]
        rows.append([(*row, edition.language_code) for row in found])
    return list(islice(merge(*rows, key=lambda row: row[0], reverse=True), NEWS_LIMIT))


def _write_places(first: Place, rest: Iterator[Place]) -> Iterator[str]:
    stream = XmlStream()
    stream.start("urlset", {"xmlns": SITEMAP, "xmlns:xhtml": XHTML})
    _write_place(stream, first)
    for place in rest:
        _write_place(stream, place)
        yield from stream.taken()
    stream.end("urlset")
    yield from stream.taken(whole=True)


def _write_place(stream: XmlStream, place: Place) -> None:
    stream.start("url")
    stream.element("loc", place.url)
    _write_changed(stream, place.changed)
    for language, url in place.alternates:
        stream.element("xhtml:link", "", {"rel": "alternate", "hreflang": language, "href": url})
    stream.end("url")


def _write_changed(stream: XmlStream, changed: datetime | None) -> None:
    if changed:
        stream.element("lastmod", iso_time(changed))
