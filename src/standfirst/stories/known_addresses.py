"""Which addresses exist at all: the edge asks only while a flood of unknown ones comes in."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import Resolver404, resolve
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, Site

from standfirst.delivery.edge.flood import register_addresses, register_look_up, register_recogniser
from standfirst.delivery.tracing.declare import key_of, table_key

BATCH = 5000
TREE = {"page", "wagtail_serve"}
"""Names of the routes that look for a page in the tree."""


def connect() -> None:
    """Register with the edge; called once when the app is ready."""
    register_addresses(page_addresses)
    register_addresses(redirected_addresses)
    register_recogniser(is_routed)
    register_look_up(keys_of_address)


def page_addresses() -> Iterator[str]:
    """Addresses of all pages below the newsroom; drafts too, which the page itself refuses."""
    site = Site.objects.select_related("root_page").get(is_default_site=True)
    root = site.root_page
    paths = Page.objects.filter(path__startswith=root.path).values_list("url_path", flat=True)
    for url_path in paths.iterator(chunk_size=BATCH):
        yield url_path[len(root.url_path) - 1 :]


def redirected_addresses() -> Iterator[str]:
    """Old addresses, without a query; those with one lead on from a page that exists."""
    for old_path in Redirect.objects.values_list("old_path", flat=True).iterator(chunk_size=BATCH):
        yield old_path.partition("?")[0]


def keys_of_address(path: str) -> list[str]:
    """The keys that change when a page or a redirect comes to stand at `path`; those of unexplained changes, too."""
    slug = path.rstrip("/").rpartition("/")[2]
    tables = [table_key(model._meta.db_table) for model in (Page, Redirect)]
    return [key_of("slug", slug), key_of("redirected", path.rstrip("/")), *tables]


def is_routed(path: str) -> bool:
    """Whether a view of ours answers `path`, rather than the tree of pages."""
    try:
        return resolve(path).url_name not in TREE
    except Resolver404:
        return False
