"""Feeds over HTTP: `<address of a list>feed.xml`, `feed.atom` and `feed.json`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponsePermanentRedirect
from django.views.decorators.http import require_safe
from wagtail.contrib.redirects.middleware import get_redirect
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page

from standfirst.syndication.addresses import FEED_NAMES, SiteAddress, feed_address, site_address
from standfirst.syndication.conditional import conditional
from standfirst.syndication.feeds import atom, json_feed, rss
from standfirst.syndication.feeds.build import LIST_PAGES, build_feed
from standfirst.syndication.feeds.entries import Feed

WRITERS: dict[str, tuple[Callable[[Feed], str], str]] = {
    "rss": (rss.write_rss, rss.CONTENT_TYPE),
    "atom": (atom.write_atom, atom.CONTENT_TYPE),
    "json": (json_feed.write_json, json_feed.CONTENT_TYPE),
}
_KINDS = {name: kind for kind, name in FEED_NAMES.items()}


@require_safe
def feed(request: HttpRequest, path: str, name: str) -> HttpResponseBase:
    """Serve the feed called `name` of the page at `path`; without a path, of all editions together.

    Raises:
        Http404: no page with stories is there.
    """
    kind = _KINDS[name]
    site = site_address(request)
    page = find_list_page(site, path)
    if page is None:
        return _moved(request, path, kind)
    writer, content_type = WRITERS[kind]
    described = build_feed(page, site, kind)
    return conditional(request, writer(described), content_type, described.updated)


def find_list_page(site: SiteAddress, path: str) -> Any:
    """Return the live page with stories at `path` (below the site, with closing slashes), or `None`: two queries."""
    if not path:
        return site.site.root_page.specific
    # Pages have no index on their whole path, but one on the slug.
    slug = path.rstrip("/").rpartition("/")[2]
    page = Page.objects.live().filter(slug=slug, url_path=site.root_path + path).first()
    specific = page.specific if page else None
    return specific if isinstance(specific, LIST_PAGES) else None


def _moved(request: HttpRequest, path: str, kind: str) -> HttpResponseBase:
    """Follow the redirect that a moved or renamed section left behind, to its feed."""
    redirect = get_redirect(request, Redirect.normalise_path(f"/{path}"))
    if redirect is None or redirect.redirect_page is None or not redirect.redirect_page.live:
        raise Http404("No list of stories has this address.")
    return HttpResponsePermanentRedirect(feed_address(redirect.redirect_page.specific.url, kind))
