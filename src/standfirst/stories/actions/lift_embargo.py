"""End an embargo before its time, with a reason that stays in the log."""

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
def lift_embargo(*, article: Article, reason: str, by: User | None) -> None:
    """Remove the embargo from `article` and from its latest draft. Publishing stays a step of its own.

    Raises:
        StoryError: no reason was given, or there is no embargo in force.
    """
    draft = article.get_latest_revision_as_object()
    until = draft.embargoed_until
    if not until or until <= timezone.now():
        raise StoryError(_("“%s” is under no embargo.") % article.title)
    if not reason.strip():
        raise StoryError(_("Say why the embargo ends early and who agreed."))
    draft.embargoed_until = None
    draft.save_revision(user=by)
    type(article).objects.filter(pk=article.pk).update(embargoed_until=None)
    article.embargoed_until, article.latest_revision = None, draft.latest_revision
    log(article, "stories.lift_embargo", user=by, data={"reason": reason.strip(), "until": until.isoformat()})
