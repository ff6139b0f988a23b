"""What providers told us, as it came."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from standfirst.payments.models.account import ProviderAccount
from standfirst.payments.states import moved


class WebhookEvent(models.Model):
    """One verified message of a provider: kept as it came before anything else is done, and processed by a task."""

    class State(models.TextChoices):
        RECEIVED = "received", _("received")
        DONE = "done", _("done")
        DEAD = "dead", _("given up")

    ALLOWED: ClassVar[dict[str, frozenset[str]]] = {
        State.RECEIVED: frozenset({State.DONE, State.DEAD}),
        State.DEAD: frozenset({State.RECEIVED}),
        State.DONE: frozenset(),
    }

    account = models.ForeignKey(ProviderAccount, on_delete=models.PROTECT, related_name="events")
    event_id = models.CharField(max_length=255)
    kind = models.CharField(max_length=80)
    object_ids = models.JSONField(default=list)
    reference = models.CharField(max_length=60, blank=True, default="")
    body = models.BinaryField()
    received_at = models.DateTimeField(default=timezone.now, db_index=True)
    state = models.CharField(max_length=8, choices=State, default=State.RECEIVED, editable=False)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    failure = models.TextField(blank=True, default="")

    objects: ClassVar[models.Manager[WebhookEvent]]

    class Meta:
        verbose_name = _("message of a provider")
        verbose_name_plural = _("messages of providers")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "event_id"], name="webhook_event_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["next_try_at"], condition=models.Q(state="received"), name="webhook_event_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.get_state_display()})"

    def move_to(self, state: str) -> bool:
        """Go to `state`; False when it is there already. Raises StateError. The caller holds the lock and saves."""
        return moved(self, state)


class RefusedNotices(models.Model):
    """How many messages were refused on a day, and why."""

    account_number = models.PositiveIntegerField()
    """Of an account that need not exist."""
    day = models.DateField()
    reason = models.CharField(max_length=80)
    count = models.PositiveIntegerField(default=1)

    objects: ClassVar[models.Manager[RefusedNotices]]

    class Meta:
        verbose_name = _("refused messages")
        verbose_name_plural = _("refused messages")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account_number", "day", "reason"], name="refused_notices_once"),
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.count} × {self.reason}"
