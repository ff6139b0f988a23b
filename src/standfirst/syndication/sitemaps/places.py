"""What stands in a sitemap: every public page, in shares whose addresses never change.

A share holds the pages whose primary keys lie in one range. So it never has more than `SHARE` entries, a new story only
ever changes the last share, and an old share changes only when one of its own pages does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import CharField, DateTimeField, F, Max, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat
from wagtail.models import Page

from standfirst.stories.models import (
    Article,
    Contributor,
    ContributorIndex,
    Correction,
    Edition,
    InformationPage,
    ListedStory,
    Section,
    Thread,
    ThreadIndex,
    Topic,
    TopicIndex,
)
from standfirst.syndication.addresses import SiteAddress

SHARE = 5000
ROWS_AT_ONCE = 1000
Alternates = dict[UUID, list[tuple[str, str]]]

# Page types whose stories have a list of their own, by the first part of its key; True: shown only when it has stories.
LISTS: dict[type[Page], tuple[str, bool]] = {
    Edition: ("edition", False),
    Section: ("section", False),
    Contributor: ("contributor", False),
    Thread: ("thread", True),
    Topic: ("topic", True),
}
PLAIN: tuple[type[Page], ...] = (ContributorIndex, ThreadIndex, TopicIndex, InformationPage)


@dataclass(frozen=True)
class Place:
    """One address of the site."""

    url: str
    changed: datetime | None
    alternates: list[tuple[str, str]]
    """Language code (or x-default) and address of each edition's counterpart, itself included; empty without any."""


def shares(site: SiteAddress) -> list[tuple[int, datetime | None]]:
    """Return the number of each share that holds anything, and when something in it changed last."""
    changed: dict[int, datetime | None] = {}
    stories = Page.objects.filter(
        pk__in=ListedStory.objects.filter(list_key__in=_edition_keys(site)).values("article_id")
    )
    others = Page.objects.live().type(*LISTS, *PLAIN).descendant_of(site.site.root_page)
    for pages in (stories, others):
        grouped = pages.annotate(share=F("pk") / SHARE).values("share").order_by("share")
        for share, moment in grouped.annotate(changed=Max("last_published_at")).values_list("share", "changed"):
            changed[share] = max(filter(None, [changed.get(share), moment]), default=None)
    return sorted(changed.items())


def places(site: SiteAddress, share: int) -> Iterator[Place]:
    """Yield the public pages of one share, stories first."""
    between = (share * SHARE, (share + 1) * SHARE - 1)
    yield from _stories(site, between)
    yield from _pages(site, between)


def _edition_keys(site: SiteAddress) -> list[str]:
    return [edition.list_key for edition in Edition.objects.child_of(site.site.root_page).live()]


def _stories(site: SiteAddress, between: tuple[int, int]) -> Iterator[Place]:
    keys = _edition_keys(site)
    public = Article.objects.filter(listings__list_key__in=keys)
    rows = public.filter(id__range=between)
    corrected = dict(
        Correction.objects.filter(article__id__range=between)
        .order_by()
        .values_list("article_id")
        .annotate(Max("published_at"))
    )
    alternates = _alternates(site, public, rows) if len(keys) > 1 else {}
    columns = ("pk", "url_path", "last_published_at", "translation_key")
    for key, path, published, translation in rows.order_by("pk").values_list(*columns).iterator(ROWS_AT_ONCE):
        changed = max(filter(None, [published, corrected.get(key)]), default=None)
        yield Place(site.of_path(path), changed, _with_default(alternates.get(translation, [])))


def _pages(site: SiteAddress, between: tuple[int, int]) -> Iterator[Place]:
    """Yield lists and information pages; a list changes with its newest story."""
    live = Page.objects.live().descendant_of(site.site.root_page)
    alternates = _alternates(site, live, live.filter(id__range=between).type(*LISTS, *PLAIN))
    for model in (*LISTS, *PLAIN):
        for path, published, translation, newest in _rows(model, site, between):
            if newest is None and LISTS.get(model, ("", False))[1]:
                continue
            changed = max(filter(None, [published, newest]), default=None)
            default = f"{site.root}/" if model is Edition else ""
            yield Place(site.of_path(path), changed, _with_default(alternates.get(translation, []), default))


def _rows(model: type[Page], site: SiteAddress, between: tuple[int, int]) -> Iterable[tuple[Any, ...]]:
    pages: QuerySet[Any] = model.objects.live().descendant_of(site.site.root_page).filter(id__range=between)
    newest: Any = Value(None, output_field=DateTimeField())
    if model in LISTS:
        key = Concat(Value(f"{LISTS[model][0]}:"), Cast(OuterRef("pk"), CharField()))
        listed = ListedStory.objects.filter(list_key=key).order_by("-published_at")
        newest = Subquery(listed.values("published_at")[:1])
    return (
        pages.annotate(newest=newest)
        .order_by("pk")
        .values_list("url_path", "last_published_at", "translation_key", "newest")
        .iterator(ROWS_AT_ONCE)
    )


def _alternates(site: SiteAddress, public: QuerySet[Any], rows: QuerySet[Any]) -> Alternates:
    """Return the public counterparts of `rows` by translation key, in the order of the editions."""
    found: Alternates = defaultdict(list)
    counterparts = public.filter(translation_key__in=rows.order_by().values("translation_key"))
    columns = ("translation_key", "locale__language_code", "url_path")
    for key, language, path in counterparts.order_by("path").values_list(*columns).iterator(ROWS_AT_ONCE):
        found[key].append((language, site.of_path(path)))
    return found


def _with_default(alternates: list[tuple[str, str]], default: str = "") -> list[tuple[str, str]]:
    if len(alternates) < 2:
        return []
    return [*alternates, ("x-default", default or alternates[0][1])]
