"""Put a story into the public lists it belongs to, or take it out of all of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from standfirst.stories import listing_news
from standfirst.stories.models.base import EDITION_DEPTH
from standfirst.stories.models.listing import ListedStory

if TYPE_CHECKING:
    from standfirst.stories.models import Article


def list_story(*, article: Article) -> None:
    """Make the public lists agree with `article`: listed where it belongs when it is public, nowhere when it is not."""
    list_stories(articles=[article])


@transaction.atomic
def unlist_story(*, article: Article) -> None:
    """Take `article` out of every public list."""
    ListedStory.objects.filter(article_id=article.pk).delete()
    listing_news.tell([article.pk])


@transaction.atomic
def list_stories(*, articles: Sequence[Article]) -> None:
    """As `list_story` for many stories, with a number of queries that does not grow with their number."""
    public = [article for article in articles if article.is_public]
    keys = _keys_from_relations(public)
    sections = _section_ids_by_path(public)
    wanted = {
        (article.pk, key): article.first_published_at
        for article in public
        for key in {*_keys_from_place(article, sections), *keys.get(article.pk, ())}
    }
    ids = [article.pk for article in articles]
    _write_differences(ids, wanted)
    listing_news.tell(ids)


def _write_differences(ids: Sequence[int], wanted: dict[tuple[int, str], datetime | None]) -> None:
    """Let the rows of these stories be the `wanted` ones, with their dates; a list whose rows agree stays untouched."""
    standing = {(row.article_id, row.list_key): row for row in ListedStory.objects.filter(article_id__in=ids)}
    gone = [row.pk for place, row in standing.items() if place not in wanted]
    ListedStory.objects.filter(pk__in=gone).delete()
    moved = []
    for place, row in standing.items():
        published = wanted.get(place)
        if published is not None and row.published_at != published:
            row.published_at = published
            moved.append(row)
    ListedStory.objects.bulk_update(moved, ["published_at"], batch_size=200)
    new = [
        ListedStory(article_id=article_id, list_key=key, published_at=published or timezone.now())
        for (article_id, key), published in sorted(wanted.items(), key=lambda item: item[0])
        if (article_id, key) not in standing
    ]
    ListedStory.objects.bulk_create(new, batch_size=500)


def relist_below(*, path: str) -> None:
    """List every story at or below `path` of the tree anew, in batches: for moved sections and repairs."""
    from standfirst.stories.models import Article

    stories = Article.objects.filter(path__startswith=path).order_by("pk")
    last = 0
    while batch := list(stories.filter(pk__gt=last).defer("body")[:500]):
        for article in batch:
            article.place()
        Article.objects.bulk_update(batch, ["section", "edition"])
        list_stories(articles=batch)
        last = batch[-1].pk


def _keys_from_place(article: Article, sections: dict[str, int]) -> Iterable[str]:
    """Keys of the edition, of the section and of each section above it."""
    yield f"edition:{article.edition_id}"
    if article.story_type == "opinion":
        yield f"type:opinion:{article.edition_id}"
    for path in _section_paths(article):
        if path in sections:
            yield f"section:{sections[path]}"


def _section_paths(article: Article) -> list[str]:
    step = article.steplen
    return [article.path[: depth * step] for depth in range(EDITION_DEPTH + 1, article.depth)]


def _section_ids_by_path(articles: Sequence[Article]) -> dict[str, int]:
    from standfirst.stories.models import Section

    paths = {path for article in articles for path in _section_paths(article)}
    return dict(Section.objects.filter(path__in=paths).values_list("path", "pk"))


def _keys_from_relations(articles: Sequence[Article]) -> dict[int, set[str]]:
    """Keys of threads, topics and contributors, from the database: they are saved before a story is listed."""
    from standfirst.stories.models import Article, Byline

    ids = [article.pk for article in articles]
    keys: dict[int, set[str]] = {
        article.pk: {f"thread:{article.thread_id}"} if article.thread_id else set() for article in articles
    }
    topics = Article.topics.through.objects.filter(article_id__in=ids).values_list("article_id", "topic_id")
    for article_id, topic_id in topics:
        keys[article_id].add(f"topic:{topic_id}")
    bylines = Byline.objects.filter(article_id__in=ids).values_list("article_id", "contributor_id")
    for article_id, contributor_id in bylines:
        keys[article_id].add(f"contributor:{contributor_id}")
    return keys
