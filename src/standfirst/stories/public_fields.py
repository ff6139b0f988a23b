"""What the REST API shows of each kind of page, and what a staff token may write.

A field that is not named here is never shown, to nobody: the internal note, the slugline, the embargo, what a kill gave
as its reason, and who of the staff did what.
"""

from __future__ import annotations

from collections.abc import Iterable

from wagtail.api import APIField


def _written(names: Iterable[str]) -> list[APIField]:
    return [APIField(name, writable=True) for name in names]


def _read(names: Iterable[str]) -> list[APIField]:
    return [APIField(name) for name in names]


ARTICLE = [
    *_read(["headline", "section", "edition", "corrections", "updated_at", "lead_image", "access"]),
    *_written(["kicker", "standfirst", "trail_text", "dateline", "story_type", "body", "thread", "topics"]),
    *_written(["bylines", "sources", "lead_picture", "lead_caption", "lead_credit", "lead_alt"]),
    *_written(["social_headline", "social_text"]),
]
BYLINE = [*_written(["contributor", "role"]), *_read(["name"])]
SOURCE = _written(["text", "url"])
CORRECTION = _read(["text", "serious", "published_at"])
EDITION = _read(["motto"])
SECTION = [*_written(["standfirst"]), *_read(["colour"])]
THREAD = [*_written(["standfirst", "background"]), *_read(["chronology"])]
THREAD_EVENT = _read(["date", "date_shown", "text"])
TOPIC = _written(["standfirst"])
CONTRIBUTOR = [*_written(["job", "biography"]), *_read(["public_email", "links"])]
CONTRIBUTOR_LINK = _read(["label", "url"])
INFORMATION = [*_written(["standfirst", "body"]), *_read(["kind"])]
