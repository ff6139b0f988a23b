"""What makes a story be related anew: that it was listed, changed in public, or taken out of the lists."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models.signals import post_delete

from standfirst.discovery.related.models import NearStories, WaitingStory
from standfirst.discovery.related.noting import note
from standfirst.stories import listing_news
from standfirst.stories.models import Article


def connect() -> None:
    """Listen to the lists; called once when the app is ready."""
    listing_news.listen(_listed)
    post_delete.connect(_deleted, sender=Article, dispatch_uid="related.deleted")


def _listed(story_ids: Collection[int]) -> None:
    note(story_ids)


def _deleted(instance: Article, **kwargs: Any) -> None:
    WaitingStory.objects.filter(pk=instance.pk).delete()
    NearStories.objects.filter(pk=instance.pk).delete()
