"""From a list of public stories to a feed: a fixed number of queries, whatever the size of the archive."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import override
from wagtail_footnotes.models import Footnote

from standfirst.stories.access import Access, public_blocks
from standfirst.stories.models import (
    Article,
    Byline,
    Contributor,
    Correction,
    Edition,
    Newsroom,
    NewsroomSettings,
    Section,
    Thread,
    Topic,
)
from standfirst.syndication.addresses import SiteAddress, feed_address, lasting_id
from standfirst.syndication.body import full_text, lead_figure
from standfirst.syndication.feeds.entries import Credit, Entry, Feed, Image, Sound
from standfirst.syndication.library import Library, fetch_library
from standfirst.syndication.markup import sanitised
from standfirst.syndication.pictures import picture_file

SIZE = 50
LIST_PAGES = (Newsroom, Edition, Section, Contributor, Thread, Topic)
"""The page types that have a feed."""
_NEVER = datetime.fromtimestamp(0, tz=UTC)


@dataclass(frozen=True)
class _Shelf:
    """What belongs to the stories of one feed, by the story's primary key."""

    bylines: dict[int, list[Byline]]
    topics: dict[int, list[str]]
    footnotes: dict[int, dict[str, str]]
    corrections: dict[int, list[Correction]]


def build_feed(page: Any, site: SiteAddress, kind: str) -> Feed:
    """Return the feed of the `SIZE` newest stories of `page`, one of `LIST_PAGES`; `kind` is a key of `FEED_NAMES`."""
    entries = build_entries(newest_stories(list_keys(page)), site)
    whole = isinstance(page, Newsroom)
    settings = NewsroomSettings.for_site(site.site)
    url = site.of_path(page.url_path)
    return Feed(
        id=lasting_id(page),
        title=settings.name if whole else f"{settings.name} – {page.title}",
        subtitle=_subtitle(page),
        url=url,
        feed_url=feed_address(url, kind),
        language=None if whole else page.locale.language_code,
        updated=max((entry.updated for entry in entries), default=page.last_published_at or _NEVER),
        publisher=settings.legal_name or settings.name,
        publisher_url=site.root + "/",
        icon=site.absolute("/icon-512.png"),
        entries=entries,
    )


def list_keys(page: Any) -> list[str]:
    """Return the keys of the lists (see `ListedStory`) whose stories `page` shows."""
    if isinstance(page, Newsroom):
        return [edition.list_key for edition in Edition.objects.child_of(page).live()]
    return [page.list_key]


def newest_stories(keys: Sequence[str], size: int = SIZE) -> list[Article]:
    """Return the newest public stories of the lists `keys`, newest first, each with section, picture and locale.

    One index lookup a list gives the newest of each; only the merged first `size` are then fetched whole.
    """
    rows = [list(Article.objects.listed(key).values_list("listings__published_at", "pk")[:size]) for key in keys]
    ids = [key for _published, key in islice(heapq.merge(*rows, reverse=True), size)]
    stories = Article.objects.select_related("section", "lead_picture", "locale").defer("ednote").in_bulk(ids)
    return [stories[key] for key in ids if key in stories]


def build_entries(stories: Sequence[Article], site: SiteAddress) -> list[Entry]:
    """Return an entry for each of `stories`, in their order: at most nine queries."""
    shelf = _fetch_shelf([story.pk for story in stories])
    bodies = {story.pk: public_blocks(story) for story in stories}
    notes = [text for texts in shelf.footnotes.values() for text in texts.values()]
    library = fetch_library(site, bodies.values(), notes)
    return [_entry(story, bodies[story.pk], shelf, library) for story in stories]


