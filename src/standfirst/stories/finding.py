"""Finding public stories by their words, with the search backend that is configured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from standfirst.stories.cards import public_stories, with_bylines

if TYPE_CHECKING:
    from standfirst.stories.models import Article, Edition

QUERY_LENGTH = 120


def normalised(query: str) -> str:
    """Return `query` without control characters and surplus white space, at most 120 characters long."""
    printable = "".join(character if character.isprintable() else " " for character in query)
    return " ".join(printable.split())[:QUERY_LENGTH]


def find_stories(edition: Edition, query: str, *, limit: int) -> list[Article]:
    """Return at most `limit` public stories of `edition` that hold every word of `query`, the best match first."""
    from standfirst.stories.models import Article

    candidates = Article.objects.live().filter(edition_id=edition.pk).search(query, operator="and")[: 2 * limit]
    keys = [story.pk for story in candidates]
    public = public_stories(keys)
    return with_bylines([public[key] for key in keys if key in public][:limit])
