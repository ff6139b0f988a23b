"""Days on which nobody is asked for anything."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class QuietDay(models.Model):
    """A day, on the newsroom's clock, without any appeal: a holiday, a day of mourning."""

    day = models.DateField(_("day"))
    name = models.CharField(_("what day it is"), max_length=80)
    edition = models.ForeignKey(
        "stories.Edition",
        verbose_name=_("edition"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        help_text=_("Empty: all editions."),
    )

    class Meta:
        verbose_name = _("quiet day")
        verbose_name_plural = _("quiet days")
        ordering: ClassVar[list[str]] = ["day", "pk"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["day", "edition"], name="quiet_day_once", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"
