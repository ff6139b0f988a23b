"""What a provider says otherwise than we do, and no program can decide."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from standfirst.payments.models.agreement import Agreement


class Difference(models.Model):
    """Something that `reconcile` found and could not apply: work for a person, once, however often it is found.

    `key` names what was found. When it is not found any more it closes by itself and may open again; what a person
    has closed stays closed.
    """

    class Kind(models.TextChoices):
        CONTRADICTION = "contradiction", _("what the provider says cannot be")
        STATE = "state", _("the provider is in a state that ours cannot go to")
        UNKNOWN = "unknown", _("the provider does not know the agreement")
        REFUSED = "refused", _("the provider refuses to answer")
        SEALED = "sealed", _("the account's secrets cannot be read")
        BROKEN = "broken", _("what the provider says could not be written down")
        REFUND = "refund", _("the provider gave less back than we wrote down")
        MISSING = "missing", _("the provider does not list a payment that we have")
        ASKED = "asked", _("it is not known whether a refund was made")
        FAILED = "failed", _("a refund failed")

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="differences")
    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=16, choices=Kind)
    sentence = models.TextField()
    """What was found, for a membership manager."""
    found_at = models.DateTimeField(default=timezone.now, editable=False)
    seen_at = models.DateTimeField(default=timezone.now)
    """When it was found last."""
    closed_at = models.DateTimeField(null=True, blank=True, db_index=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    is_settled = models.BooleanField(default=False)
    """A person has closed it; the person may be erased later, and it stays closed."""
    reason = models.CharField(max_length=300, blank=True, default="")
    """Why it was closed."""

    objects: ClassVar[models.Manager[Difference]]

    class Meta:
        verbose_name = _("difference with a provider")
        verbose_name_plural = _("differences with providers")
        ordering: ClassVar = ["-found_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(closed_at=None) | ~models.Q(reason=""), name="difference_closed_with_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.sentence
