"""Imports of member lists, and the subscriptions that are taken on with them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from standfirst.membership.models import Member, Tier
from standfirst.payments.models import Agreement, ProviderAccount


class MemberImport(models.Model):
    """One list that was imported. `problems` holds the lines that did not come in: number and why."""

    file_name = models.CharField(max_length=200)
    counts = models.JSONField(default=dict)
    """What `members.bring_in.Counts` counted."""
    problems = models.JSONField(default=list)
    account = models.ForeignKey(ProviderAccount, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("import of members")
        verbose_name_plural = _("imports of members")
        ordering: ClassVar = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("member_imports:show", args=[self.pk])


class Adoption(models.Model):
    """A subscription at a provider that belongs to a member of a list. `object_id`: its own, or its customer's."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        DONE = "done", _("taken on")
        FAILED = "failed", _("not taken on")

    account = models.ForeignKey(ProviderAccount, on_delete=models.PROTECT, related_name="+")
    object_id = models.CharField(max_length=255)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    tier = models.ForeignKey(Tier, on_delete=models.PROTECT, related_name="+")
    run = models.ForeignKey(MemberImport, on_delete=models.PROTECT, related_name="adoptions")
    line = models.PositiveIntegerField()
    """The line of the list."""
    state = models.CharField(max_length=8, choices=State, default=State.WAITING, editable=False)
    why = models.CharField(max_length=300, blank=True, default="")
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("adoption")
        verbose_name_plural = _("adoptions")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["account", "object_id"], name="adoption_once"),
            models.CheckConstraint(
                condition=~models.Q(state="done") | models.Q(agreement__isnull=False),
                name="adoption_done_has_agreement",
            ),
        ]

    def __str__(self) -> str:
        return self.object_id
