"""Entries of the export that are no story, page or file: people, terms, and what other software left."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.db import transaction

from standfirst.importers.models import ImportedObject
from standfirst.importers.wordpress.addresses import OldSite, Target, add_redirects
from standfirst.importers.wordpress.comments import archive_comments
from standfirst.importers.wordpress.content import Remark
from standfirst.importers.wordpress.content.values import plain
from standfirst.importers.wordpress.directory import Directory
from standfirst.importers.wordpress.entries import Author, Item, Term
from standfirst.importers.wordpress.places import Plan
from standfirst.importers.wordpress.record import Recorder

BATCH = 100
_REASONS = {
    "nav_menu_item": "menus are not moved: the section bar and the footer are made from sections and pages",
    "revision": "old versions are not moved, only the current text",
    "wp_navigation": "menus are not moved: the section bar and the footer are made from sections and pages",
    "wp_template": "the old design is not moved",
    "wp_template_part": "the old design is not moved",
    "wp_global_styles": "the old design is not moved",
    "custom_css": "the old design is not moved",
    "customize_changeset": "the old design is not moved",
    "wp_font_family": "the old design is not moved",
    "wp_font_face": "the old design is not moved",
    "oembed_cache": "a cache is not moved",
    "user_request": "requests about personal data are not moved",
    "": "has no post type",
}
_USED = Remark("reusable", "a reusable block: its content stands in the stories that use it")


class Others:
    """Notes and archives them, a batch in one transaction."""

    def __init__(self, plan: Plan, directory: Directory, recorder: Recorder, old_site: OldSite, site: Any) -> None:
        self.plan = plan
        self.directory = directory
        self.recorder = recorder
        self.old_site = old_site
        self.site = site
        self._archive: list[ImportedObject] = []
        self._redirects: list[tuple[str, Target]] = []
        self._commented: list[tuple[str, str, Item]] = []

    def flush(self, *, full: bool = True) -> None:
        """Write what was collected; with `full` false only when it is a whole batch."""
        if not full and len(self._archive) + len(self._redirects) + len(self._commented) < BATCH:
            return
        with transaction.atomic():
            if not self.recorder.dry:
                ImportedObject.objects.bulk_create(
                    {(row.kind, row.old_id): row for row in self._archive}.values(),
                    update_conflicts=True,
                    unique_fields=["site", "kind", "old_id"],
                    update_fields=["fields", "old_url", "model", "object_pk"],
                )
                add_redirects(self._redirects, self.site)
                pairs = [(self._row_of(kind, old_id), item) for kind, old_id, item in self._commented]
                archive_comments(pairs, self.plan.survey.clock)
            self.recorder.flush()
        self._archive, self._redirects, self._commented = [], [], []

    def comments(self, item: Item, old_id: str) -> None:
        """Archive the comments of something that is no story and no page, for example of a picture."""
        if item.comments:
            self._commented.append((f"item:{item.post_type}"[:60], old_id, item))

    def _row_of(self, kind: str, old_id: str) -> ImportedObject:
        row, _created = ImportedObject.objects.get_or_create(site=self.directory.site, kind=kind, old_id=old_id)
        return row

    def author(self, author: Author) -> None:
        """People who wrote something have a page; the others are not shown."""
        pk = self.directory.person(author.login)
        remarks = []
        if pk is None:
            remarks.append(Remark("no_stories", "wrote nothing in this export; no page was made"))
        elif self.directory.name_of(author.login).lower() == author.login.lower():
            remarks.append(Remark("login_name", "the export gives no other name than the sign-in name; change it"))
        self._place("author", author.position, "author", author.login, author.display_name, "contributor", pk, remarks)
        if pk:
            addresses = self.old_site.of_author(author.login, author)
            self._redirects += [(address, Target(pk)) for address in addresses]
        self._row("author", author.login.lower(), "contributor" if pk else "", pk, {"author": _without(asdict(author))})

    def term(self, term: Term) -> None:
        """Categories are sections (or topics), tags are topics; other taxonomies are archived."""
        model, pk, remarks = self._find_term(term)
        refused = model == "" and term.taxonomy not in ("category", "post_tag")
        self._place(
            term.element, term.position, term.taxonomy, term.slug, term.name, model, pk, remarks, refused=refused
        )
        self._row(f"term:{term.taxonomy}"[:60], term.slug, model, pk, {"term": _without(asdict(term))})
        if pk:
            above = list(reversed(self._line_above(term)))
            self._redirects += [(address, Target(pk)) for address in self.old_site.of_term(term, above)]

    def _line_above(self, term: Term) -> list[str]:
        line: list[str] = []
        parent = term.parent
        while parent and parent not in line:
            line.append(parent)
            above = self.plan.categories.get(parent)
            parent = above.parent if above else ""
        return line

    def _find_term(self, term: Term) -> tuple[str, int | None, list[Remark]]:
        if term.taxonomy == "category" and self.plan.is_section(term.slug):
            return "section", self.directory.sections.get(self.plan.section_path(term.slug)), []
        if term.taxonomy in ("category", "post_tag"):
            slug = self.plan.topic_slug(term.taxonomy, term.slug, term.name)
            pk = self.directory.topics.get(slug) if slug else None
            missing = [] if pk else [Remark("unused", "left out by the mapping, or used by no story")]
            return ("topic" if pk else ""), pk, missing
        return "", None, [Remark("taxonomy", f"the taxonomy {term.taxonomy or '?'} has no place here; archived")]

    def item(self, item: Item, old_id: str, *, reason: str = "") -> None:
        """Archive an item that becomes no page; `reason` replaces the one its type gives."""
        remarks = [Remark("refused", reason or self._reason(item))]
        refused = True
        model, pk = "", None
        if item.post_type == "wp_block":
            remarks, refused = [_USED], False
        elif item.post_type == "guest-author":
            pk = self.directory.person(item.custom("cap-user_login") or item.slug.removeprefix("cap-"))
            model, refused = ("contributor" if pk else ""), False
            remarks = [] if pk else [Remark("no_stories", "wrote nothing in this export; no page was made")]
        self._place(
            "item", item.position, item.post_type, old_id, plain(item.title), model, pk, remarks, refused=refused,
            comments=len(item.comments),
        )  # fmt: skip
        self._row(f"item:{item.post_type}"[:60], old_id, model, pk, {"source": _without(asdict(item))}, item.link)

    @staticmethod
    def _reason(item: Item) -> str:
        if item.status in ("trash", "auto-draft"):
            return "was in the trash" if item.status == "trash" else "was an empty draft WordPress made by itself"
        known = _REASONS.get(item.post_type)
        return known or f"the post type {item.post_type} is unknown; name it under [types] in the mapping to bring it"

    def _place(
        self, element: str, position: int, kind: str, old_id: str, title: str, model: str, pk: int | None,
        remarks: list[Remark], *, refused: bool = False, comments: int = 0,
    ) -> None:  # fmt: skip
        made = "created" if pk in self.directory.created else "matched" if pk else "archived"
        self.recorder.note(
            element,
            position,
            kind=kind,
            old_id=old_id,
            title=title,
            action=made,
            remarks=remarks,
            refused=refused,
            model=model,
            pk=pk or "",
            comments=comments,
        )

    def _row(self, kind: str, old_id: str, model: str, pk: int | None, fields: dict[str, Any], url: str = "") -> None:
        self._archive.append(
            ImportedObject(
                site=self.directory.site,
                kind=kind,
                old_id=old_id[:190],
                old_url=url,
                model=model,
                object_pk=str(pk or ""),
                fields=fields,
            )
        )


def _without(values: dict[str, Any]) -> dict[str, Any]:
    """`values` without where they stood in the file and without what is empty."""
    return {key: value for key, value in values.items() if value and key not in ("position", "line", "element")}
