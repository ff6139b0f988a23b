"""Promises to pay, and how each of them went."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from standfirst.accounts.models import User
from standfirst.delivery.actions.revoke_access import revoke_access
from standfirst.kit.currency_column import IS_A_CODE
from standfirst.kit.money import Money
from standfirst.membership.join_source import MOST, JoinSource
from standfirst.membership.models.member import Member
from standfirst.membership.models.tier import Price, Tier
from standfirst.payments.models import Agreement
from standfirst.payments.states import moved


class PledgeQuerySet(models.QuerySet["Pledge"]):
    """Reads of pledges."""

    def counting(self) -> PledgeQuerySet:
        """Those that make somebody a member now: also while a payment is late, and until the end of what is paid."""
        return self.filter(state__in=Pledge.COUNTING)

    def locked(self) -> PledgeQuerySet:
        """Lock what is read until the transaction ends."""
        return self.select_for_update(of=("self",))


class Pledge(models.Model):
    """A member's promise to pay `amount` at each `interval`, or once, for a tier.

    `agreement` is where the money comes from now, "" none: an honest zero, a gift. What shall change at the next
    period stands in the fields that begin with `next_`.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("not paid yet")
        ACTIVE = "active", _("active")
        PAST_DUE = "past_due", _("payment failed")
        PAUSED = "paused", _("paused")
        CANCELLING = "cancelling", _("ends soon")
        LAPSED = "lapsed", _("lapsed")
        ENDED = "ended", _("ended")

    ALLOWED: ClassVar[dict[str, frozenset[str]]] = {
        State.PENDING: frozenset(
            {State.ACTIVE, State.PAST_DUE, State.PAUSED, State.CANCELLING, State.LAPSED, State.ENDED}
        ),
        State.ACTIVE: frozenset({State.PAST_DUE, State.PAUSED, State.CANCELLING, State.LAPSED, State.ENDED}),
        State.PAST_DUE: frozenset({State.ACTIVE, State.PAUSED, State.CANCELLING, State.LAPSED, State.ENDED}),
        State.PAUSED: frozenset({State.ACTIVE, State.PAST_DUE, State.CANCELLING, State.LAPSED, State.ENDED}),
        State.CANCELLING: frozenset({State.ACTIVE, State.PAST_DUE, State.PAUSED, State.LAPSED, State.ENDED}),
        State.LAPSED: frozenset({State.ACTIVE, State.CANCELLING, State.ENDED}),
        State.ENDED: frozenset(),
    }
    COUNTING: ClassVar = frozenset({State.ACTIVE, State.PAST_DUE, State.CANCELLING})

    number = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="pledges")
    tier = models.ForeignKey(Tier, on_delete=models.PROTECT, related_name="pledges")
    state = models.CharField(max_length=12, choices=State, default=State.PENDING, editable=False)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    interval = models.CharField(max_length=6, choices=Price.Interval)
    price_amount = models.BigIntegerField(default=0)
    """What the tier cost when it was pledged: more is solidarity given, less is solidarity taken."""
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now, db_index=True)
    began_at = models.DateTimeField(null=True, blank=True)
    """When it first counted."""
    ended_at = models.DateTimeField(null=True, blank=True)
    period_end = models.DateTimeField(null=True, blank=True)
    """Until when it is paid."""
    ends_at = models.DateTimeField(null=True, blank=True)
    paused_until = models.DateTimeField(null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    """Since when it is paused: what was paid beyond that counts again afterwards."""
    failed_at = models.DateTimeField(null=True, blank=True)
    """When a payment failed first, while it is late."""
    lapses_at = models.DateTimeField(null=True, blank=True)
    """When the grace after a failed payment is over."""
    next_tier = models.ForeignKey(Tier, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    next_amount = models.BigIntegerField(null=True, blank=True)
    next_interval = models.CharField(max_length=6, choices=Price.Interval, blank=True, default="")
    source = models.CharField(max_length=MOST, blank=True, default="")
    """What led here, as `JoinSource` writes it; the two numbers stand beside it, to be counted by."""
    source_story = models.BigIntegerField(null=True, blank=True, db_index=True)
    source_variant = models.BigIntegerField(null=True, blank=True, db_index=True)
    is_import = models.BooleanField(default=False)

    objects = PledgeQuerySet.as_manager()

    class Meta:
        verbose_name = _("pledge")
        verbose_name_plural = _("pledges")
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="pledge_amount_not_negative"),
            models.CheckConstraint(condition=IS_A_CODE, name="pledge_currency"),
        ]
        # What the dashboard counts of all pledges, and what is due, is read from these indexes alone.
        indexes: ClassVar = [
            models.Index(fields=["state", "currency", "interval", "amount", "member"], name="pledge_counted"),
            models.Index(fields=["state", "period_end", "interval", "currency", "amount"], name="pledge_due"),
        ]

    def __str__(self) -> str:
        return f"{self.money} {self.get_interval_display()} ({self.get_state_display()})"

    @property
    def reference(self) -> str:
        """What payments knows it by."""
        return f"pledge:{self.pk}"

    @property
    def money(self) -> Money:
        """What is pledged each time."""
        return Money(self.amount, self.currency)

    def came_by(self, source: JoinSource) -> None:
        """Keep what led here. The caller saves."""
        self.source, self.source_story, self.source_variant = str(source), source.story, source.variant

    def move_to(self, state: str, *, why: str, by: User | None = None, at: datetime | None = None) -> bool:
        """Go to `state`, write the timeline and save; False when it is there already. Raises StateError.

        The caller holds the lock. `why` is a short English sentence for staff, `by` who of the staff or which member.
        """
        was = self.state
        if not moved(self, state):
            return False
        now = at or timezone.now()
        if state in self.COUNTING and self.began_at is None:
            self.began_at = now
        self.ended_at = now if state in {self.State.ENDED, self.State.LAPSED} else None
        self.save()
        PledgeEvent.objects.create(pledge=self, at=now, was=was, became=state, why=why[:300], by=by)
        if was in self.COUNTING and state not in self.COUNTING:
            # Only what is lost is called back. A token that is issued in the very second of a call does not count, and
            # whoever has just paid gets theirs in that second.
            revoke_access(subject=self.member.number.hex)
        return True

    def note(self, why: str, *, by: User | None = None) -> PledgeEvent:
        """Write something else on the timeline: a change of amount, a mail."""
        return PledgeEvent.objects.create(pledge=self, was=self.state, became=self.state, why=why[:300], by=by)


class PledgeEvent(models.Model):
    """One line of a pledge's timeline. Never changed."""

    pledge = models.ForeignKey(Pledge, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField(default=timezone.now)
    was = models.CharField(max_length=12, choices=Pledge.State)
    became = models.CharField(max_length=12, choices=Pledge.State)
    why = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("event of a pledge")
        verbose_name_plural = _("events of pledges")
        ordering: ClassVar = ["-at", "-pk"]
        # Who came and went in a time is read from this index alone.
        indexes: ClassVar = [models.Index(fields=["at", "was", "became", "pledge"], name="pledge_event_moved")]

    def __str__(self) -> str:
        return self.why
