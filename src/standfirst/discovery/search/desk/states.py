"""In which state a story is, as staff ask for it and as they are told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q
from django.db.models.functions import Now
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from wagtail.models import Revision, WorkflowState

from standfirst.stories.models import Article


@dataclass(frozen=True)
class UnderWay:
    """Primary keys of the stories on their way to the public: `reviewed` by the workflow, `scheduled` for a moment.

    They are few, and Wagtail keeps both as text, so they are read once instead of joined.
    """

    reviewed: frozenset[int]
    scheduled: frozenset[int]

    @classmethod
    def read(cls) -> UnderWay:
        of_pages = {"base_content_type__app_label": "wagtailcore", "base_content_type__model": "page"}
        reviewed = WorkflowState.objects.filter(status=WorkflowState.STATUS_IN_PROGRESS, **of_pages)
        scheduled = Revision.objects.filter(approved_go_live_at__isnull=False, **of_pages)
        return cls(*(frozenset(map(int, found.values_list("object_id", flat=True))) for found in (reviewed, scheduled)))


STATES: dict[str, tuple[str | Promise, Callable[[UnderWay], Q]]] = {
    "draft": (gettext_lazy("draft"), lambda under_way: Q(live=False, killed_at=None)),
    "review": (gettext_lazy("in review"), lambda under_way: Q(pk__in=under_way.reviewed)),
    "scheduled": (gettext_lazy("scheduled"), lambda under_way: Q(pk__in=under_way.scheduled)),
    "embargo": (gettext_lazy("under embargo"), lambda under_way: Q(embargoed_until__gt=Now())),
    "public": (gettext_lazy("public"), lambda under_way: Q(live=True, killed_at=None)),
    "changed": (
        gettext_lazy("public, changed since"),
        lambda under_way: Q(live=True, killed_at=None, has_unpublished_changes=True),
    ),
    "killed": (gettext_lazy("killed"), lambda under_way: Q(killed_at__isnull=False)),
}
"""Name, words, and condition of each state; a story may be in several."""


def stories_in(state: str, under_way: UnderWay) -> Q:
    """The condition of `state`, one of `STATES`; no condition for ""."""
    return STATES[state][1](under_way) if state else Q()


def words_for(story: Article, under_way: UnderWay) -> str | Promise:
    """The state that says most about `story`."""
    if story.killed_at:
        return STATES["killed"][0]
    if story.pk in under_way.reviewed:
        return STATES["review"][0]
    if story.pk in under_way.scheduled:
        return STATES["scheduled"][0]
    if not story.live:
        return STATES["draft"][0]
    return STATES["changed" if story.has_unpublished_changes else "public"][0]
