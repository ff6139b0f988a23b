"""Old addresses that Wagtail's own redirects cannot see: with a query on the front page, or with something behind."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qsl

from django.http import HttpRequest, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.utils.encoding import uri_to_iri
from wagtail.contrib.redirects.models import Redirect

KEYS = ("p", "page_id", "attachment_id", "cat", "category_name", "tag", "tag_id", "author", "author_name")
"""What WordPress reads from the query of any address, in the order it decides."""
MOST_NAMED = 50
"""Old addresses of one place whose parameters are read; all of a site's usually have the same few names."""
_BEHIND = re.compile(
    r"/(?:page/\d+|feed(?:/(?:rss2?|atom|rdf))?|amp|embed|trackback|comment-page-\d+|\d{1,3})/?$|-\d{2,5}x\d{2,5}(?=\.\w{2,5}$)"
)


class OldAddressMiddleware:
    """Answers an old WordPress address with a permanent redirect (301) to the page it became.

    Wagtail's middleware only looks at what was not found, and the front page is always found: `/?p=12` would lead to
    it. Pages, feeds and other sizes behind an old address (`/story/page/2/`, `/photo-300x200.jpg`) lead where the
    address itself leads.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        if request.path_info == "/" and (link := _by_query(request)):
            return HttpResponsePermanentRedirect(link)
        response = self.get_response(request)
        if response.status_code != 404:
            return response
        if link := _by_query(request) or _by_path(request):
            return HttpResponsePermanentRedirect(link)
        _read_what_redirects_name(request)
        return response


def _by_query(request: HttpRequest) -> str | None:
    path = uri_to_iri(request.path).rstrip("/") or "/"
    wanted = [f"{path}?{key}={request.GET[key]}" for key in KEYS if request.GET.get(key)]
    return _first(wanted) if wanted else None


def _read_what_redirects_name(request: HttpRequest) -> None:
    """Read the parameters that old addresses here are told apart by, such as `/page.php?id=5`.

    Wagtail's own middleware looks at the whole address; only what is read by name is known to make a difference.
    """
    path = uri_to_iri(request.path).rstrip("/") or "/"
    addresses = Redirect.objects.filter(old_path__startswith=f"{path}?").values_list("old_path", flat=True)
    for address in addresses[:MOST_NAMED]:
        for name, _value in parse_qsl(address.partition("?")[2], keep_blank_values=True):
            request.GET.get(name)


def _by_path(request: HttpRequest) -> str | None:
    path = uri_to_iri(request.path)
    shorter = without_what_is_behind(path)
    return _first([shorter.rstrip("/")]) if shorter != path else None


def without_what_is_behind(path: str) -> str:
    """Return the address that WordPress would have served at `path`: without page number, feed or picture size."""
    shorter = _BEHIND.sub("", path)
    return shorter if shorter.strip("/") else path


def _first(addresses: list[str]) -> str | None:
    """Where the first of `addresses` that is redirected leads; drafts are not pointed at."""
    usable = [address for address in addresses if "\0" not in address and len(address) <= 255]
    rows = Redirect.objects.filter(old_path__in=usable).exclude(redirect_page__live=False)
    found = {redirect.old_path: redirect for redirect in rows.select_related("redirect_page")}
    for address in usable:
        if address in found and found[address].link:
            return str(found[address].link)
    return None
