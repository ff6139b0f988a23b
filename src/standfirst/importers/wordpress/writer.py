"""Writes prepared stories and pages, a batch in one short transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from wagtail.blocks import StreamValue
from wagtail.models import Page, Site

from standfirst.importers.models import ImportedObject
from standfirst.importers.wordpress.addresses import Target, add_redirects
from standfirst.importers.wordpress.bulk import NewPage, insert_pages
from standfirst.importers.wordpress.comments import archive_comments
from standfirst.importers.wordpress.content import Remark
from standfirst.importers.wordpress.dates import SiteClock
from standfirst.importers.wordpress.directory import Directory
from standfirst.importers.wordpress.prepare import Prepared
from standfirst.importers.wordpress.record import Recorder
from standfirst.importers.wordpress.update import PageState, apply_update, edited_here, page_states
from standfirst.stories.actions.list_story import list_stories
from standfirst.stories.models import Article, Edition, InformationPage, Pick


@dataclass
class Written:
    """What became of one prepared item in this batch."""

    prepared: Prepared
    action: str
    page_pk: int | None
    remarks: list[Remark]
    row: ImportedObject


class Writer:
    """Writes batches into one edition."""

    def __init__(self, edition: Edition, site: str, directory: Directory, recorder: Recorder, clock: SiteClock) -> None:
        self.edition_pk = int(edition.pk)
        self.site = site
        self.directory = directory
        self.recorder = recorder
        self.clock = clock
        self.web_site = Site.objects.filter(is_default_site=True).first()
        self.root_path = self.web_site.root_page.url_path if self.web_site else "/"
        self.pages: dict[str, int] = {}
        """Numbers of imported information pages by their old number, for those below them."""

    def write(self, batch: Sequence[Prepared]) -> None:
        """Write `batch` in one transaction; on an error nothing of it stays and it is raised."""
        if not batch:
            return
        if self.recorder.dry:
            self._pretend(batch)
            return
        before = self.directory.snapshot()
        try:
            with transaction.atomic():
                self._write(batch)
                self.recorder.flush()
        except BaseException:
            self.directory.restore(before)
            self.recorder.forget()
            raise

    def _write(self, batch: Sequence[Prepared]) -> None:
        self._ensure_places(batch)
        rows = self._rows(batch)
        states = page_states(rows.values())
        done: list[Written] = []
        fresh: list[tuple[Prepared, NewPage]] = []
        for prepared in batch:
            row = self._match(prepared, rows)
            if row is None:
                fresh.append((prepared, self._new_page(prepared)))
            else:
                done.append(self._again(prepared, row, states.get(row.object_pk)))
        insert_pages([new for _prepared, new in fresh], user_id=self.directory.user_id)
        done += [self._created(prepared, new) for prepared, new in fresh]
        created = [written.row for written in done if written.action == "created"]
        ImportedObject.objects.bulk_create(created)
        list_stories(articles=[new.page for prepared, new in fresh if prepared.kind == "post"])
        archive_comments(((written.row, written.prepared.item) for written in done), self.clock)
        self._redirect(done)
        self._pick(done)
        for written in sorted(done, key=lambda one: one.prepared.item.position):
            self._note(written)

    def _ensure_places(self, batch: Sequence[Prepared]) -> None:
        topics = {(slug, title, "") for prepared in batch for slug, title in prepared.topics}
        self.directory.ensure_topics(sorted(topics))
        self.directory.ensure_people(login for prepared in batch for login in prepared.people)

    def _rows(self, batch: Sequence[Prepared]) -> dict[tuple[str, str], ImportedObject]:
        ids = [old_id for prepared in batch for old_id in (prepared.old_id, _other_id(prepared))]
        found = ImportedObject.objects.filter(site=self.site, kind__in=["post", "page"], old_id__in=ids)
        return {(row.kind, row.old_id): row for row in found}

    @staticmethod
    def _match(prepared: Prepared, rows: dict[tuple[str, str], ImportedObject]) -> ImportedObject | None:
        """What earlier runs made of this item. A site that was set up anew gives old numbers to new things."""
        row = rows.get((prepared.kind, prepared.old_id))
        if row is not None and not same_thing(row.fields, prepared.fields):
            prepared.old_id = _other_id(prepared)
            row = rows.get((prepared.kind, prepared.old_id))
        return row

    def _new_page(self, prepared: Prepared) -> NewPage:
        model: type[Page] = Article if prepared.kind == "post" else InformationPage
        fields = {name: value for name, value in prepared.values.items() if name != "body"}
        page = model(live=prepared.live, go_live_at=prepared.publish_at, **fields)
        page.body = StreamValue(page.body.stream_block, prepared.values["body"], is_lazy=True)
        return NewPage(
            page,
            self._parent(prepared, page),
            bylines=self._bylines(prepared),
            topics=[self.directory.topics[slug] for slug, _title in prepared.topics],
            footnotes=prepared.footnotes,
            publish_at=prepared.publish_at,
        )

    def _bylines(self, prepared: Prepared) -> list[int]:
        found = [self.directory.person(login) for login in prepared.people]
        return list(dict.fromkeys(pk for pk in found if pk is not None))

    def _parent(self, prepared: Prepared, page: Any) -> int:
        if prepared.kind == "post":
            section = self.directory.sections[prepared.section]
            page.section_id, page.edition_id = section, self.edition_pk
            return section
        page.in_footer = False
        return self.pages.get(prepared.item.parent, self.edition_pk)

    def _created(self, prepared: Prepared, new: NewPage) -> Written:
        page = new.page
        row = ImportedObject(
            site=self.site,
            kind=prepared.kind,
            old_id=prepared.old_id,
            old_url=prepared.item.link,
            model="article" if prepared.kind == "post" else "information",
            object_pk=str(page.pk),
            revision_pk=page.latest_revision_id,
            was_live=page.live,
            parent_pk=new.parent_pk,
            digest=prepared.digest,
            links_pending=prepared.own_links,
            needs_index=True,
            fields=prepared.fields,
        )
        if prepared.kind == "page" and prepared.item.post_id:
            self.pages.setdefault(prepared.item.post_id, page.pk)
        return Written(prepared, "created", page.pk, list(prepared.remarks), row)

    def _again(self, prepared: Prepared, row: ImportedObject, state: PageState | None) -> Written:
        """An item that an earlier run brought: update it, unless it is the same or staff worked on it."""
        if prepared.kind == "page" and prepared.item.post_id and state:
            self.pages.setdefault(prepared.item.post_id, state.pk)
        if row.digest == prepared.digest and state is not None:
            return Written(prepared, "unchanged", state.pk, list(prepared.remarks), row)
        reason = edited_here(row, state)
        if reason or state is None:
            return Written(
                prepared, "kept", state.pk if state else None, [Remark("kept", reason), *prepared.remarks], row
            )
        apply_update(row, prepared, self._new_page(prepared))
        return Written(prepared, "updated", state.pk, list(prepared.remarks), row)

    def _redirect(self, done: Sequence[Written]) -> None:
        numbers = [written.page_pk for written in done if written.page_pk]
        paths = dict(Page.objects.filter(pk__in=numbers).values_list("pk", "url_path"))
        wanted = []
        for written in done:
            if written.page_pk not in paths:
                continue
            here = "/" + paths[written.page_pk].removeprefix(self.root_path).rstrip("/")
            wanted += [(old, Target(written.page_pk)) for old in written.prepared.addresses if old != here]
        add_redirects(wanted, self.web_site)

    def _pick(self, done: Sequence[Written]) -> None:
        """Sticky posts become picks, once; staff may take them away afterwards."""
        sticky = [one for one in done if one.action == "created" and one.prepared.item.sticky and one.prepared.live]
        Pick.objects.bulk_create(
            Pick(edition_id=self.edition_pk, article_id=written.page_pk, sort_order=written.prepared.item.position)
            for written in sticky
            if written.prepared.kind == "post" and written.page_pk is not None
        )

    def _note(self, written: Written) -> None:
        prepared = written.prepared
        self.recorder.note(
            "item",
            prepared.item.position,
            kind=prepared.item.post_type,
            old_id=prepared.old_id,
            title=prepared.values["title"],
            action=written.action,
            remarks=written.remarks,
            model=written.row.model,
            pk=written.page_pk or "",
            comments=len(prepared.item.comments),
        )

    def _pretend(self, batch: Sequence[Prepared]) -> None:
        """A dry run: say what would be done, by what earlier runs left."""
        self._ensure_places(batch)
        rows = self._rows(batch)
        states = page_states(rows.values())
        for prepared in batch:
            row = self._match(prepared, rows) or ImportedObject(model="")
            state = states.get(row.object_pk)
            reason = edited_here(row, state) if row.pk else ""
            same = row.digest == prepared.digest and state is not None
            action = "unchanged" if same else "kept" if reason else "updated" if row.pk else "created"
            remarks = [Remark("kept", reason), *prepared.remarks] if action == "kept" else list(prepared.remarks)
            self._note(Written(prepared, action, state.pk if state else None, remarks, row))
        self.recorder.flush()


def _other_id(prepared: Prepared) -> str:
    return f"{prepared.old_id}#{prepared.item.slug}"[:190]


def same_thing(before: dict[str, Any], now: dict[str, Any]) -> bool:
    """Whether two items of one number are the same: WordPress never changes a post's guid, and seldom all the rest."""
    if before.get("guid") and now.get("guid"):
        return bool(before["guid"] == now["guid"])
    return before.get("slug") == now.get("slug") or before.get("date") == now.get("date")
