"""What follows when Wagtail publishes, withdraws, moves or translates a page, whoever asked for it."""

from __future__ import annotations

from typing import Any

from wagtail.signals import copy_for_translation_done, page_published, page_unpublished, post_page_move

from standfirst.stories.actions.adapt_translation import adapt_translation
from standfirst.stories.actions.list_story import list_story, relist_below, unlist_story
from standfirst.stories.models import Article


def connect() -> None:
    """Listen to Wagtail's signals; called once when the app is ready."""
    page_published.connect(_published, sender=Article, dispatch_uid="stories.list")
    page_unpublished.connect(_unpublished, sender=Article, dispatch_uid="stories.unlist")
    post_page_move.connect(_moved, dispatch_uid="stories.relist")
    copy_for_translation_done.connect(_translated, dispatch_uid="stories.adapt_translation")


def _published(instance: Article, **kwargs: Any) -> None:
    list_story(article=instance)


def _unpublished(instance: Article, **kwargs: Any) -> None:
    unlist_story(article=instance)


def _moved(instance: Any, url_path_before: str, url_path_after: str, **kwargs: Any) -> None:
    if url_path_before != url_path_after:
        relist_below(path=instance.path)


def _translated(target_obj: Any, **kwargs: Any) -> None:
    if isinstance(target_obj, Article):
        adapt_translation(article=target_obj)
