"""Stories that are for a tier know it by its slug."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import ngettext

from standfirst.access.gate import TIER
from standfirst.stories.models import Article


def stories_for(slug: str) -> str:
    """Say how many stories are for the tier `slug`, published or in their latest draft; "" when none is."""
    access = f"{TIER}{slug}"
    number = Article.objects.filter(Q(access=access) | Q(latest_revision__content__access=access)).count()
    return ngettext("%(n)d story", "%(n)d stories", number) % {"n": number} if number else ""
