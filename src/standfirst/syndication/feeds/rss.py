"""RSS 2.0 with the modules `content` (full text), `dc` (creators, language), `media` and `atom` (its own address).

https://www.rssboard.org/rss-specification, https://www.rssboard.org/media-rss
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import feedgenerator, timezone
from django.utils.html import escape

from standfirst.syndication.feeds.entries import Entry, Feed, Image
from standfirst.syndication.text import xml_text

CONTENT_TYPE = "application/rss+xml; charset=utf-8"
NAMESPACES = {
    "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
    "xmlns:dc": "http://purl.org/dc/elements/1.1/",
    "xmlns:media": "http://search.yahoo.com/mrss/",
}
_MEDIA_ROLES = "urn:ebu"


class StoryRss(feedgenerator.Rss201rev2Feed):
    """Django's RSS 2.0, with what stories have beyond a blog's posts. Reads `feed` and each item's `entry`."""

    def rss_attributes(self) -> dict[str, str]:
        return {**super().rss_attributes(), **NAMESPACES}

    def latest_post_date(self) -> datetime:
        return timezone.localtime(self.feed["updated"])

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        handler.addQuickElement("generator", "Standfirst")
        handler.addQuickElement("docs", "https://www.rssboard.org/rss-specification")

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        entry: Entry = item["entry"]
        for credit in entry.credits:
            handler.addQuickElement("dc:creator", xml_text(credit.name))
        handler.addQuickElement("dc:language", entry.language)
        handler.addQuickElement("atom:updated", feedgenerator.rfc3339_date(timezone.localtime(entry.updated)))
        handler.addQuickElement("content:encoded", xml_text(entry.html))
        if entry.image:
            write_image(handler, entry.image)


def write_image(handler: Any, image: Image) -> None:
    size = {"width": str(image.width), "height": str(image.height)}
    handler.startElement(
        "media:content", {"url": image.url, "type": image.media_type, "medium": "image", "isDefault": "true", **size}
    )
    if image.caption:
        handler.addQuickElement("media:description", xml_text(image.caption), {"type": "plain"})
    if image.credit:
        handler.addQuickElement("media:credit", xml_text(image.credit), {"role": "author", "scheme": _MEDIA_ROLES})
    if image.copyright_notice:
        handler.addQuickElement("media:copyright", xml_text(image.copyright_notice))
    if image.licence_url:
        handler.addQuickElement("media:license", image.licence_url, {"type": "text/html", "href": image.licence_url})
    handler.endElement("media:content")


def write_rss(feed: Feed) -> str:
    """Return `feed` as an RSS 2.0 document."""
    document = StoryRss(
        title=xml_text(feed.title),
        link=feed.url,
        description=xml_text(feed.subtitle or feed.title),
        language=feed.language,
        feed_url=feed.feed_url,
        updated=feed.updated,
    )
    for entry in feed.entries:
        document.add_item(
            title=xml_text(entry.title),
            link=entry.url,
            description=escape(xml_text(entry.summary)),  # readers take it for HTML
            pubdate=timezone.localtime(entry.published),
            unique_id=entry.id,
            unique_id_is_permalink=False,
            categories=[xml_text(category) for category in entry.categories],
            # RSS allows one enclosure an item.
            enclosures=[
                feedgenerator.Enclosure(sound.url, str(sound.length), sound.media_type) for sound in entry.sounds[:1]
            ],
            entry=entry,
        )
    return document.writeString("utf-8")
