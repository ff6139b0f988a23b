"""Bring imported pages into the search index and the reference index, which the import itself leaves out."""

from __future__ import annotations

from django.db import transaction
from wagtail.models import Page, ReferenceIndex
from wagtail.search.backends import get_search_backends

from standfirst.importers.models import ImportedObject
from standfirst.stories.models import Article, Contributor, InformationPage, Section, Topic

MODELS: dict[str, type[Page]] = {
    "article": Article,
    "information": InformationPage,
    "section": Section,
    "topic": Topic,
    "contributor": Contributor,
}
BATCH = 40


def index_pages(*, site: str) -> int:
    """Index what came from `site` and is not indexed yet, in short transactions; returns how many pages.

    Safe to repeat and to interrupt: what is done is marked with its batch.
    """
    count = 0
    while rows := list(ImportedObject.objects.filter(site=site, needs_index=True).order_by("pk")[:BATCH]):
        for name in sorted({row.model for row in rows}):
            _index(MODELS.get(name), [row.object_pk for row in rows if row.model == name])
        ImportedObject.objects.filter(pk__in=[row.pk for row in rows]).update(needs_index=False)
        count += len(rows)
    return count


def _index(model: type[Page] | None, numbers: list[str]) -> None:
    if model is None:
        return
    pages = list(model.objects.filter(pk__in=numbers))
    with transaction.atomic():
        for backend in get_search_backends(with_auto_update=True):
            backend.add_bulk(model, [page for page in pages if page.live])
    with transaction.atomic():
        for page in pages:
            ReferenceIndex.create_or_update_for_object(page)
