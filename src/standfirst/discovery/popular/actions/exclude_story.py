from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from standfirst.accounts.models import User
from standfirst.discovery.popular.models import Exclusion, PopularEntry
from standfirst.stories.models import Article


@transaction.atomic
def exclude_story(*, story: Article, reason: str, by: User | None, until: datetime | None = None) -> Exclusion:
    """Keep `story` out of every list of what is read most until `until` (aware), or until it is let in again.

    It leaves the lists at once. An exclusion that is in force already is ended, and this one takes its place.

    Raises:
        ValueError: there is no reason, or `until` is past.
    """
    now = timezone.now()
    if not reason.strip():
        raise ValueError("An exclusion without a reason: say why the story is not to be listed.")
    if until is not None and until <= now:
        raise ValueError(f"The exclusion would end at {until:%Y-%m-%d %H:%M}, which is past: choose a later moment.")
    Article.objects.select_for_update().filter(pk=story.pk).values_list("pk").get()
    Exclusion.objects.filter(story=story, ended_at=None).update(ended_at=now, ended_by=by)
    made = Exclusion.objects.create(story=story, reason=reason.strip(), excluded_at=now, excluded_by=by, until=until)
    PopularEntry.objects.filter(story=story).delete()
    log(
        instance=story,
        action="popular.exclude",
        user=by,
        data={"reason": made.reason, "until": until and f"{until:%Y-%m-%d %H:%M %Z}"},
    )
    return made
