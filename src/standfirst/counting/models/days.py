"""Days of the newsroom, summed up from their hours, so that a year can be looked at as fast as a week.

Nothing here is counted: every row follows from `StoryHour` and can be made again (`counting.days`). A day is summed as
long as its row in `SummedDay` stands. Triggers of the database take that row away with whatever changes an hour of the
day, whoever writes it and in the same transaction, so that no sum is older than its hours.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from standfirst.counting.models.rollups import REFERRER_LENGTH

NUMBERS = ("views", "reads", "engaged_seconds", "depth_total")


class SummedDay(models.Model):
    """A day whose sums stand, from `begins` to `ends`: by another time zone it is another day."""

    day = models.DateField(unique=True)
    begins = models.DateTimeField()
    ends = models.DateTimeField(db_index=True)
    """Indexed for the triggers: of the hour that is going on they find no day at once."""

    class Meta:
        verbose_name = _("day that is summed up")
        verbose_name_plural = _("days that are summed up")

    def __str__(self) -> str:
        return f"{self.day}"


class DaySum(models.Model):
    """What one day's hours give together, over all sources."""

    numbers: ClassVar[tuple[str, ...]] = NUMBERS

    day = models.DateField()
    edition_id = models.PositiveIntegerField()
    views = models.PositiveIntegerField(default=0)
    reads = models.PositiveIntegerField(default=0)
    engaged_seconds = models.PositiveBigIntegerField(default=0)
    depth_total = models.PositiveBigIntegerField(default=0)

    class Meta:
        abstract = True


class StoryDay(DaySum):
    """A story on one day."""

    story_id = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("day of a story")
        verbose_name_plural = _("days of stories")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["day", "story_id", "edition_id"], name="story_day_once")
        ]
        indexes: ClassVar = [models.Index(fields=["story_id", "day"], name="story_day_story")]

    def __str__(self) -> str:
        return f"{self.story_id} {self.day}"


class ShareDay(DaySum):
    """What all stories of an edition have in common on one day: the part of a referrer, campaign, device or hour."""

    class Kind(models.TextChoices):
        REFERRER = "referrer", _("referrer")
        CAMPAIGN = "campaign", _("campaign")
        DEVICE = "device", _("device")
        HOUR = "hour", _("hour")

    kind = models.CharField(max_length=8, choices=Kind)
    value = models.CharField(max_length=REFERRER_LENGTH, blank=True)
    """As in `StoryHour`; of an hour, 0 to 23 by the newsroom's clock."""

    class Meta:
        verbose_name = _("part of a day")
        verbose_name_plural = _("parts of days")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "day", "edition_id", "value"], name="share_day_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.value} {self.day}"
