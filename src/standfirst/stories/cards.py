"""What a story shows where it is listed, fetched for many stories at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from standfirst.stories.models import Article

NAME_FIELDS = ("article", "sort_order", "contributor__title")


def public_keys(keys: Iterable[int]) -> set[int]:
    """Return those of these primary keys that belong to public stories."""
    from standfirst.stories.models import ListedStory

    wanted = set(keys)
    if not wanted:
        return set()
    listed = ListedStory.objects.filter(article_id__in=wanted, list_key__startswith="edition:")
    return set(listed.values_list("article_id", flat=True))


def stories_by_key(keys: Iterable[int]) -> dict[int, Article]:
    """Return the stories with these primary keys, with all that a card shows, in one query."""
    from standfirst.stories.models import Article

    wanted = set(keys)
    return Article.objects.for_cards().in_bulk(wanted) if wanted else {}


def public_stories(keys: Iterable[int]) -> dict[int, Article]:
    """Return the public ones among the stories with these primary keys, with all that a card shows."""
    return stories_by_key(public_keys(keys))


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
    # Objects, not values: each person is then a dependency of the page, instead of every page there is.
    for byline in bylines.select_related("contributor").only(*NAME_FIELDS).order_by("sort_order"):
        names[byline.article_id].append(byline.contributor.title)
    for story in listed:
        story.byline_names = names.get(story.pk, [])
    return listed
