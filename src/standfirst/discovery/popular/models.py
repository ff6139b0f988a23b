"""What is read most, as it was found last, and what staff keep out of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

REASON_LENGTH = 300


class PopularEntry(models.Model):
    """A story's place in one list: `edition:3:day`, `section:12:week`.

    `list_key` is a list's key as in `ListedStory` and the name of a period. Scores are not kept: they fall every
    minute, and a row that is written makes a fragment anew. The desk works them out when somebody asks why.
    """

    list_key = models.CharField(max_length=60)
    rank = models.PositiveSmallIntegerField()
    story = models.ForeignKey("stories.Article", on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("entry of Most popular")
        verbose_name_plural = _("entries of Most popular")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["list_key", "rank"], name="popular_rank_once_a_list"),
        ]

    def __str__(self) -> str:
        return f"{self.list_key} {self.rank}: {self.story_id}"


class ExclusionQuerySet(models.QuerySet["Exclusion"]):
    """Ways to ask for exclusions."""

    def in_force(self, now: datetime) -> ExclusionQuerySet:
        """Those that keep a story out at `now`."""
        return self.filter(Q(until=None) | Q(until__gt=now), ended_at=None)


class Exclusion(models.Model):
    """Staff keep a story out of every list of what is read most, and say why. Rows are never deleted or reworded."""

    story = models.ForeignKey("stories.Article", on_delete=models.CASCADE, related_name="+", verbose_name=_("story"))
    reason = models.CharField(_("reason"), max_length=REASON_LENGTH)
    excluded_at = models.DateTimeField(_("since"))
    excluded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("by")
    )
    until = models.DateTimeField(_("until"), null=True, blank=True)
    ended_at = models.DateTimeField(null=True, editable=False)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    objects = ExclusionQuerySet.as_manager()

    class Meta:
        verbose_name = _("exclusion from Most popular")
        verbose_name_plural = _("exclusions from Most popular")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["story"], condition=Q(ended_at=None), name="popular_one_open_exclusion"),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=F("excluded_at")), name="popular_exclusion_ends_later"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.story_id}: {self.reason}"
