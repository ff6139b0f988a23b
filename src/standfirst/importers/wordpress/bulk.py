"""Writes many pages at once: Wagtail's own way needs some twenty statements a page, this one some twenty a batch.

What it leaves in the database is what `add_child`, `save_revision` and `publish` would leave: tree, revision, log
entry. A test compares the two. Lists of stories are the caller's; search and reference index follow in the background.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connections, models, router
from django.db.models import CharField, F, OuterRef, Subquery
from django.db.models.functions import Cast
from django.db.models.sql import InsertQuery
from django.utils import timezone
from modelcluster.models import get_all_child_m2m_relations, get_all_child_relations, get_field_value
from wagtail.models import Page, PageLogEntry, Revision
from wagtail_footnotes.models import Footnote

from standfirst.stories.models import Article, Byline

LOG_ACTION = "importers.import"


@dataclass
class NewPage:
    """An unsaved page, where it goes, and what hangs on it."""

    page: Any
    parent_pk: int
    bylines: list[int] = field(default_factory=list)
    topics: list[int] = field(default_factory=list)
    footnotes: list[tuple[str, str]] = field(default_factory=list)
    publish_at: datetime | None = None
    """When the first revision is due, for a scheduled page."""
    children: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


def insert_pages(new: Sequence[NewPage], *, user_id: int | None = None) -> None:
    """Insert pages with their first revisions. Call it inside a transaction; slugs change where they are taken.

    Afterwards each `page` has its `pk`, `path`, `url_path` and `latest_revision_id`.
    """
    if not new:
        return
    _place(new)
    _insert_rows(Page, [entry.page for entry in new])
    by_model: dict[type[models.Model], list[Any]] = defaultdict(list)
    for entry in new:
        entry.page.page_ptr_id = entry.page.pk
        by_model[type(entry.page)].append(entry.page)
    for model, pages in by_model.items():
        _insert_rows(model, pages)
    _insert_children(new)
    _insert_revisions(new, user_id)


def _insert_rows(model: type[models.Model], objects: list[Any]) -> None:
    """Insert one table's row of each object; Django's `bulk_create` refuses models that span two tables."""
    database = router.db_for_write(model)
    meta = model._meta
    automatic = meta.auto_field is not None and meta.auto_field in meta.local_concrete_fields
    fields = [item for item in meta.local_concrete_fields if not isinstance(item, models.AutoField)]
    size = max(connections[database].ops.bulk_batch_size(fields, objects), 1)
    for start in range(0, len(objects), size):
        part = objects[start : start + size]
        query = InsertQuery(model)
        query.insert_values(fields, part)
        rows = query.get_compiler(using=database).execute_sql(
            returning_fields=[meta.pk] if automatic and meta.pk is not None else []
        )
        if automatic:
            for item, row in zip(part, rows, strict=True):
                item.pk = item.id = row[0]


def _place(new: Sequence[NewPage]) -> None:
    """Give each page its place behind its parent's last child, a free slug and its address."""
    groups: dict[int, list[NewPage]] = defaultdict(list)
    for entry in new:
        groups[entry.parent_pk].append(entry)
    columns = ("pk", "path", "depth", "url_path", "locale_id")
    locked = Page.objects.select_for_update().filter(pk__in=groups).order_by().only(*columns)
    parents = {page.pk: page for page in locked}
    taken = _taken_slugs(new, parents)
    types: dict[type, int] = {}
    for pk, entries in groups.items():
        parent = parents[pk]
        below = Page.objects.filter(path__startswith=parent.path, depth=parent.depth + 1)
        last = below.order_by("-path").values_list("path", flat=True)[:1]
        step = next((Page._str2int(path[-Page.steplen :]) for path in last), 0)
        for number, entry in enumerate(entries, step + 1):
            _complete(entry.page, parent, Page._get_path(parent.path, parent.depth + 1, number), taken[pk], types)
        Page.objects.filter(pk=pk).update(numchild=F("numchild") + len(entries))


def _complete(page: Any, parent: Page, path: str, taken: set[str], types: dict[type, int]) -> None:
    model = type(page)
    if model not in types:
        types[model] = ContentType.objects.get_for_model(model).pk
    page.slug = free_slug(page.slug, taken)
    page.path, page.depth, page.numchild = path, parent.depth + 1, 0
    page.url_path = f"{parent.url_path}{page.slug}/"
    page.content_type_id = types[model]
    page.locale_id = parent.locale_id
    page.draft_title = page.title
    page.has_unpublished_changes = not page.live
    page.latest_revision_created_at = timezone.now()


