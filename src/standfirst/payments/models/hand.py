"""Money that staff recorded by hand: cash, a cheque, another platform."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from standfirst.kit.money import Money
from standfirst.payments.models.agreement import Agreement


class HandEntry(models.Model):
    """One entry. Never changed nor deleted: what was wrong is taken back by a counter-booking (`corrects`).

    `key` makes an entry once, however often the form is sent. `months` is how long it pays for, 0 when it pays once.
    """

    class Kind(models.TextChoices):
        CASH = "cash", _("cash")
        CHEQUE = "cheque", _("cheque")
        PLATFORM = "platform", _("another platform")
        OTHER = "other", _("something else")

    key = models.CharField(max_length=60, unique=True)
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="hand_entries")
    kind = models.CharField(max_length=8, choices=Kind)
    amount = models.BigIntegerField()
    """Minor units of the agreement's currency; what is taken back is negative."""
    paid_on = models.DateField()
    months = models.PositiveSmallIntegerField(default=0)
    note = models.CharField(max_length=300)
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrections")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[models.Manager[HandEntry]]

    class Meta:
        verbose_name = _("entry by hand")
        verbose_name_plural = _("entries by hand")
        ordering: ClassVar = ["-paid_on", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(amount__gt=0, corrects__isnull=True)
                | models.Q(amount__lt=0, corrects__isnull=False),
                name="hand_entry_or_correction",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.paid_on} {self.money}"

    @property
    def money(self) -> Money:
        """What was given, or taken back when negative."""
        return Money(self.amount, self.agreement.currency)

    @property
    def payment_id(self) -> str:
        """What the payment is called that this entry becomes."""
        return f"hand-{self.pk}"
