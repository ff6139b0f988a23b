"""What was decided about tests of appeals, by whom and why."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from standfirst.appeals.models.appeal import Appeal
from standfirst.appeals.models.variant import Variant


class TrialDecision(models.Model):
    """One line of the history of an appeal's tests. Never changed. `by` is empty where the rule decided."""

    class Kind(models.TextChoices):
        BEGUN = "begun", _("begun")
        STOPPED = "stopped", _("variant stopped")
        REVIVED = "revived", _("variant shown again")
        WON = "won", _("winner chosen")
        ENDED = "ended", _("ended without a winner")

    appeal = models.ForeignKey(Appeal, on_delete=models.CASCADE, related_name="trial_decisions")
    variant = models.ForeignKey(Variant, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    kind = models.CharField(max_length=8, choices=Kind)
    why = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("decision about a test")
        verbose_name_plural = _("decisions about tests")
        ordering: ClassVar[list[str]] = ["-at", "-pk"]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["appeal", "at"], name="trial_decision_of_appeal")]

    def __str__(self) -> str:
        return self.why or str(self.get_kind_display())
