"""Absolute addresses. They come from the site's own record, never from what a request claims as its host."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from django.http import Http404, HttpRequest
from django.utils.encoding import iri_to_uri
from wagtail.models import Site

FEED_NAMES = {"rss": "feed.xml", "atom": "feed.atom", "json": "feed.json"}
"""The last part of a feed's address, by format."""


@dataclass(frozen=True)
class SiteAddress:
    """Where the newsroom's site stands on the web and in the tree."""

    site: Site
    root: str
    """Scheme and host, without a closing slash."""
    root_path: str
    """`url_path` of the newsroom's page."""

    def absolute(self, address: str) -> str:
        """Return `address` (absolute, or from the root of the site) as an absolute address."""
        return urljoin(self.root + "/", address)

    def of_path(self, url_path: str) -> str:
        """Return the public address of the page with this `url_path`, percent-encoded where its script needs it."""
        return iri_to_uri(f"{self.root}/{url_path[len(self.root_path) :]}")


def site_address(request: HttpRequest | None = None) -> SiteAddress:
    """Return the site that `request` is for; without one, the default site.

    Raises:
        Http404: there is no site yet.
    """
    site = Site.find_for_request(request) if request else None
    site = site or Site.objects.select_related("root_page").filter(is_default_site=True).first()
    if site is None:
        raise Http404("There is no site yet.")
    return SiteAddress(site=site, root=site.root_url, root_path=site.root_page.url_path)


def lasting_id(page: Any) -> str:
    """Return an identifier of `page` that survives a new slug, a move, a new domain and a restored backup.

    It is derived (RFC 9562, version 5) from what joins translations and from the page's language, so that a story and
    its translation have different ones.
    """
    return uuid.uuid5(page.translation_key, f"locale:{page.locale.language_code}").urn


def feed_address(page_address: str, kind: str) -> str:
    """Return where the feed of the page at `page_address` is, in the format `kind` (a key of `FEED_NAMES`)."""
    return urljoin(page_address, FEED_NAMES[kind])
