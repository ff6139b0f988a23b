"""A second import of the same thing: what changed in the export comes over, what staff edited here stays."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from wagtail.models import Page
from wagtail_footnotes.models import Footnote

from standfirst.importers.models import ImportedObject
from standfirst.importers.wordpress.bulk import NewPage
from standfirst.importers.wordpress.prepare import Prepared
from standfirst.stories.actions.list_story import list_story
from standfirst.stories.models import Article, Byline, InformationPage

_PLACE = frozenset({"slug"})
"""Fields that an update leaves alone: an address that readers may know by now does not change."""


@dataclass(frozen=True, slots=True)
class PageState:
    """How an imported page stands now."""

    pk: int
    latest_revision: int | None
    live: bool
    parent_path: str


def page_states(rows: Iterable[ImportedObject]) -> dict[str, PageState]:
    """The pages that `rows` became, by number; a page that was deleted is missing."""
    numbers = [int(row.object_pk) for row in rows if row.object_pk]
    found = Page.objects.filter(pk__in=numbers).values_list("pk", "latest_revision_id", "live", "path")
    return {str(pk): PageState(pk, latest, live, path[: -Page.steplen]) for pk, latest, live, path in found}


def edited_here(row: ImportedObject, state: PageState | None) -> str:
    """Why an import must leave the page alone, or nothing when it may change it."""
    if state is None:
        return "was deleted here since the import; it stays deleted"
    if state.latest_revision != row.revision_pk:
        return "was edited here since the import; the newsroom's text stays"
    if row.was_live and not state.live:
        return "was taken off the site here since the import; it stays off"
    parent = Page.objects.filter(path=state.parent_path).values_list("pk", flat=True).first()
    if row.parent_pk and parent != row.parent_pk:
        return "was moved here since the import; the newsroom's version stays"
    return ""


def apply_update(row: ImportedObject, prepared: Prepared, new: NewPage) -> None:
    """Bring the page that `row` became to the state of the export, as a new revision of its own history."""
    model: Any = Article if prepared.kind == "post" else InformationPage
    page = model.objects.get(pk=row.object_pk)
    for name, value in prepared.values.items():
        if name not in _PLACE and name != "body":
            setattr(page, name, value)
    page.body = new.page.body
    page.draft_title = page.title
    page.go_live_at = prepared.publish_at
    page.live = prepared.live or (page.live and prepared.publish_at is not None)
    page.footnotes = [
        Footnote(uuid=number, text=text, sort_order=at, locale_id=page.locale_id)
        for at, (number, text) in enumerate(prepared.footnotes)
    ]
    if isinstance(page, Article):
        page.topics = list(new.topics)
        bylines = [Byline(contributor_id=pk, sort_order=at) for at, pk in enumerate(new.bylines)]
        page.bylines.set(bylines)
    page.save(clean=False)
    revision = page.save_revision(clean=False, changed=True, log_action=True, approved_go_live_at=prepared.publish_at)
    Page.objects.filter(pk=page.pk).update(
        has_unpublished_changes=not page.live, live_revision_id=revision.pk if page.live else None
    )
    if isinstance(page, Article):
        list_story(article=page)
    row.revision_pk, row.was_live, row.digest = revision.pk, page.live, prepared.digest
    row.links_pending, row.needs_index, row.fields = prepared.own_links, True, prepared.fields
    row.save()
