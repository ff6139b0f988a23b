"""Withdraw a published story: its address answers 410 with a neutral notice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from standfirst.stories.errors import StoryError

if TYPE_CHECKING:
    from standfirst.accounts.models import User
    from standfirst.stories.models import Article


@transaction.atomic
def kill_story(*, article: Article, reason: str, notice: str = "", by: User | None) -> None:
    """Withdraw `article` for good.

    Args:
        reason: why, for the newsroom's log; never public.
        notice: what readers find at the address; empty for the neutral default.

    Raises:
        StoryError: no reason was given, the story was never published, or it is killed already.
    """
    if not reason.strip():
        raise StoryError(_("Give the reason; it stays inside the newsroom."))
    if not article.first_published_at:
        raise StoryError(_("“%s” was never published: spike the draft instead.") % article.title)
    if article.killed_at:
        raise StoryError(_("“%s” was killed already.") % article.title)
    if article.current_workflow_state:
        article.current_workflow_state.cancel(user=by)
    if article.live:
        article.unpublish(user=by)
    article.killed_at = timezone.now()
    article.kill_notice = notice.strip()
    article.save(update_fields=["killed_at", "kill_notice"])
    log(article, "stories.kill", user=by, data={"reason": reason.strip()})
