"""What a story shows where it is listed, fetched for many stories at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from standfirst.stories.models import Article


def public_stories(keys: Iterable[int]) -> dict[int, Article]:
    """Return the public ones among the stories with these primary keys, with all that a card shows."""
    from standfirst.stories.models import Article, ListedStory

    wanted = set(keys)
    if not wanted:
        return {}
    public = ListedStory.objects.filter(article_id__in=wanted, list_key__startswith="edition:").values("article_id")
    return {story.pk: story for story in Article.objects.filter(pk__in=public).for_cards()}


def with_bylines(stories: Iterable[Article]) -> list[Article]:
    """Give each story its `byline_names`, in order, with one query; translators and editors are left out."""
    from standfirst.stories.models import Byline, Role

    listed = list(stories)
    if not listed:
        return []
    names: dict[int, list[str]] = defaultdict(list)
    bylines = Byline.objects.filter(
        article_id__in={story.pk for story in listed}, role__in=[Role.REPORTER, Role.PHOTOGRAPHER]
    )
    for article_id, name in bylines.order_by("sort_order").values_list("article_id", "contributor__title"):
        names[article_id].append(name)
    for story in listed:
        story.byline_names = names.get(story.pk, [])
    return listed
