"""Wagtail's editor and API publish without asking the page, and its API makes pages of any kind: here they ask."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from wagtail import hooks
from wagtail.actions import ActionRegistry
from wagtail.actions.create_page import CreatePageAction
from wagtail.actions.publish_page_revision import PublishPageRevisionAction
from wagtail.admin import messages
from wagtail.models import Page

from standfirst.stories.desk.creating import may_create
from standfirst.stories.errors import StoryError
from standfirst.stories.models import Article


@hooks.register("before_publish_page")
def refuse_unpublishable(request: HttpRequest, page: Page) -> HttpResponseBase | None:
    """Lead back to the editor, with the reason, from a story that may not become public. Its draft is saved."""
    if not isinstance(page, Article):
        return None
    try:
        page.require_publishable()
    except StoryError as error:
        for message in error.messages:
            messages.error(request, message)
        # A story that is made and published in one go stands in the tree as live before it is published.
        never_published = Article.objects.filter(pk=page.pk, first_published_at=None)
        never_published.update(live=False, has_unpublished_changes=True)
        return redirect("wagtailadmin_pages:edit", page.pk)
    return None


class PublishStoryAction(PublishPageRevisionAction):
    """Publishes a page's revision, unless it is a story that may not become public.

    Raises:
        StoryError: see `Article.require_publishable`.
    """

    def check(self, skip_permission_checks: bool = False) -> None:
        super().check(skip_permission_checks=skip_permission_checks)
        story = self.revision.as_object()
        if isinstance(story, Article):
            story.require_publishable()


class CreateOwnKindAction(CreatePageAction):
    """Makes a page of a kind that the user's roles make."""

    def user_has_permission(self) -> bool:
        return super().user_has_permission() and may_create(self.user, self.parent, type(self.instance))


@hooks.register("register_actions")
def register_actions(actions: ActionRegistry) -> None:
    """What the API publishes and makes pages with."""
    actions.register(Page, PublishStoryAction)
    actions.register(Page, CreateOwnKindAction)
