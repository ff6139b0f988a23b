"""What we do ourselves so that a pledge goes on: collecting, telling, changing. The rows come before the doing."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from standfirst.kit.money import Money
from standfirst.membership.models.pledge import Pledge
from standfirst.membership.models.tier import Price
from standfirst.payments.models import Agreement, Payment
from standfirst.payments.states import moved


class RenewalQuerySet(models.QuerySet["Renewal"]):
    """Reads of renewals."""

    def locked(self) -> RenewalQuerySet:
        """Lock what is read until the transaction ends."""
        return self.select_for_update(of=("self",))


class Renewal(models.Model):
    """One attempt to collect the next payment of a pledge whose agreement we run ourselves.

    It is written and committed before the provider hears of it, and its `key` makes the provider collect once, however
    often it is asked. Another attempt for the same period is only made when this one is known to have been refused.
    """

    class State(models.TextChoices):
        ASKED = "asked", _("asked for")
        SETTLED = "settled", _("paid")
        REFUSED = "refused", _("refused")
        DROPPED = "dropped", _("no longer wanted")

    ALLOWED: ClassVar[dict[str, frozenset[str]]] = {
        State.ASKED: frozenset({State.SETTLED, State.REFUSED, State.DROPPED}),
        # An answer that was on its way may still say that it was paid.
        State.REFUSED: frozenset({State.SETTLED}),
        State.DROPPED: frozenset({State.SETTLED, State.REFUSED}),
        State.SETTLED: frozenset(),
    }

    pledge = models.ForeignKey(Pledge, on_delete=models.PROTECT, related_name="renewals")
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="+")
    period_start = models.DateField()
    """The day (UTC) on which what was paid before ends."""
    attempt = models.PositiveSmallIntegerField()
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    interval = models.CharField(max_length=6, choices=Price.Interval)
    state = models.CharField(max_length=8, choices=State, default=State.ASKED, editable=False)
    made_at = models.DateTimeField(default=timezone.now)
    next_try_at = models.DateTimeField(default=timezone.now)
    """From when the provider may be asked (again); whoever asks moves it on first, so that only one does."""
    tries = models.PositiveSmallIntegerField(default=0)
    """How often the provider was asked, or was about to be."""
    done_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=200, blank=True, default="")

    objects = RenewalQuerySet.as_manager()

    class Meta:
        verbose_name = _("renewal")
        verbose_name_plural = _("renewals")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agreement", "period_start", "attempt"], name="renewal_attempt_once"),
            models.UniqueConstraint(
                fields=["agreement"], condition=models.Q(state="asked"), name="renewal_one_at_a_time"
            ),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="renewal_amount_positive"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["next_try_at"], condition=models.Q(state="asked"), name="renewal_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.money}, {self.period_start}, {self.attempt} ({self.get_state_display()})"

    @property
    def money(self) -> Money:
        """What is collected."""
        return Money(self.amount, self.currency)

    @property
    def key(self) -> str:
        """Our idempotency key at the provider; it comes back with the payment."""
        return f"{self.agreement.key}:{self.period_start:%Y-%m-%d}:{self.attempt}"

    def move_to(self, state: str) -> bool:
        """Go to `state`; False when it is there already. Raises StateError. The caller holds the lock and saves."""
        return moved(self, state)


class PaidPeriod(models.Model):
    """Which time of a pledge a payment paid for, where no provider says so. Each payment gives time once."""

    payment = models.OneToOneField(Payment, on_delete=models.PROTECT, related_name="paid_period")
    pledge = models.ForeignKey(Pledge, on_delete=models.PROTECT, related_name="paid_periods")
    start = models.DateTimeField()
    end = models.DateTimeField()
    day = models.PositiveSmallIntegerField()
    """The day of the month on which periods end where the month is long enough: the 31st stays the 31st."""

    objects: ClassVar[models.Manager[PaidPeriod]]

    class Meta:
        verbose_name = _("paid period")
        verbose_name_plural = _("paid periods")
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(end__gt=models.F("start")), name="paid_period_has_time"),
        ]

    def __str__(self) -> str:
        return f"{self.start:%Y-%m-%d} – {self.end:%Y-%m-%d}"


class PledgeNotice(models.Model):
    """What a member was told of a pledge, and when: the notice before a payment, the reminders after one failed."""

    pledge = models.ForeignKey(Pledge, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=20)
    about = models.DateField()
    """The day that it is about (UTC): of the payment to come, of the failure."""
    step = models.PositiveSmallIntegerField(default=0)
    at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[models.Manager[PledgeNotice]]

    class Meta:
        verbose_name = _("notice of a pledge")
        verbose_name_plural = _("notices of pledges")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["pledge", "kind", "about", "step"], name="pledge_notice_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.about} ({self.step})"

    @property
    def key(self) -> str:
        """What makes its mail go out once."""
        return f"pledge:{self.pledge_id}:{self.kind}:{self.about:%Y-%m-%d}:{self.step}"


class ChangeOrder(models.Model):
    """A change of a running agreement that the provider has to be told of; it is told until it knows."""

    class State(models.TextChoices):
        ASKED = "asked", _("asked for")
        DONE = "done", _("done")
        REFUSED = "refused", _("refused by the provider")

    ALLOWED: ClassVar[dict[str, frozenset[str]]] = {
        State.ASKED: frozenset({State.DONE, State.REFUSED}),
        State.DONE: frozenset(),
        State.REFUSED: frozenset(),
    }

    pledge = models.ForeignKey(Pledge, on_delete=models.PROTECT, related_name="change_orders")
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=State, default=State.ASKED, editable=False)
    amount = models.BigIntegerField(null=True, blank=True)
    interval = models.CharField(max_length=6, choices=Price.Interval, blank=True, default="")
    paused = models.BooleanField(null=True, blank=True)
    paused_until = models.DateTimeField(null=True, blank=True)
    ends = models.BooleanField(null=True, blank=True)
    ends_now = models.BooleanField(default=False)
    made_at = models.DateTimeField(default=timezone.now)
    next_try_at = models.DateTimeField(default=timezone.now)
    tries = models.PositiveSmallIntegerField(default=0)
    failure = models.CharField(max_length=200, blank=True, default="")

    objects: ClassVar[models.Manager[ChangeOrder]]

    class Meta:
        verbose_name = _("change at a provider")
        verbose_name_plural = _("changes at providers")
        indexes: ClassVar = [
            models.Index(fields=["next_try_at"], condition=models.Q(state="asked"), name="change_order_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id} ({self.get_state_display()})"

    @property
    def key(self) -> str:
        """Our idempotency key at the provider."""
        return f"{self.agreement.key}:change:{self.pk}"

    def move_to(self, state: str) -> bool:
        """Go to `state`; False when it is there already. Raises StateError. The caller holds the lock and saves."""
        return moved(self, state)