def _taken_slugs(new: Sequence[NewPage], parents: dict[int, Page]) -> dict[int, set[str]]:
    """Slugs under each parent that could collide with the wanted ones."""
    by_path = {parent.path: pk for pk, parent in parents.items()}
    taken: dict[int, set[str]] = {pk: set() for pk in parents}
    wanted: dict[int, set[str]] = defaultdict(set)
    risky: set[tuple[int, str]] = set()
    for entry in new:
        slug = entry.page.slug
        if slug in wanted[entry.parent_pk]:
            risky.add((entry.parent_pk, slug))
        wanted[entry.parent_pk].add(slug)
    slugs = {entry.page.slug for entry in new}
    for slug, path in Page.objects.filter(slug__in=slugs).order_by().values_list("slug", "path"):
        pk = by_path.get(path[: -Page.steplen])
        if pk is not None and slug in wanted[pk]:
            risky.add((pk, slug))
    for pk, slug in risky:
        siblings = Page.objects.filter(path__startswith=parents[pk].path, depth=parents[pk].depth + 1)
        taken[pk].update(siblings.filter(slug__startswith=slug).order_by().values_list("slug", flat=True))
    return taken


def free_slug(slug: str, taken: set[str]) -> str:
    """`slug`, or with a number behind it when it is `taken`; adds it to `taken`."""
    free, number = slug, 1
    while free in taken:
        number += 1
        free = f"{slug}-{number}"
    taken.add(free)
    return free


def _insert_children(new: Sequence[NewPage]) -> None:
    bylines, topics, notes = [], [], []
    for entry in new:
        pk = entry.page.pk
        bylines += [
            Byline(article_id=pk, contributor_id=person, sort_order=at) for at, person in enumerate(entry.bylines)
        ]
        topics += [Article.topics.through(article_id=pk, topic_id=topic) for topic in entry.topics]
        notes += [
            Footnote(page_id=pk, uuid=number, text=text, sort_order=at, locale_id=entry.page.locale_id)
            for at, (number, text) in enumerate(entry.footnotes)
        ]
    Byline.objects.bulk_create(bylines)
    Article.topics.through.objects.bulk_create(topics)
    Footnote.objects.bulk_create(notes)
    by_page: dict[int, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for byline in bylines:
        by_page[byline.article_id]["bylines"].append(_serialised(byline))
    for note in notes:
        by_page[note.page_id]["footnotes"].append(_serialised(note))
    for entry in new:
        entry.children = by_page[entry.page.pk]


def _serialised(child: models.Model) -> dict[str, Any]:
    return {"pk": child.pk} | {
        item.name: get_field_value(item, child) for item in child._meta.concrete_fields if item.name != "id"
    }


def revision_content(entry: NewPage) -> dict[str, Any]:
    """What `page.serializable_data()` would give, without a query for each relation."""
    page = entry.page
    content: dict[str, Any] = {"pk": page.pk}
    for item in page._meta.concrete_fields:
        if item.serialize:
            content[item.name] = get_field_value(item, page)
    for relation in get_all_child_relations(type(page)):
        name = relation.get_accessor_name()
        content[name] = entry.children.get(name, [])
    for item in get_all_child_m2m_relations(type(page)):
        content[item.name] = list(entry.topics) if item.name == "topics" else []
    return content


def _insert_revisions(new: Sequence[NewPage], user_id: int | None) -> None:
    base = ContentType.objects.get_for_model(Page)
    now = timezone.now()
    revisions = [
        Revision(
            content_type_id=entry.page.content_type_id,
            base_content_type=base,
            object_id=str(entry.page.pk),
            created_at=now,
            user_id=user_id,
            object_str=str(entry.page),
            content=revision_content(entry),
            approved_go_live_at=entry.publish_at,
        )
        for entry in new
    ]
    Revision.objects.bulk_create(revisions)
    numbers = [entry.page.pk for entry in new]
    latest = Revision.objects.filter(
        base_content_type=base, object_id=Cast(OuterRef("pk"), CharField()), created_at=now
    ).values("pk")[:1]
    Page.objects.filter(pk__in=numbers).update(latest_revision_id=Subquery(latest))
    Page.objects.filter(pk__in=numbers, live=True).update(live_revision_id=F("latest_revision_id"))
    for entry, revision in zip(new, revisions, strict=True):
        entry.page.latest_revision_id = revision.pk
    PageLogEntry.objects.bulk_create(_log_entry(entry, now, user_id) for entry in new)


def _log_entry(entry: NewPage, now: datetime, user_id: int | None) -> PageLogEntry:
    page = entry.page
    return PageLogEntry(
        content_type_id=page.content_type_id,
        label=page.title[:255],
        action=LOG_ACTION,
        timestamp=now,
        uuid=uuid.uuid4(),
        user_id=user_id,
        revision_id=page.latest_revision_id,
        content_changed=True,
        page_id=page.pk,
    )
