from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from standfirst.accounts.models import User
from standfirst.discovery.popular.models import Exclusion


@transaction.atomic
def readmit_story(*, exclusion: Exclusion, by: User | None) -> bool:
    """End `exclusion`: from the next look on the story is listed again where its reads put it.

    Returns whether it was in force until now; what has ended stays as it is.
    """
    open_one = Exclusion.objects.select_for_update().filter(pk=exclusion.pk, ended_at=None)
    if not open_one.update(ended_at=timezone.now(), ended_by=by):
        return False
    log(instance=exclusion.story, action="popular.readmit", user=by, data={"reason": exclusion.reason})
    return True
