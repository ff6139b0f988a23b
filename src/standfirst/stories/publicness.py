"""Keeps the public lists true whenever Wagtail publishes, withdraws or moves a page, whoever asked for it."""

from __future__ import annotations

from typing import Any

from wagtail.signals import page_published, page_unpublished, post_page_move

from standfirst.stories.actions.list_story import list_story, relist_below, unlist_story
from standfirst.stories.models import Article


def connect() -> None:
    """Listen to Wagtail's signals; called once when the app is ready."""
    page_published.connect(_published, sender=Article, dispatch_uid="stories.list")
    page_unpublished.connect(_unpublished, sender=Article, dispatch_uid="stories.unlist")
    post_page_move.connect(_moved, dispatch_uid="stories.relist")


def _published(instance: Article, **kwargs: Any) -> None:
    list_story(article=instance)


def _unpublished(instance: Article, **kwargs: Any) -> None:
    unlist_story(article=instance)


def _moved(instance: Any, url_path_before: str, url_path_after: str, **kwargs: Any) -> None:
    if url_path_before != url_path_after:
        relist_below(path=instance.path)
