"""Turns an item of the export into the values of a page, without touching the database."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from standfirst.importers.wordpress.addresses import OldSite
from standfirst.importers.wordpress.content import MediaFile, Remark, convert
from standfirst.importers.wordpress.content.values import plain
from standfirst.importers.wordpress.entries import Item, TermUse
from standfirst.importers.wordpress.media import Library
from standfirst.importers.wordpress.places import Plan, clean_slug
from standfirst.importers.wordpress.survey import Survey

_SEO = {
    "seo_title": ("_yoast_wpseo_title", "rank_math_title", "_aioseop_title"),
    "search_description": ("_yoast_wpseo_metadesc", "rank_math_description", "_aioseop_description"),
}
_SOCIAL = {
    "social_headline": ("_yoast_wpseo_opengraph-title", "rank_math_facebook_title"),
    "social_text": ("_yoast_wpseo_opengraph-description", "rank_math_facebook_description"),
}
_LIMITS = {"seo_title": 255, "search_description": 2000, "social_headline": 150, "social_text": 250}
# What WordPress keeps for itself: nothing an editor wrote, so nothing to archive.
_HOUSEKEEPING = frozenset({"_edit_last", "_edit_lock", "_pingme", "_encloseme", "_wp_old_slug", "footnotes"})


@dataclass
class Prepared:
    """A story or page ready to be written. Places and people are still named, not numbered."""

    item: Item
    kind: str
    old_id: str
    values: dict[str, Any]
    """Fields of the page; `body` as stored blocks."""
    live: bool
    publish_at: datetime | None
    section: tuple[str, ...] = ()
    topics: list[tuple[str, str]] = field(default_factory=list)
    """Slug and title of each topic."""
    people: list[str] = field(default_factory=list)
    footnotes: list[tuple[str, str]] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    fields: dict[str, Any] = field(default_factory=dict)
    addresses: list[str] = field(default_factory=list)
    own_links: bool = False

    @property
    def digest(self) -> str:
        """Changes when anything that is imported changes in the export, or files came over since."""
        parts = [self.values, self.live, self.publish_at, self.section, self.topics, self.people, self.footnotes]
        text = json.dumps([*parts, self.fields], sort_keys=True, default=str, ensure_ascii=False)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class ItemSources:
    """What the converter may ask while it converts one item."""

    def __init__(self, item: Item, survey: Survey, library: Library, old_site: OldSite) -> None:
        self.item = item
        self.survey = survey
        self.library = library
        self.old_site = old_site

    def media(self, attachment_id: str, address: str) -> MediaFile | None:
        return self.library.find(attachment_id, address)

    def reusable(self, block_id: str) -> str | None:
        return self.survey.reusable.get(block_id)

    def attached(self) -> list[str]:
        return self.survey.children.get(self.item.post_id, [])

    def absolute(self, address: str) -> str:
        return self.old_site.absolute(address)

    def is_own(self, address: str) -> bool:
        return self.old_site.is_own(address)


class Preparer:
    """Prepares items one after the other; keeps what the survey found at hand."""

    def __init__(self, survey: Survey, plan: Plan, library: Library, old_site: OldSite) -> None:
        self.survey = survey
        self.plan = plan
        self.library = library
        self.old_site = old_site
        self.now = timezone.now()

    def prepare(self, item: Item, kind: str, old_id: str) -> Prepared:
        """Prepare `item`, a `post` or a `page` (after the mapping's say)."""
        remarks: list[Remark] = []
        live, publish_at = self._state(item, remarks)
        sources = ItemSources(item, self.survey, self.library, self.old_site)
        text = convert(
            item.content,
            sources,
            name=f"{self.survey.site}/{kind}/{old_id}",
            footnotes=item.custom("footnotes"),
        )
        values = self._values(item, kind, live, remarks)
        values["body"] = text.blocks
        prepared = Prepared(item, kind, old_id, values, live, publish_at, footnotes=text.footnotes)
        prepared.own_links = text.own_links
        prepared.addresses = self.old_site.of_item(item, kind)
        prepared.fields = self._fields(item)
        if kind == "post":
            self._add_story_parts(prepared, remarks)
        prepared.remarks = remarks + text.remarks
        return prepared

    def _state(self, item: Item, remarks: list[Remark]) -> tuple[bool, datetime | None]:
        """Whether the item is public at once, and when it shall be. Remarks say why a draft is one."""
        date = self.survey.clock.published(item)
        if item.password.strip():
            remarks.append(Remark("password", "was protected by a password; it is a draft here"))
        elif item.status in ("publish", "future"):
            if item.status == "publish" and not (date and date > self.now):
                return True, None
            if date and date > self.now:
                return False, date
            remarks.append(Remark("missed", "was scheduled for a time that has passed; publish it when it is right"))
        elif item.status == "private":
            remarks.append(Remark("private", "was private; it is a draft here"))
        elif item.status == "pending":
            remarks.append(Remark("pending", "was waiting for review; it is a draft here"))
        elif item.status != "draft":
            remarks.append(Remark("state", f"had the unknown state {item.status or '(none)'}; it is a draft here"))
        return False, None

    def _values(self, item: Item, kind: str, live: bool, remarks: list[Remark]) -> dict[str, Any]:
        title = plain(item.title)
        if not title:
            title = _("Untitled")
            remarks.append(Remark("untitled", "has no title"))
        if len(title) > 255:
            remarks.append(Remark("long_title", "the title was cut at 255 characters; the whole is archived"))
        slug = clean_slug(item.slug, title)
        values: dict[str, Any] = {"title": title[:255], "slug": slug, "standfirst": plain(item.excerpt)}
        date = self.survey.clock.published(item)
        values["first_published_at"] = (date or self._fallback_date(remarks)) if live else None
        modified = self.survey.clock.modified(item)
        first = values["first_published_at"]
        values["last_published_at"] = max(filter(None, [first, modified])) if live else None
        fields = _SEO | (_SOCIAL if kind == "post" else {})
        for name, keys in fields.items():
            values[name] = self._seo(item, keys, name, remarks)
        return values

    def _fallback_date(self, remarks: list[Remark]) -> datetime:
        """A public story must have a date; without any it gets the start of the Unix clock, the same in every run."""
        remarks.append(Remark("no_date", "has no date; it is dated 1 January 1970, please correct"))
        return datetime.fromtimestamp(0, tz=timezone.get_default_timezone())

    @staticmethod
    def _seo(item: Item, keys: tuple[str, ...], name: str, remarks: list[Remark]) -> str:
        for key in keys:
            value = plain(item.custom(key))
            if "%%" in value or (key.startswith("rank_math") and "%" in value):
                remarks.append(Remark("seo_template", f"{key} holds a template and is archived only"))
            elif value:
                return value[: _LIMITS[name]]
        return ""

    def _add_story_parts(self, prepared: Prepared, remarks: list[Remark]) -> None:
        """Section, topics, bylines and the pictures of an article."""
        item = prepared.item
        prepared.section, as_topics = self.plan.choose(item)
        prepared.topics = self._topics(item, as_topics)
        prepared.people = self._people(item)
        for name, key in (
            ("lead_picture_id", "_thumbnail_id"),
            ("social_picture_id", "_yoast_wpseo_opengraph-image-id"),
        ):
            number = item.custom(key)
            media = self.library.find(number, "") if number else None
            prepared.values[name] = media.pk if media and media.kind == "picture" else None
            if name == "lead_picture_id" and number not in ("", "0", "-1") and prepared.values[name] is None:
                remarks.append(Remark("no_lead_picture", f"its lead picture (number {number}) did not come over"))

    def _topics(self, item: Item, as_topics: list[str]) -> list[tuple[str, str]]:
        found: dict[str, str] = {}
        for use in item.terms:
            if use.taxonomy == "post_tag" or (use.taxonomy == "category" and use.slug in as_topics):
                slug = self.plan.topic_slug(use.taxonomy, use.slug, use.name)
                if slug:
                    found.setdefault(slug, self._term_name(use))
        return list(found.items())

    def _term_name(self, use: TermUse) -> str:
        term = self.survey.terms.get((use.taxonomy, use.slug))
        return (term.name if term and term.name else use.name)[:255] or use.slug

    def _people(self, item: Item) -> list[str]:
        """Sign-in names of everybody who wrote it: Co-Authors Plus' list, else the creator."""
        several = [use for use in item.terms if use.taxonomy == "author"]
        return list(dict.fromkeys(self.login_of(use) for use in several)) or ([item.creator] if item.creator else [])

    def login_of(self, use: TermUse) -> str:
        """The sign-in name behind a term of Co-Authors Plus, which names people by slug and by name."""
        slug = use.slug.removeprefix("cap-").lower()
        if slug in self.survey.authors:
            return self.survey.authors[slug].login
        for author in self.survey.authors.values():
            same = author.display_name and author.display_name.lower() == use.name.lower()
            if same or clean_slug(author.login, "x") == slug:
                return author.login
        return use.name or slug

    def _fields(self, item: Item) -> dict[str, Any]:
        """What is archived with the story: what identifies it, custom fields, other taxonomies' terms, what was cut."""
        fields: dict[str, Any] = {"guid": item.guid, "slug": item.slug, "date": item.post_date}
        meta = [[key, value] for key, value in item.meta if key not in _HOUSEKEEPING]
        if meta:
            fields["meta"] = meta
        known = ("category", "post_tag", "author")
        terms = [[use.taxonomy, use.slug, use.name] for use in item.terms if use.taxonomy not in known]
        if terms:
            fields["terms"] = terms
        if len(plain(item.title)) > 255:
            fields["title"] = item.title
        return fields
