"""Drop a story before it was published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.actions.delete_page import DeletePageAction

from standfirst.stories.errors import StoryError

if TYPE_CHECKING:
    from standfirst.accounts.models import User
    from standfirst.stories.models import Article


@transaction.atomic
def spike_story(*, article: Article, by: User | None) -> None:
    """Delete the draft `article`; the audit log keeps that it existed.

    Raises:
        StoryError: the story was published once: it can only be killed.
    """
    if article.first_published_at:
        raise StoryError(_("“%s” was published: kill it instead, so that its address answers.") % article.title)
    DeletePageAction(article, user=by).execute(skip_permission_checks=True)
