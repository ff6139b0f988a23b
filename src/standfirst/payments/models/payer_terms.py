"""What payers agreed to who send the money themselves: the other side of an agreement at a provider of ours."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from standfirst.kit.currency_column import IS_A_CODE
from standfirst.kit.money import Money


class PayerTerms(models.Model):
    """What stands at a provider elsewhere, for bank transfers and what is recorded by hand.

    `key` is that of the agreement, `code` what the payer writes on the transfer. Amounts in minor units.
    """

    key = models.CharField(max_length=60, unique=True)
    code = models.CharField(max_length=20, unique=True)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    interval = models.CharField(max_length=6)
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField()
    """When we stop waiting for the first payment; one that comes later counts all the same."""
    first_due = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    is_paused = models.BooleanField(default=False)
    paused_until = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager[PayerTerms]]

    class Meta:
        verbose_name = _("terms of a payer")
        verbose_name_plural = _("terms of payers")
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="payer_terms_amount_positive"),
            models.CheckConstraint(condition=IS_A_CODE, name="payer_terms_currency"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def money(self) -> Money:
        """What is to be paid each time."""
        return Money(self.amount, self.currency)

    def is_paused_at(self, now: datetime) -> bool:
        """Say whether the payer pauses at `now`."""
        return self.is_paused and (self.paused_until is None or self.paused_until > now)
