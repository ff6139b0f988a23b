"""Where pictures were used before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models.functions import Coalesce
from wagtail.models import Page, ReferenceIndex

from standfirst.stories.models import Picture


@dataclass(frozen=True)
class Use:
    """One story or other page that shows a picture; `date` is when it was last published, else when it was made."""

    page_id: int
    title: str
    date: datetime
    live: bool


@dataclass
class Usage:
    """All uses of a picture: how many, and the latest of those that are pages, newest first."""

    count: int = 0
    latest: list[Use] = field(default_factory=list)

    @property
    def last(self) -> Use | None:
        return self.latest[0] if self.latest else None


def usage_of(pictures: Collection[Picture], *, latest: int = 1) -> dict[int, Usage]:
    """Return the usage of each picture by its key, with at most `latest` pages each. Two queries, however many."""
    usages = {picture.pk: Usage() for picture in pictures}
    if not usages:
        return usages
    places = _places(pictures)
    pages = _pages({source for sources in places.values() for model, source in sources if model == Page})
    for key, sources in places.items():
        usages[key].count = len(sources)
        uses = (pages[source] for model, source in sources if model == Page and source in pages)
        usages[key].latest = sorted(uses, key=lambda use: use.date, reverse=True)[:latest]
    return usages


def _places(pictures: Collection[Picture]) -> dict[int, set[tuple[Any, str]]]:
    """Return the kind and key of everything that refers to each picture; a page twice is once."""
    places: dict[int, set[tuple[Any, str]]] = defaultdict(set)
    references = ReferenceIndex.get_references_to_in_bulk(list(pictures)).select_related("base_content_type")
    for reference in references:
        places[int(reference.to_object_id)].add((reference.base_content_type.model_class(), reference.object_id))
    return places


def _pages(keys: set[str]) -> dict[str, Use]:
    dated = Coalesce("last_published_at", "first_published_at", "latest_revision_created_at")
    rows = Page.objects.filter(pk__in=keys).annotate(dated=dated).values_list("pk", "title", "dated", "live")
    return {str(pk): Use(pk, title, date, live) for pk, title, date, live in rows if date is not None}
