"""What payers agreed to at providers."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from standfirst.kit.currency_column import IS_A_CODE
from standfirst.kit.money import Money
from standfirst.kit.sealing import CannotUnseal, seal, unseal
from standfirst.payments.models.account import ProviderAccount
from standfirst.payments.states import StateError, moved


class AgreementQuerySet(models.QuerySet["Agreement"]):
    """Reads of agreements."""

    def locked(self) -> AgreementQuerySet:
        """Lock what is read until the transaction ends (PostgreSQL; SQLite has one writer anyway)."""
        return self.select_for_update(of=("self",))

    def known_as(self, account: ProviderAccount, object_id: str) -> AgreementQuerySet:
        """Whatever has this id at the provider: the checkout, the subscription, a payment of it."""
        from standfirst.payments.models.payment import Payment

        if not object_id:
            return self.none()
        # Three reads by an index each: one with OR over the join reads every payment there is.
        paid = Payment.objects.filter(account=account, provider_id=object_id).values_list("agreement_id", flat=True)
        here = self.filter(account=account)
        named = here.filter(object_id=object_id).values_list("pk", flat=True)
        mandated = here.filter(mandate_id=object_id).values_list("pk", flat=True)
        return self.filter(pk__in={*paid, *named, *mandated})


class Agreement(models.Model):
    """What one payer agreed to at one provider: a single payment, or the same again and again.

    It is the row that everything about its money locks first. `reference` says whom it is for and is opaque here.
    `asked` counts the fetches that were begun, `applied` is the number of the one that was applied last: a snapshot
    that was asked for before another is never applied after it.
    """

    class State(models.TextChoices):
        NEW = "new", _("new")
        OPEN = "open", _("with the payer")
        ACTIVE = "active", _("active")
        FAILING = "failing", _("payment failed")
        PAUSED = "paused", _("paused")
        ENDED = "ended", _("ended")
        ABANDONED = "abandoned", _("abandoned")

    class Interval(models.TextChoices):
        ONCE = "once", _("once")
        MONTH = "month", _("each month")
        YEAR = "year", _("each year")

    ALLOWED: ClassVar[dict[str, frozenset[str]]] = {
        State.NEW: frozenset({State.OPEN, State.ACTIVE, State.FAILING, State.PAUSED, State.ENDED, State.ABANDONED}),
        State.OPEN: frozenset({State.ACTIVE, State.FAILING, State.PAUSED, State.ENDED, State.ABANDONED}),
        # Somebody may pay on a page that we gave up on.
        State.ABANDONED: frozenset({State.ACTIVE, State.FAILING, State.PAUSED, State.ENDED}),
        State.ACTIVE: frozenset({State.FAILING, State.PAUSED, State.ENDED}),
        State.FAILING: frozenset({State.ACTIVE, State.PAUSED, State.ENDED}),
        State.PAUSED: frozenset({State.ACTIVE, State.FAILING, State.ENDED}),
        State.ENDED: frozenset(),
    }

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    account = models.ForeignKey(ProviderAccount, on_delete=models.PROTECT, related_name="agreements")
    reference = models.CharField(max_length=60, db_index=True)
    """Whom it is for, as the layer above names it: `pledge:12`."""
    state = models.CharField(max_length=12, choices=State, default=State.NEW, editable=False)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    interval = models.CharField(max_length=6, choices=Interval)
    object_id = models.CharField(max_length=255, blank=True, default="")
    mandate_id = models.CharField(max_length=255, blank=True, default="")
    customer_id = models.CharField(max_length=255, blank=True, default="")
    sealed_token = models.TextField(blank=True, default="")
    url = models.TextField(blank=True, default="")
    """Where the payer goes on, as long as it is open."""
    lines = models.JSONField(default=list, blank=True)
    """What the payer has to know instead of going somewhere: label and value."""
    expires_at = models.DateTimeField(null=True, blank=True)
    period_end = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    paused_until = models.DateTimeField(null=True, blank=True)
    instrument = models.CharField(max_length=80, blank=True, default="")
    instrument_expires = models.CharField(max_length=7, blank=True, default="")
    asked = models.PositiveIntegerField(default=0)
    applied = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    checked_at = models.DateTimeField(null=True, blank=True)
    """When something that the provider said was last applied."""
    compared_at = models.DateTimeField(null=True, blank=True, db_index=True)
    """When the daily comparison last asked for it, with or without an answer."""
    forgotten_at = models.DateTimeField(null=True, blank=True, editable=False)
    """When its payer was forgotten: what the provider says of them is not kept any more."""

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "object_id"], condition=~models.Q(object_id=""), name="agreement_object_once"
            ),
            models.UniqueConstraint(
                fields=["account", "mandate_id"], condition=~models.Q(mandate_id=""), name="agreement_mandate_once"
            ),
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="agreement_amount_not_negative"),
            models.CheckConstraint(condition=IS_A_CODE, name="agreement_currency"),
            models.CheckConstraint(condition=models.Q(applied__lte=models.F("asked")), name="agreement_applied_asked"),
        ]
        indexes: ClassVar = [
            # A message finds its agreement by these; what is unique under a condition serves no such search.
            models.Index(fields=["object_id"], name="agreement_object"),
            models.Index(fields=["mandate_id"], name="agreement_mandate"),
        ]

    def __str__(self) -> str:
        return f"{self.money} {self.get_interval_display()} ({self.get_state_display()})"

    @property
    def money(self) -> Money:
        """What is paid each time."""
        return Money(self.amount, self.currency)

    @property
    def token(self) -> str:
        """The provider's secret that payments are collected with. Raises CannotUnseal."""
        return unseal(self.sealed_token) if self.sealed_token else ""

    def keep_token(self, token: str) -> None:
        """Keep it sealed. Does not save. One that cannot be unsealed any more is replaced."""
        if not token:
            return
        try:
            is_kept = token == self.token
        except CannotUnseal:
            is_kept = False
        if not is_kept:
            self.sealed_token = seal(token)

    def move_to(self, state: str) -> bool:
        """Go to `state`; False when it is there already. Raises StateError. The caller holds the lock and saves."""
        return moved(self, state)


__all__ = ["Agreement", "AgreementQuerySet", "StateError"]
