"""Whether the public lists still agree with the stories."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from standfirst.stories.models import Article, ListedStory


@dataclass(frozen=True)
class Drift:
    """Numbers of stories: public but in no edition's list, and listed without being public."""

    missing: int
    stray: int

    def __bool__(self) -> bool:
        return bool(self.missing or self.stray)


def listing_drift() -> Drift:
    """Compare every story with the list of its edition: two counting queries."""
    in_force = Q(embargoed_until__isnull=True) | Q(embargoed_until__lte=timezone.now())
    public = Article.objects.live().filter(in_force, killed_at__isnull=True)
    listed = ListedStory.objects.filter(article=OuterRef("pk"), list_key__startswith="edition:")
    missing = public.filter(~Exists(listed)).count()
    stray = ListedStory.objects.exclude(article__in=public).values("article").distinct().count()
    return Drift(missing, stray)