def _fetch_shelf(ids: list[int]) -> _Shelf:
    bylines = Byline.objects.filter(article_id__in=ids).select_related("contributor").order_by("sort_order", "pk")
    # Objects, sorted here: each topic is then a dependency of the feed, instead of the titles of all pages.
    links = (
        Article.topics.through.objects.filter(article_id__in=ids)
        .select_related("topic")
        .only("article", "topic__title")
    )
    topics = sorted((link.topic.title, link.article_id) for link in links)
    footnotes: dict[int, dict[str, str]] = defaultdict(dict)
    for page_id, key, text in Footnote.objects.filter(page_id__in=ids).values_list("page_id", "uuid", "text"):
        footnotes[page_id][str(key)] = text
    return _Shelf(
        bylines=_grouped((byline.article_id, byline) for byline in bylines),
        topics=_grouped((article_id, title) for title, article_id in topics),
        footnotes=footnotes,
        corrections=_grouped(
            (correction.article_id, correction) for correction in Correction.objects.filter(article_id__in=ids)
        ),
    )


def _grouped(pairs: Iterable[tuple[int, Any]]) -> dict[int, list[Any]]:
    groups: dict[int, list[Any]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return groups


def _entry(story: Article, blocks: list[dict[str, Any]], shelf: _Shelf, library: Library) -> Entry:
    corrections = shelf.corrections.get(story.pk, [])
    published = story.first_published_at
    section = [story.section.title] if story.section else []
    return Entry(
        id=lasting_id(story),
        url=library.site.of_path(story.url_path),
        title=story.title,
        summary=story.teaser_text,
        html=_story_html(story, blocks, corrections, shelf.footnotes.get(story.pk, {}), library),
        language=story.locale.language_code,
        published=published,
        updated=max([published, *filter(None, [story.updated_at]), *(each.published_at for each in corrections)]),
        credits=[_credit(byline, library.site) for byline in shelf.bylines.get(story.pk, [])],
        image=story_image(story, library.site),
        sounds=list(_sounds(blocks, library)),
        categories=list(dict.fromkeys([*section, *shelf.topics.get(story.pk, [])])),
    )


def _story_html(
    story: Article, blocks: list[dict[str, Any]], corrections: list[Correction], notes: dict[str, str], library: Library
) -> str:
    parts = [
        format_html("<p>{}</p>", story.standfirst) if story.standfirst else "",
        sanitised(_figure(story, library)),
        full_text(blocks, library, notes),
    ]
    with override(story.locale.language_code):
        if story.access != Access.OPEN:
            parts.append(format_html('<p><a href="{}">{}</a></p>', library.site.of_path(story.url_path), _("Read on")))
        for correction in corrections:
            day = date_format(localtime(correction.published_at), "DATE_FORMAT")
            parts.append(format_html("<p><strong>{}, {}:</strong> {}</p>", _("Correction"), day, correction.text))
    return "\n".join(part for part in parts if part)


def _figure(story: Article, library: Library) -> str:
    picture = story.lead_picture
    if picture is None:
        return ""
    alt = story.lead_alt or picture.alt_text
    return lead_figure(
        picture, story.lead_caption or picture.caption, story.lead_credit or picture.credit, alt, library
    )


def _credit(byline: Byline, site: SiteAddress) -> Credit:
    person = byline.contributor
    return Credit(name=person.title, url=site.of_path(person.url_path) if person.live else "", role=byline.role)


def story_image(story: Article, site: SiteAddress) -> Image | None:
    """Return the lead picture of `story` with its words, or `None` without one or while no size of it is ready."""
    picture = story.lead_picture
    file = picture_file(picture, site) if picture else None
    if picture is None or file is None:
        return None
    return Image(
        url=file.url,
        media_type=file.media_type,
        width=file.width,
        height=file.height,
        caption=story.lead_caption or picture.caption,
        credit=story.lead_credit or picture.credit,
        alt=story.lead_alt or picture.alt_text,
        copyright_notice=picture.copyright_notice,
        licence_url=picture.licence_url,
    )


def _sounds(blocks: list[dict[str, Any]], library: Library) -> Iterable[Sound]:
    for block in blocks:
        document = library.documents.get(block["value"].get("file") or 0) if block["type"] == "audio" else None
        if document is not None and document.file_size is not None:
            yield Sound(
                url=library.site.absolute(document.url),
                media_type=document.content_type,
                length=document.file_size,
                title=block["value"].get("title") or document.title,
            )


def _subtitle(page: Any) -> str:
    return getattr(page, "standfirst", "") or getattr(page, "motto", "") or getattr(page, "job", "")
