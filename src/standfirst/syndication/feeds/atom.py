"""Atom 1.0 (RFC 4287) with the media module."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import feedgenerator, timezone
from django.utils.html import escape

from standfirst.syndication.feeds.entries import Credit, Entry, Feed
from standfirst.syndication.feeds.rss import write_image
from standfirst.syndication.text import xml_text

CONTENT_TYPE = "application/atom+xml; charset=utf-8"


class StoryAtom(feedgenerator.Atom1Feed):
    """Django's Atom, with several authors, the full text and a language per entry."""

    def root_attributes(self) -> dict[str, str]:
        return {**super().root_attributes(), "xmlns:media": "http://search.yahoo.com/mrss/"}

    def latest_post_date(self) -> datetime:
        return timezone.localtime(self.feed["updated"])

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        handler.addQuickElement("generator", "Standfirst")
        handler.addQuickElement("icon", self.feed["icon"])

    def item_attributes(self, item: dict[str, Any]) -> dict[str, str]:
        return {"xml:lang": item["entry"].language}

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        entry: Entry = item["entry"]
        writers = [credit for credit in entry.credits if credit.role in {"reporter", ""}]
        for credit in entry.credits:
            # RFC 4287 knows authors and contributors: without a reporter everybody named is an author.
            _write_person(handler, "author" if credit in writers or not writers else "contributor", credit)
        handler.addQuickElement("content", xml_text(entry.html), {"type": "html"})
        if entry.image:
            write_image(handler, entry.image)


def _write_person(handler: Any, element: str, credit: Credit) -> None:
    handler.startElement(element, {})
    handler.addQuickElement("name", xml_text(credit.name))
    if credit.url:
        handler.addQuickElement("uri", credit.url)
    handler.endElement(element)


def write_atom(feed: Feed) -> str:
    """Return `feed` as an Atom 1.0 document."""
    document = StoryAtom(
        title=xml_text(feed.title),
        link=feed.url,
        description=None,
        subtitle=xml_text(feed.subtitle) or None,
        language=feed.language,
        feed_url=feed.feed_url,
        feed_guid=feed.id,
        author_name=xml_text(feed.publisher),
        author_link=feed.publisher_url,
        updated=feed.updated,
        icon=feed.icon,
    )
    for entry in feed.entries:
        document.add_item(
            title=xml_text(entry.title),
            link=entry.url,
            description=escape(xml_text(entry.summary)),  # Django writes it with type=html
            pubdate=timezone.localtime(entry.published),
            updateddate=timezone.localtime(entry.updated),
            unique_id=entry.id,
            categories=[xml_text(category) for category in entry.categories],
            enclosures=[
                feedgenerator.Enclosure(sound.url, str(sound.length), sound.media_type) for sound in entry.sounds
            ],
            entry=entry,
        )
    return document.writeString("utf-8")
