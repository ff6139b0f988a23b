"""Memberships for somebody else."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import ClassVar
from uuid import UUID

from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from standfirst.kit.money import Money
from standfirst.membership.join_source import MOST, JoinSource
from standfirst.membership.models.member import Member
from standfirst.membership.models.pledge import Pledge
from standfirst.membership.models.tier import Tier
from standfirst.payments.models import Agreement
from standfirst.payments.states import moved

LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Without those that are taken for one another."""


def new_code() -> str:
    """A code that nobody guesses (31^12) and everybody can type: `ABCD-EFGH-JKMN`."""
    letters = "".join(secrets.choice(LETTERS) for _place in range(12))
    return "-".join(letters[start : start + 4] for start in (0, 4, 8))


def code_of(number: UUID) -> str:
    """The code that the form `number` orders: the same each time, and nobody's who does not hold the secret key."""
    digest = int.from_bytes(salted_hmac("membership.gift", number.hex, algorithm="sha256").digest())
    letters = "".join(LETTERS[digest // len(LETTERS) ** place % len(LETTERS)] for place in range(12))
    return "-".join(letters[start : start + 4] for start in (0, 4, 8))


class Gift(models.Model):
    """A membership of some months that somebody pays for somebody else, redeemed once with its code."""

    class State(models.TextChoices):
        ORDERED = "ordered", _("not paid yet")
        PAID = "paid", _("paid")
        SENT = "sent", _("sent")
        REDEEMED = "redeemed", _("redeemed")
        CANCELLED = "cancelled", _("taken back")

    ALLOWED: ClassVar[dict[str, frozenset[str]]] = {
        State.ORDERED: frozenset({State.PAID, State.CANCELLED}),
        State.PAID: frozenset({State.SENT, State.REDEEMED, State.CANCELLED}),
        State.SENT: frozenset({State.REDEEMED, State.CANCELLED}),
        State.REDEEMED: frozenset({State.CANCELLED}),
        State.CANCELLED: frozenset(),
    }

    code = models.CharField(max_length=14, unique=True, default=new_code, editable=False)
    state = models.CharField(max_length=10, choices=State, default=State.ORDERED, editable=False)
    tier = models.ForeignKey(Tier, on_delete=models.PROTECT, related_name="gifts")
    months = models.PositiveSmallIntegerField(default=12)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    giver = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, blank=True, related_name="gifts_given")
    giver_email = models.EmailField(blank=True)
    giver_name = models.CharField(max_length=80, blank=True)
    recipient_email = models.EmailField(blank=True)
    recipient_name = models.CharField(max_length=80, blank=True)
    message = models.TextField(blank=True, max_length=1000)
    language = models.CharField(max_length=12, default="en")
    source = models.CharField(max_length=MOST, blank=True, default="")
    """What led the giver here, as `JoinSource` writes it."""
    deliver_on = models.DateField(default=timezone.localdate)
    made_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    redeemed_at = models.DateTimeField(null=True, blank=True)
    pledge = models.OneToOneField(Pledge, on_delete=models.PROTECT, null=True, blank=True, related_name="gift")
    """The pledge it became when it was redeemed."""

    class Meta:
        verbose_name = _("gift")
        verbose_name_plural = _("gifts")
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="gift_amount_positive"),
            models.CheckConstraint(condition=models.Q(months__gte=1, months__lte=60), name="gift_months"),
        ]

    def __str__(self) -> str:
        return f"{self.months} × {self.tier} ({self.get_state_display()})"

    @property
    def reference(self) -> str:
        """What payments knows it by."""
        return f"gift:{self.pk}"

    @property
    def money(self) -> Money:
        """What was paid for it."""
        return Money(self.amount, self.currency)

    @property
    def pledge_source(self) -> JoinSource:
        """What led whoever opens it to be a member: the gift, and behind it what led its giver here."""
        return replace(JoinSource.parse(self.source), place="gift")

    def move_to(self, state: str) -> bool:
        """Go to `state`; False when it is there already. Raises StateError. The caller holds the lock and saves."""
        return moved(self, state)
