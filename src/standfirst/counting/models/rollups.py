"""What was counted, added up; no row says anything about one reader.

Each row carries the `source` that counted it: the file of one node for one day. A source's numbers only ever grow, and
the copy in the database is set to them, never added to (`counting.copying`). Whoever reads sums over all sources, as
`by` and `totals` do.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

REFERRER_LENGTH = 80
CAMPAIGN_LENGTH = 60
SOURCE_LENGTH = 64
SLOT_MINUTES = 5
OWN_REFERRER = "own"
"""Readers who came from another page of the newsroom. No host is called so: it has no dot."""
OTHER = "other"
"""Stands for the referrers and campaigns of a story and hour that are beyond those told apart."""


class Device(models.TextChoices):
    """How wide the reader's window was; "" is not known, as with the image for readers without JavaScript."""

    PHONE = "phone", _("phone")
    TABLET = "tablet", _("tablet")
    DESKTOP = "desktop", _("desktop")


class RollUpQuerySet(models.QuerySet):
    """Sums over sources."""

    def between(self, start: datetime, end: datetime) -> Self:
        """Rows of periods that begin at `start` or later and before `end`."""
        moment = self.model.moment
        return self.filter(**{f"{moment}__gte": start, f"{moment}__lt": end})

    def by(self, *fields: str) -> Self:
        """One dictionary for each combination of `fields`, with the sum of every number under its own name."""
        return self.order_by().values(*fields).annotate(**self._sums())

    def totals(self) -> dict[str, int]:
        """The sum of every number; 0 where there are no rows."""
        return self.order_by().aggregate(**self._sums())

    def of_stories(self, stories: Iterable[int]) -> Self:
        """Rows of these stories."""
        return self.filter(story_id__in=list(stories))

    def _sums(self) -> dict[str, Any]:
        return {name: Coalesce(models.Sum(name), 0) for name in self.model.numbers}


class RollUp(models.Model):
    """Numbers of one source; `moment` is the column of the period, `numbers` are those that are summed."""

    moment: ClassVar[str] = "hour"
    numbers: ClassVar[tuple[str, ...]] = ()

    source = models.CharField(max_length=SOURCE_LENGTH)

    objects = RollUpQuerySet.as_manager()

    class Meta:
        abstract = True

    @classmethod
    def keyed_by(cls) -> tuple[str, ...]:
        """The columns that tell a row from others: all but the numbers."""
        fields = cls._meta.local_concrete_fields
        return tuple(field.name for field in fields if field.name not in {"id", *cls.numbers})


class StoryHour(RollUp):
    """A story in one hour. Story 0 stands for fronts and sections, which nobody reads to an end.

    `views` are pages shown, `reads` those visible for ten seconds and passed to the half; `engaged_seconds` and
    `depth_total` (percents of the text) are sums over the views.
    """

    numbers: ClassVar[tuple[str, ...]] = ("views", "reads", "engaged_seconds", "depth_total")

    hour = models.DateTimeField()
    story_id = models.PositiveIntegerField()
    edition_id = models.PositiveIntegerField()
    referrer = models.CharField(max_length=REFERRER_LENGTH, blank=True)
    campaign = models.CharField(max_length=CAMPAIGN_LENGTH, blank=True)
    device = models.CharField(max_length=7, choices=Device, blank=True)
    views = models.PositiveIntegerField(default=0)
    reads = models.PositiveIntegerField(default=0)
    engaged_seconds = models.PositiveBigIntegerField(default=0)
    depth_total = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("hour of a story")
        verbose_name_plural = _("hours of stories")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["hour", "story_id", "edition_id", "referrer", "campaign", "device", "source"],
                name="story_hour_once",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["story_id", "hour"], name="story_hour_story")]

    def __str__(self) -> str:
        return f"{self.story_id} {self.hour:%Y-%m-%d %H}"


class StorySlot(RollUp):
    """A story in five minutes, for what is read now; kept for eight days."""

    moment: ClassVar[str] = "slot"
    numbers: ClassVar[tuple[str, ...]] = ("views", "reads")

    slot = models.DateTimeField()
    story_id = models.PositiveIntegerField()
    edition_id = models.PositiveIntegerField()
    referrer = models.CharField(max_length=REFERRER_LENGTH, blank=True)
    views = models.PositiveIntegerField(default=0)
    reads = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("five minutes of a story")
        verbose_name_plural = _("five minutes of stories")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["slot", "story_id", "edition_id", "referrer", "source"], name="story_slot_once"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["story_id", "slot"], name="story_slot_story")]

    def __str__(self) -> str:
        return f"{self.story_id} {self.slot:%Y-%m-%d %H:%M}"


class ReaderDay(RollUp):
    """Different readers of an edition on one day of the newsroom's time zone, as far as salted hashes tell them apart.

    Who reads two editions counts in both, and on several nodes in each that he met.
    """

    moment: ClassVar[str] = "day"
    numbers: ClassVar[tuple[str, ...]] = ("readers",)

    day = models.DateField()
    edition_id = models.PositiveIntegerField()
    readers = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("readers of a day")
        verbose_name_plural = _("readers of days")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["day", "edition_id", "source"], name="reader_day_once")
        ]

    def __str__(self) -> str:
        return f"{self.edition_id} {self.day}"


class Filtered(RollUp):
    """Beacons that were not counted, by reason (`counting.reasons`)."""

    numbers: ClassVar[tuple[str, ...]] = ("hits",)

    hour = models.DateTimeField()
    reason = models.CharField(max_length=20)
    hits = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("what was filtered")
        verbose_name_plural = _("what was filtered")
        constraints: ClassVar = [models.UniqueConstraint(fields=["hour", "reason", "source"], name="filtered_once")]

    def __str__(self) -> str:
        return f"{self.reason} {self.hour:%Y-%m-%d %H}"


class AppealHour(RollUp):
    """A variant of an appeal in one hour on the pages of one story; story 0 on fronts and sections."""

    numbers: ClassVar[tuple[str, ...]] = ("seen", "clicks", "closes")

    hour = models.DateTimeField()
    variant_id = models.PositiveIntegerField()
    story_id = models.PositiveIntegerField(default=0)
    seen = models.PositiveIntegerField(default=0)
    clicks = models.PositiveIntegerField(default=0)
    closes = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("hour of an appeal")
        verbose_name_plural = _("hours of appeals")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["hour", "variant_id", "story_id", "source"], name="appeal_hour_once")
        ]
        indexes: ClassVar = [models.Index(fields=["variant_id", "hour"], name="appeal_hour_variant")]

    def __str__(self) -> str:
        return f"{self.variant_id} {self.hour:%Y-%m-%d %H}"
