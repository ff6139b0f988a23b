"""From which network a payment was begun, for one hour: so that whoever tries stolen cards can be stopped."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from standfirst.payments.models import Agreement


class PaymentAttempt(models.Model):
    """A payment that somebody on `network` began. The network is a keyed hash; the row is deleted after an hour."""

    network = models.CharField(max_length=32)
    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="attempts")
    at = models.DateTimeField(default=timezone.now, db_index=True)

    objects: ClassVar[models.Manager[PaymentAttempt]]

    class Meta:
        verbose_name = _("attempt to pay")
        verbose_name_plural = _("attempts to pay")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["network", "agreement"], name="attempt_once_a_network"),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id} at {self.at:%H:%M}"
