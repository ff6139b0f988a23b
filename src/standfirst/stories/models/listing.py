"""Which public story stands in which list: the one place that decides what the public finds."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models


class ListedStory(models.Model):
    """A public story's place in one list.

    `list_key` is `edition:ID`, `section:ID` (of the section and each section above it), `thread:ID`, `topic:ID`,
    `contributor:ID` or `type:STORY_TYPE:EDITION_ID`. Rows exist only while the story is public, so drafts, embargoed
    and killed stories can stand in no list, feed or sitemap. The row carries the date, so that a page of any list
    costs the same in an archive of 300 and of 1,000,000 stories.
    """

    article = models.ForeignKey("stories.Article", on_delete=models.CASCADE, related_name="listings")
    list_key = models.CharField(max_length=40)
    published_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["article", "list_key"], name="listed_once_a_list"),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["list_key", "-published_at", "-article"], name="listed_by_key_and_date")
        ]

    def __str__(self) -> str:
        return f"{self.list_key} {self.article_id}"
