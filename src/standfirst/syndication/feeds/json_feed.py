"""JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

import json
from typing import Any

from standfirst.syndication.feeds.entries import Entry, Feed, Image
from standfirst.syndication.text import iso_time, xml_text

CONTENT_TYPE = "application/feed+json; charset=utf-8"


def write_json(feed: Feed) -> str:
    """Return `feed` as a JSON Feed 1.1 document."""
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "description": feed.subtitle or None,
        "home_page_url": feed.url,
        "feed_url": feed.feed_url,
        "icon": feed.icon,
        "language": feed.language,
        "authors": [{"name": feed.publisher, "url": feed.publisher_url}],
    }
    items = [_item(entry) for entry in feed.entries]  # required, even when there is none
    return json.dumps({**_without_nothing(document), "items": items}, ensure_ascii=False)


def _item(entry: Entry) -> dict[str, Any]:
    attachments = [
        {"url": sound.url, "mime_type": sound.media_type, "size_in_bytes": sound.length, "title": sound.title or None}
        for sound in entry.sounds
    ]
    return _without_nothing(
        {
            "id": entry.id,
            "url": entry.url,
            "title": xml_text(entry.title),
            "summary": xml_text(entry.summary) or None,
            "content_html": xml_text(entry.html),
            "language": entry.language,
            "date_published": iso_time(entry.published),
            "date_modified": iso_time(entry.updated),
            "authors": [_without_nothing({"name": credit.name, "url": credit.url or None}) for credit in entry.credits],
            "image": entry.image.url if entry.image else None,
            "tags": entry.categories,
            "attachments": [_without_nothing(attachment) for attachment in attachments],
            "_media": _media(entry.image) if entry.image else None,
        }
    )


def _media(image: Image) -> dict[str, Any]:
    """What JSON Feed has no name for, in an extension: the picture's words and size."""
    return _without_nothing(
        {
            "about": "https://www.rssboard.org/media-rss",
            "width": image.width,
            "height": image.height,
            "description": image.caption or None,
            "credit": image.credit or None,
            "alt": image.alt or None,
            "copyright": image.copyright_notice or None,
            "license": image.licence_url or None,
        }
    )


def _without_nothing(value: dict[str, Any]) -> dict[str, Any]:
    """JSON Feed leaves out what is not known; it knows no null."""
    return {key: inner for key, inner in value.items() if inner is not None and inner != []}
