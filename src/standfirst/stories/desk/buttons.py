"""The story's own verbs among Wagtail's page buttons. Spiking hides behind Wagtail's own "Delete"."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import include, path, reverse
from wagtail import hooks
from wagtail.admin.widgets import Button
from wagtail.models import Page

from standfirst.accounts.models import User
from standfirst.stories.desk.story_verbs import VERBS
from standfirst.stories.models import Article

PRIORITY = 45


@hooks.register("register_admin_urls")
def register_story_urls() -> list[Any]:
    """Give each verb its address, `/desk/stories/ID/VERB/`."""
    patterns = [path(f"<int:pk>/{verb}/", view.as_view(), name=verb) for verb, view in VERBS.items()]
    return [path("stories/", include((patterns, "story"), namespace="story"))]


@hooks.register("register_page_header_buttons")
def header_verbs(page: Page, user: User, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    """The verbs that fit the story's state and the user's role."""
    if page.specific_class is not Article:
        return
    article = page.specific
    for offset, (verb, view) in enumerate(VERBS.items()):
        if view.applies(article) and view.allows(user, article):
            yield Button(
                view.page_title,
                url=reverse(f"story:{verb}", args=[article.pk]),
                icon_name=view.header_icon,
                priority=PRIORITY + offset,
            )


@hooks.register("before_delete_page")
def spike_instead(request: HttpRequest, page: Page) -> HttpResponseBase | None:
    """Lead whoever reaches Wagtail's own delete page to the verb that fits the story."""
    if not isinstance(page, Article):
        return None
    verb = "kill" if page.first_published_at else "spike"
    return redirect(f"story:{verb}", page.pk)
