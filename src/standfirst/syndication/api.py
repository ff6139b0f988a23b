"""The REST API (Wagtail's v3) as readers' programs may use it.

Anonymous requests read published pages; a staff token (made in the desk) does what its owner may do there. Two things
are ours: which stories count as published, and that publishing goes through the story's own checks.
"""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest
from wagtail.actions import PublishPageRevisionAction
from wagtail.api.v3 import querysets
from wagtail.api.v3.schemas.generators.read import read_generator
from wagtail.fields import StreamField
from wagtail.models import Page

from standfirst.stories.access import Access, public_blocks
from standfirst.stories.blocks.body import is_for_staff
from standfirst.stories.models import Article, ListedStory

_wagtails_public_pages = querysets.get_public_pages_queryset


def public_pages(request: HttpRequest, model: type[Page] = Page) -> Any:
    """Return the live pages of `model` as Wagtail's API knows them, without stories that stand in no public list.

    Wagtail calls a page public when it is live. Here a live story may still be under embargo; `ListedStory` alone says
    what readers find.
    """
    pages = _wagtails_public_pages(request, model)
    listed = ListedStory.objects.filter(article=OuterRef("pk"), list_key__startswith="edition:")
    unlisted = Q(content_type=ContentType.objects.get_for_model(Article)) & ~Exists(listed)
    if "search" not in request.GET:
        return pages.exclude(unlisted)
    # A search engine knows no subqueries; these stories are few, if there are any.
    return pages.exclude(pk__in=list(Page.objects.live().filter(unlisted).values_list("pk", flat=True)))


def restrict_public_pages() -> None:
    """Put `public_pages` where Wagtail's API looks for its own; Wagtail has no setting for it."""
    querysets.get_public_pages_queryset = public_pages


def restrict_texts() -> None:
    """Let the API show of a closed story's text what everybody may read, and the whole to staff with a token."""
    read_generator.register_field_schema(StreamField, _text_schema)


def _text_schema(generator: Any, field: Any) -> Any:
    """As Wagtail's own for texts, but for stories that are closed."""
    name = field.name

    def resolve(obj: Any, context: dict[str, Any]) -> Any:
        value = getattr(obj, name)
        block = value.stream_block
        if isinstance(obj, Article) and obj.access != Access.OPEN and not is_for_staff(context):
            value = block.to_python(public_blocks(obj))
        return block.get_api_representation(value, context)

    return list[Any], [], staticmethod(resolve)


class PublishThroughThePage(PublishPageRevisionAction):
    """Publishes as the page itself does: Wagtail's API calls the action, which knows no embargo, kill or credit."""

    def execute(self, skip_permission_checks: bool = False) -> Any:
        self.check(skip_permission_checks=skip_permission_checks)
        return self.object.publish(
            self.revision,
            user=self.user,
            changed=self.changed,
            log_action=self.log_action,
            previous_revision=self.previous_revision,
            skip_permission_checks=skip_permission_checks,
        )
