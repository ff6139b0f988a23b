"""Movements of money."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from standfirst.kit.currency_column import IS_A_CODE
from standfirst.kit.money import Money
from standfirst.payments.models.account import ProviderAccount
from standfirst.payments.models.agreement import Agreement
from standfirst.payments.states import moved


class Payment(models.Model):
    """One movement of money from a payer to the newsroom.

    `refunded` is what was given back of it, `disputed` what a dispute holds or took for good.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("pending")
        FAILED = "failed", _("failed")
        SETTLED = "settled", _("paid")
        DISPUTED = "disputed", _("disputed")
        LOST = "lost", _("charged back")
        WITHDRAWN = "withdrawn", _("booked by mistake")

    ALLOWED: ClassVar[dict[str, frozenset[str]]] = {
        State.PENDING: frozenset({State.FAILED, State.SETTLED, State.DISPUTED, State.LOST}),
        # The same attempt may be collected in the end: Stripe retries an invoice under one id.
        State.FAILED: frozenset({State.PENDING, State.SETTLED, State.DISPUTED, State.LOST}),
        State.SETTLED: frozenset({State.DISPUTED, State.LOST, State.WITHDRAWN}),
        State.DISPUTED: frozenset({State.SETTLED, State.LOST}),
        # A part may be lost and another disputed after it; a decision may be taken back.
        State.LOST: frozenset({State.SETTLED, State.DISPUTED}),
        # It never was this payer's. The money itself stands under the payment of whoever it is from.
        State.WITHDRAWN: frozenset(),
    }
    RECEIVED: ClassVar = frozenset({State.SETTLED, State.DISPUTED, State.LOST})
    DISPUTABLE: ClassVar = frozenset({State.DISPUTED, State.LOST})

    account = models.ForeignKey(ProviderAccount, on_delete=models.PROTECT, related_name="payments")
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="payments")
    provider_id = models.CharField(max_length=255)
    number = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    """Names it in addresses and on receipts."""
    state = models.CharField(max_length=10, choices=State, default=State.PENDING, editable=False)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    fee = models.BigIntegerField(default=0)
    refunded = models.BigIntegerField(default=0)
    disputed = models.BigIntegerField(default=0)
    at = models.DateTimeField(db_index=True)
    """When the money moved, or was to."""
    period_start = models.DateTimeField(null=True, blank=True)
    period_end = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=80, blank=True, default="")
    key = models.CharField(max_length=120, blank=True, default="", db_index=True)
    """Our idempotency key of the instruction that made it; every provider whose payments we collect gives it back."""
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[models.Manager[Payment]]

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering: ClassVar = ["-at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "provider_id"], name="payment_once"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="payment_amount_positive"),
            models.CheckConstraint(condition=IS_A_CODE, name="payment_currency"),
            models.CheckConstraint(
                condition=models.Q(refunded__gte=0, refunded__lte=models.F("amount") - models.F("disputed")),
                name="payment_refunded_at_most_all",
            ),
            models.CheckConstraint(
                condition=models.Q(disputed=0) | models.Q(disputed__gt=0, state__in=["disputed", "lost"]),
                name="payment_disputed_when_it_is",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.money} ({self.get_state_display()})"

    @property
    def money(self) -> Money:
        """What was paid."""
        return Money(self.amount, self.currency)

    @property
    def kept(self) -> Money:
        """What is left of it for the newsroom before fees and beside what is disputed or lost."""
        left = self.amount - self.refunded - self.disputed if self.state in self.RECEIVED else 0
        return Money(left, self.currency)

    @property
    def returnable(self) -> Money:
        """What can be given back of it: nothing while it is disputed or lost, because the bank decides about it."""
        return self.kept if self.state == self.State.SETTLED else Money(0, self.currency)

    def move_to(self, state: str) -> bool:
        """Go to `state`; False when it is there already. Raises StateError. The caller holds the lock and saves."""
        return moved(self, state)


class Refund(models.Model):
    """Money that staff gave back, or are about to: the row comes first, its key makes the provider do it once."""

    class State(models.TextChoices):
        ASKED = "asked", _("asked for")
        PENDING = "pending", _("on its way")
        DONE = "done", _("done")
        REFUSED = "refused", _("refused by the provider")
        FAILED = "failed", _("failed: the payer did not get it")

    ALLOWED: ClassVar[dict[str, frozenset[str]]] = {
        State.ASKED: frozenset({State.PENDING, State.DONE, State.REFUSED, State.FAILED}),
        State.PENDING: frozenset({State.DONE, State.FAILED}),
        # The payer's bank sends it back, weeks later: the card was closed.
        State.DONE: frozenset({State.FAILED}),
        State.REFUSED: frozenset(),
        State.FAILED: frozenset(),
    }
    OPEN: ClassVar = frozenset({State.ASKED, State.PENDING})
    """Of which something is still to be heard."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    amount = models.BigIntegerField()
    state = models.CharField(max_length=8, choices=State, default=State.ASKED, editable=False)
    provider_id = models.CharField(max_length=255, blank=True, default="")
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    tried_at = models.DateTimeField(null=True, blank=True)
    """When the provider was last asked again for one that it had not answered."""
    failure = models.CharField(max_length=200, blank=True, default="")

    objects: ClassVar[models.Manager[Refund]]

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="refund_amount_positive"),
        ]

    def __str__(self) -> str:
        return f"{Money(self.amount, self.payment.currency)} ({self.get_state_display()})"

    def move_to(self, state: str) -> bool:
        """Go to `state`; False when it is there already. Raises StateError. The caller holds the lock and saves."""
        return moved(self, state)
