"""What the sandbox keeps: its own side of agreements, as another company would. Nothing else reads these tables."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from standfirst.kit.money import Money


class SandboxOrder(models.Model):
    """What a payer was asked to agree to."""

    class State(models.TextChoices):
        OPEN = "open", _("with the payer")
        AGREED = "agreed", _("agreed")
        LEFT = "left", _("left without paying")

    number = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.CharField(max_length=120, unique=True)
    """Our idempotency key."""
    state = models.CharField(max_length=6, choices=State, default=State.OPEN)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    interval = models.CharField(max_length=6)
    description = models.CharField(max_length=200)
    language = models.CharField(max_length=20, default="en")
    return_url = models.TextField()
    cancel_url = models.TextField(blank=True, default="")
    begins_later = models.BooleanField(default=False)
    """Only the card is taken now; the first payment is collected another day."""
    token = models.CharField(max_length=64, blank=True, default="")
    card = models.CharField(max_length=4, blank=True, default="")
    """The last four digits of a card that does not exist."""
    is_card_good = models.BooleanField(default=True)
    """Whether collecting from it succeeds."""
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()

    objects: ClassVar[models.Manager[SandboxOrder]]

    class Meta:
        verbose_name = _("order in the sandbox")
        verbose_name_plural = _("orders in the sandbox")

    def __str__(self) -> str:
        return f"{self.money} ({self.get_state_display()})"

    @property
    def money(self) -> Money:
        """What is to be paid."""
        return Money(self.amount, self.currency)


class SandboxPayment(models.Model):
    """A payment in the sandbox. `state` is one of `interface.PaymentState`."""

    order = models.ForeignKey(SandboxOrder, on_delete=models.CASCADE, related_name="payments")
    number = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.CharField(max_length=120, unique=True)
    state = models.CharField(max_length=10)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    failure = models.CharField(max_length=40, blank=True, default="")
    at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[models.Manager[SandboxPayment]]

    class Meta:
        verbose_name = _("payment in the sandbox")
        verbose_name_plural = _("payments in the sandbox")
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"{self.money} ({self.state})"

    @property
    def money(self) -> Money:
        """What was paid, or was to be."""
        return Money(self.amount, self.currency)


class SandboxRefund(models.Model):
    """Money given back in the sandbox."""

    payment = models.ForeignKey(SandboxPayment, on_delete=models.CASCADE, related_name="refunds")
    key = models.CharField(max_length=120, unique=True)
    amount = models.BigIntegerField()

    objects: ClassVar[models.Manager[SandboxRefund]]

    class Meta:
        verbose_name = _("refund in the sandbox")
        verbose_name_plural = _("refunds in the sandbox")

    def __str__(self) -> str:
        return f"{Money(self.amount, self.payment.currency)}"
