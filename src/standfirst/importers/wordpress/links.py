"""The last pass: links that lead to the old site lead to the pages they became."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import transaction
from wagtail.blocks import StreamValue
from wagtail.models import Revision

from standfirst.importers.models import ImportedObject
from standfirst.importers.wordpress.addresses import OldSite, normal, pages_at
from standfirst.importers.wordpress.media import Library
from standfirst.stories.models import Article, InformationPage

BATCH = 50
_LINK = re.compile(r'<a href="([^"]*)">')
_MODELS: dict[str, Any] = {"article": Article, "information": InformationPage}


def rewrite_links(site: str, old_site: OldSite, library: Library, progress: Callable[[int], None]) -> None:
    """Rewrite links in every page that still has some to the old site, a batch in one transaction.

    A link whose target did not come in stays as it is and is tried again by the next import.
    """
    last = 0
    waiting = ImportedObject.objects.filter(site=site, links_pending=True).order_by("pk")
    while rows := list(waiting.filter(pk__gt=last)[:BATCH]):
        last = rows[-1].pk
        with transaction.atomic():
            for model in _MODELS:
                _rewrite(model, [row for row in rows if row.model == model], old_site, library)
        progress(len(rows))


def _rewrite(name: str, rows: list[ImportedObject], old_site: OldSite, library: Library) -> None:
    model = _MODELS[name]
    pages = {str(page.pk): page for page in model.objects.filter(pk__in=[row.object_pk for row in rows]).order_by()}
    revisions = Revision.objects.in_bulk([page.latest_revision_id for page in pages.values()])
    bodies = {
        row.object_pk: list(pages[row.object_pk].body.raw_data)
        for row in rows
        if row.object_pk in pages and pages[row.object_pk].latest_revision_id == row.revision_pk
    }
    addresses = {address for body in bodies.values() for address in _own_links(body, old_site)}
    targets = pages_at(normal(address) for address in addresses)
    finished: list[int] = []
    changed: list[Any] = []
    for row in rows:
        body = bodies.get(row.object_pk)
        if body is None:
            finished.append(row.pk)
            continue
        left: list[str] = []
        new = _mapped(body, partial(_replace, old_site=old_site, targets=targets, library=library, left=left))
        page = pages[row.object_pk]
        if new != body:
            page.body = StreamValue(page.body.stream_block, new, is_lazy=True)
            revision = revisions[page.latest_revision_id]
            revision.content["body"] = page._meta.get_field("body").value_to_string(page)
            changed.append((page, revision))
        if not left:
            finished.append(row.pk)
    model.objects.bulk_update([page for page, _revision in changed], ["body"], batch_size=BATCH)
    Revision.objects.bulk_update([revision for _page, revision in changed], ["content"], batch_size=BATCH)
    ImportedObject.objects.filter(pk__in=finished).update(links_pending=False)


def _own_links(value: Any, old_site: OldSite) -> set[str]:
    found: set[str] = set()

    def note(text: str) -> str:
        found.update(address for address in map(html.unescape, _LINK.findall(text)) if old_site.is_own(address))
        return text

    _mapped(value, note)
    return found


def _mapped(value: Any, change: Callable[[str], str]) -> Any:
    """`value` with every text that holds a link changed."""
    if isinstance(value, str):
        return change(value) if '<a href="' in value else value
    if isinstance(value, list):
        return [_mapped(item, change) for item in value]
    if isinstance(value, dict):
        return {key: _mapped(item, change) for key, item in value.items()}
    return value


def _replace(text: str, old_site: OldSite, targets: dict[str, int], library: Library, left: list[str]) -> str:
    def one(match: re.Match[str]) -> str:
        address = html.unescape(match.group(1))
        if not old_site.is_own(address):
            return match.group()
        page = targets.get(normal(address)) or targets.get(normal(address.partition("?")[0]))
        if page:
            return f'<a linktype="page" id="{page}">'
        media = library.find("", address)
        if media and media.kind == "document":
            return f'<a linktype="document" id="{media.pk}">'
        left.append(address)
        return match.group()

    return _LINK.sub(one, text)
