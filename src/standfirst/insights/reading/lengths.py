"""How long each story is, kept beside it: to count the words of ten thousand stories anew takes a minute."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _
from django_tasks import task
from wagtail.signals import page_published

from standfirst.insights.models import StoryLength
from standfirst.stories.models import Article
from standfirst.stories.reading import word_count

BATCH = 200


@dataclass(frozen=True)
class Band:
    """Stories of `least` to `most` words."""

    name: str
    label: Any
    least: int
    most: int | None = None


BANDS = (
    Band("0-299", _("under 300 words"), 0, 299),
    Band("300-599", _("300 to 599 words"), 300, 599),
    Band("600-999", _("600 to 999 words"), 600, 999),
    Band("1000-1999", _("1,000 to 1,999 words"), 1000, 1999),
    Band("2000", _("2,000 words and more"), 2000),
)
BAND_BY_NAME = {band.name: band for band in BANDS}


def band_of(words: int) -> Band:
    """The band that holds stories of so many words."""
    return next(band for band in reversed(BANDS) if words >= band.least)


def words_of(stories: Collection[int]) -> dict[int, int]:
    """The words of those of `stories` that were counted already; the rest is counted in the background."""
    found: dict[int, int] = dict(StoryLength.objects.values_list("story_id", "words"))
    if unmeasured().exists():
        measure_lengths.enqueue()
    return {story: found[story] for story in stories if story in found}


def unmeasured() -> Any:
    """Published stories whose words nobody has counted."""
    known = StoryLength.objects.filter(story_id=OuterRef("pk"))
    return Article.objects.filter(~Exists(known), first_published_at__isnull=False).order_by("pk")


@task()
def measure_lengths() -> None:
    """Count the words of stories that were published before this was kept, or brought in past the desk."""
    while batch := list(unmeasured().only("pk", "body")[:BATCH]):
        keep(batch)


def keep(articles: Iterable[Article]) -> None:
    """Write down how long `articles` are."""
    StoryLength.objects.bulk_create(
        [StoryLength(story_id=article.pk, words=word_count(article)) for article in articles],
        update_conflicts=True,
        unique_fields=["story_id"],
        update_fields=["words"],
    )


def connect() -> None:
    """Count the words of a story whenever it is published."""
    page_published.connect(_published, sender=Article, dispatch_uid="insights.length")


def _published(instance: Article, **kwargs: Any) -> None:
    keep([instance])
