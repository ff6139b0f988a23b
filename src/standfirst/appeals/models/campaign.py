"""Campaigns: appeals with one goal and a time."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from standfirst.stories.models.base import transliterated_slug


class Campaign(models.Model):
    """Appeals that run in the same time for the same goal. Of two campaigns that could ask, the first in order does.

    The goal is a number of members (`goal_members`) or money (`goal_amount`, minor units of `goal_currency`), or none.
    """

    name = models.CharField(
        _("name"), max_length=80, unique=True, help_text=_("For the newsroom, and in the numbers of who joined.")
    )
    begins = models.DateTimeField(_("begins"), default=timezone.now)
    ends = models.DateTimeField(_("ends"), null=True, blank=True, help_text=_("Empty: it runs until you stop it."))
    goal_members = models.PositiveIntegerField(
        _("new members wanted"), null=True, blank=True, help_text=_("Counted from the campaign's beginning.")
    )
    goal_amount = models.BigIntegerField(_("money wanted"), null=True, blank=True)
    goal_currency = models.CharField(
        _("currency"), max_length=3, blank=True, validators=[RegexValidator("^[A-Z]{3}$", _("Three letters: EUR."))]
    )
    position = models.PositiveIntegerField(_("order"), default=0, help_text=_("The smallest number asks first."))
    is_running = models.BooleanField(
        _("running"), default=False, help_text=_("Off: no reader sees it, whatever its time.")
    )

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering: ClassVar[list[str]] = ["position", "pk"]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(ends__isnull=True) | models.Q(ends__gt=models.F("begins")),
                name="campaign_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=models.Q(goal_members__isnull=True) | models.Q(goal_amount__isnull=True),
                name="campaign_has_one_goal",
            ),
            models.CheckConstraint(
                condition=models.Q(goal_amount__isnull=True, goal_currency="")
                | models.Q(goal_amount__gt=0, goal_currency__gt=""),
                name="campaign_money_has_a_currency",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse an end before the beginning, two goals, and money without a currency."""
        if self.ends and self.ends <= self.begins:
            raise ValidationError({"ends": _("The campaign would end before it begins: give a later time.")})
        if self.goal_members and self.goal_amount:
            raise ValidationError({"goal_members": _("One goal is enough: members or money.")})
        if bool(self.goal_amount) != bool(self.goal_currency):
            raise ValidationError({"goal_currency": _("Money and its currency belong together: fill in both.")})

    def is_on(self, now: datetime) -> bool:
        """Whether it asks at `now` (aware)."""
        return self.is_running and self.begins <= now and (self.ends is None or now < self.ends)

    @property
    def word(self) -> str:
        """The name as one word of Latin letters, for the source of joins."""
        return transliterated_slug(self.name)[:40].strip("-") or f"campaign-{self.pk}"
