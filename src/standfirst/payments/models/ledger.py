"""The ledger: append-only double entry (the rule: docs/explanation/money.md)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from standfirst.kit.currency_column import IS_A_CODE
from standfirst.payments.models.payment import Payment


class AppendOnly(Exception):
    """Somebody tried to change or delete what is written once."""


class LedgerBook(models.TextChoices):
    """The accounts of the ledger; `PROVIDER` stands once for each account at a provider."""

    PROVIDER = "provider", _("at the provider")
    INCOME = "income", _("income")
    FEES = "fees", _("provider's fees")
    REFUNDS = "refunds", _("given back")
    DISPUTES = "disputes", _("disputed")


class AppendOnlyQuerySet(models.QuerySet["models.Model"]):
    """Refuses what would change or delete rows."""

    def update(self, **fields: object) -> int:
        raise AppendOnly("the ledger is append-only; write a transaction that takes the other back")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise AppendOnly("the ledger is append-only; write a transaction that takes the other back")


class LedgerTransaction(models.Model):
    """One thing that happened to money. `key` makes it happen once: `payment:12:settled:1`."""

    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=20)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="transactions")
    at = models.DateTimeField(db_index=True)
    """When it happened to the money."""
    written_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("ledger transaction")
        verbose_name_plural = _("ledger transactions")

    def __str__(self) -> str:
        return self.key

    def save(self, *args: object, **kwargs: object) -> None:
        if not self._state.adding:
            raise AppendOnly("the ledger is append-only; write a transaction that takes the other back")
        super().save(force_insert=True)

    def delete(self, *args: object, **kwargs: object) -> tuple[int, dict[str, int]]:
        raise AppendOnly("the ledger is append-only; write a transaction that takes the other back")


class LedgerEntry(models.Model):
    """One side of a transaction, in minor units: what a book received is positive, what it gave negative."""

    transaction = models.ForeignKey(LedgerTransaction, on_delete=models.PROTECT, related_name="entries", db_index=False)
    book = models.CharField(max_length=10, choices=LedgerBook)
    account = models.ForeignKey("payments.ProviderAccount", on_delete=models.PROTECT, related_name="+")
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(amount=0), name="ledger_entry_not_nothing"),
            models.CheckConstraint(condition=IS_A_CODE, name="ledger_entry_currency"),
        ]
        # What was booked in a time is summed up from this index alone; it finds a transaction's entries, too.
        indexes: ClassVar = [
            models.Index(fields=["transaction", "book", "currency", "amount"], name="ledger_entry_summed"),
        ]

    def __str__(self) -> str:
        return f"{self.book} {self.amount} {self.currency}"

    def save(self, *args: object, **kwargs: object) -> None:
        if not self._state.adding:
            raise AppendOnly("the ledger is append-only; write a transaction that takes the other back")
        super().save(force_insert=True)

    def delete(self, *args: object, **kwargs: object) -> tuple[int, dict[str, int]]:
        raise AppendOnly("the ledger is append-only; write a transaction that takes the other back")
