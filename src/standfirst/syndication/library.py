"""What the bodies of many stories refer to, fetched at once: pictures, files, stories and linked pages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from wagtail.documents import get_document_model
from wagtail.models import Page

from standfirst.stories.models import Article, Picture
from standfirst.syndication.addresses import SiteAddress

_REFERENCES = {
    "picture": "pictures",
    "poster": "pictures",
    "file": "documents",
    "subtitles": "documents",
    "document": "documents",
    "story": "stories",
}
_LINK = re.compile(r"<a\b[^>]*\blinktype=\"(page|document)\"[^>]*>")
_ID = re.compile(r"\bid=\"(\d+)\"")


@dataclass
class Library:
    """Things that bodies refer to, by primary key. Only what readers may see is in here."""

    site: SiteAddress
    pictures: dict[int, Picture] = field(default_factory=dict)
    documents: dict[int, Any] = field(default_factory=dict)
    stories: dict[int, Article] = field(default_factory=dict)
    pages: dict[int, str] = field(default_factory=dict)
    """Addresses of live pages."""


def fetch_library(site: SiteAddress, bodies: Iterable[list[dict[str, Any]]], texts: Iterable[str] = ()) -> Library:
    """Fetch what `bodies` (lists of stored blocks) and rich `texts` refer to: at most four queries."""
    wanted: dict[str, set[int]] = {"pictures": set(), "documents": set(), "stories": set(), "pages": set()}
    for kind, key in _references([block for body in bodies for block in body]):
        wanted[kind].add(key)
    for text in texts:
        for kind, key in _links(text):
            wanted[kind].add(key)
    return Library(
        site=site,
        pictures=Picture.objects.in_bulk(wanted["pictures"]) if wanted["pictures"] else {},
        documents=get_document_model().objects.in_bulk(wanted["documents"]) if wanted["documents"] else {},
        stories=_public_stories(wanted["stories"]),
        pages=_live_addresses(site, wanted["pages"]),
    )


def _references(value: Any, name: str = "") -> Iterator[tuple[str, int]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _references(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)
    elif isinstance(value, int) and name in _REFERENCES:
        yield _REFERENCES[name], value
    elif isinstance(value, str) and "linktype=" in value:
        yield from _links(value)


def _links(text: str) -> Iterator[tuple[str, int]]:
    for tag in _LINK.finditer(text):
        key = _ID.search(tag[0])
        if key:
            yield ("pages" if tag[1] == "page" else "documents"), int(key[1])


def _public_stories(keys: set[int]) -> dict[int, Article]:
    if not keys:
        return {}
    stories = Article.objects.filter(pk__in=keys, listings__list_key__startswith="edition:")
    return {story.pk: story for story in stories.for_cards()}


def _live_addresses(site: SiteAddress, keys: set[int]) -> dict[int, str]:
    if not keys:
        return {}
    pages = Page.objects.live().filter(pk__in=keys, url_path__startswith=site.root_path)
    return {key: site.of_path(path) for key, path in pages.values_list("pk", "url_path")}
