"""Writes a log of reads into the slots that counting keeps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from standfirst.counting.models import StorySlot
from standfirst.discovery.popular.models import PopularEntry
from standfirst.stories.models import Article

NOW = datetime(2025, 4, 28, 12, tzinfo=UTC)
SITE = "social.example"


def read(story: Article, ago: timedelta = timedelta(hours=1), *, node: str = "one", **sources: int) -> None:
    """Let `story` have been read in the slot that began `ago`: so often direct, from `own` pages, from sites."""
    names = {"direct": "", "search": "search.example", "site": SITE}
    for name, reads in sources.items():
        StorySlot.objects.create(
            slot=NOW - ago,
            story_id=story.pk,
            edition_id=story.edition_id,
            referrer=names.get(name, name),
            source=node,
            views=reads * 2,
            reads=reads,
        )


def lists() -> dict[str, list[str]]:
    """The headlines of every list that is kept, by its key."""
    found: dict[str, list[str]] = {}
    for entry in PopularEntry.objects.select_related("story").order_by("list_key", "rank"):
        found.setdefault(entry.list_key, []).append(entry.story.title)
    return found
