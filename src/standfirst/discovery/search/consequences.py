"""What makes a story be written anew into the search: its own changes, and those of the names and captions in it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models.signals import post_delete, post_save, pre_save

from standfirst.discovery.search.waiting import note
from standfirst.discovery.search.writing import no_longer_public, remove_public
from standfirst.stories import listing_news
from standfirst.stories.models import Article, Contributor, Picture, Thread, Topic

SHOWN = {
    Contributor: ("title", "bylines__contributor"),
    Topic: ("title", "topics"),
    Thread: ("title", "thread"),
    Picture: ("caption", "lead_picture"),
}
"""What of another object stands in a story's document, and how stories name that object."""
_BEFORE = "_search_knew"


def connect() -> None:
    """Listen to the lists and to the models; called once when the app is ready."""
    listing_news.listen(_listed)
    post_save.connect(_saved, sender=Article, dispatch_uid="story_search.saved")
    post_delete.connect(_deleted, sender=Article, dispatch_uid="story_search.deleted")
    model: Any  # Wagtail ships no types
    for model in SHOWN:
        pre_save.connect(_before, sender=model, dispatch_uid=f"story_search.before.{model.__name__}")
        post_save.connect(_after, sender=model, dispatch_uid=f"story_search.after.{model.__name__}")


def _listed(story_ids: Collection[int]) -> None:
    """Take at once what is public no longer; the rest may follow a moment later."""
    remove_public(no_longer_public(story_ids))
    note(story_ids)


def _saved(instance: Article, raw: bool = False, **kwargs: Any) -> None:
    if not raw:
        note([instance.pk])


def _deleted(instance: Article, **kwargs: Any) -> None:
    remove_public([instance.pk])
    note([instance.pk])


def _before(sender: Any, instance: Any, raw: bool = False, **kwargs: Any) -> None:
    field, _path = SHOWN[sender]
    if instance.pk and not raw:
        setattr(instance, _BEFORE, sender.objects.filter(pk=instance.pk).values_list(field, flat=True).first())


def _after(sender: Any, instance: Any, created: bool, raw: bool = False, **kwargs: Any) -> None:
    field, path = SHOWN[sender]
    if not created and not raw and getattr(instance, _BEFORE, None) != getattr(instance, field):
        note(Article.objects.filter(**{path: instance.pk}).values_list("pk", flat=True))
