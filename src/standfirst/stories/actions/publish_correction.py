"""Correct a published story in public."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from standfirst.stories.errors import StoryError
from standfirst.stories.models.correction import Correction

if TYPE_CHECKING:
    from standfirst.accounts.models import User
    from standfirst.stories.models import Article


@transaction.atomic
def publish_correction(
    *, article: Article, text: str, serious: bool = False, by: User | None, at: datetime | None = None
) -> Correction:
    """Append a correction to `article`; readers see it at once.

    Args:
        article: a story that was published.
        text: what was wrong, and what is right.
        serious: whether it is noted on top of the story as well.
        by: who publishes it.
        at: its date, for one that was published before it came here; now otherwise. It cannot be changed afterwards.

    Raises:
        StoryError: the story was never published, or the text is empty.
    """
    if not text.strip():
        raise StoryError(_("Say what was wrong and what is right."))
    if not article.first_published_at:
        raise StoryError(_("“%s” was never published: change the draft instead.") % article.title)
    correction = Correction.objects.create(
        article=article, text=text.strip(), serious=serious, published_by=by, published_at=at or timezone.now()
    )
    log(article, "stories.correct", user=by, data={"correction": correction.pk, "text": correction.text})
    return correction
