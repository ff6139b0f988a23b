"""Bank statements as they were imported, line by line, and what became of each line."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from standfirst.kit.currency_column import IS_A_CODE
from standfirst.kit.money import Money
from standfirst.payments.models.account import ProviderAccount
from standfirst.payments.models.agreement import Agreement


class StatementMapping(models.Model):
    """How the CSV statements of one bank account are read; kept from one import to the next."""

    account = models.OneToOneField(ProviderAccount, on_delete=models.CASCADE, related_name="statement_mapping")
    columns = models.JSONField(default=dict)
    """The fields of `providers.bank.csv_statement.Mapping`."""

    class Meta:
        verbose_name = _("mapping of statements")
        verbose_name_plural = _("mappings of statements")

    def __str__(self) -> str:
        return str(self.account)


class Statement(models.Model):
    """One file that was imported. `problems` lists the lines that could not be read: number and why."""

    account = models.ForeignKey(ProviderAccount, on_delete=models.PROTECT, related_name="statements")
    file_name = models.CharField(max_length=200)
    read_as = models.CharField(max_length=40)
    """`camt.053`, or `csv, windows-1251`."""
    lines_read = models.PositiveIntegerField(default=0)
    lines_known = models.PositiveIntegerField(default=0)
    """How many of them an earlier file had brought already."""
    problems = models.JSONField(default=list, blank=True)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    objects: ClassVar[models.Manager[Statement]]

    class Meta:
        verbose_name = _("bank statement")
        verbose_name_plural = _("bank statements")
        ordering: ClassVar = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.file_name


class StatementLine(models.Model):
    """One movement on the newsroom's bank account. `own_id` makes it come in once, whichever files it stands in.

    `amount` is in minor units; what left the account is negative. `months` is how long the payment pays for, 0 when it
    pays once. A line that returns a payment names it in `returns`.
    """

    class State(models.TextChoices):
        NEW = "new", _("not looked at")
        APPLIED = "applied", _("booked")
        PROPOSED = "proposed", _("to decide")
        REFUSED = "refused", _("not ours")
        OUTGOING = "outgoing", _("money that left")

    account = models.ForeignKey(ProviderAccount, on_delete=models.PROTECT, related_name="statement_lines")
    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="lines")
    own_id = models.CharField(max_length=120)
    digest = models.CharField(max_length=64, db_index=True)
    number = models.PositiveIntegerField()
    """Where it stands in the file: the line of a CSV, the entry of a CAMT.053."""
    raw = models.JSONField(default=dict)
    booked_on = models.DateField(db_index=True)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    payer_name = models.CharField(max_length=200, blank=True, default="")
    payer_account = models.CharField(max_length=60, blank=True, default="")
    text = models.TextField(blank=True, default="")
    is_return = models.BooleanField(default=False)
    """Whether the bank itself calls it a return."""
    state = models.CharField(max_length=10, choices=State, default=State.NEW, editable=False)
    why = models.CharField(max_length=300, blank=True, default="")
    """Why it is in its state, as found by us."""
    candidates = models.JSONField(default=list, blank=True)
    """Agreements that it may belong to, the likeliest first."""
    agreement = models.ForeignKey(
        Agreement, on_delete=models.PROTECT, null=True, blank=True, related_name="statement_lines"
    )
    moves = models.PositiveSmallIntegerField(default=0)
    """How often it was moved from one agreement to another."""
    returns = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="returned_by")
    months = models.PositiveSmallIntegerField(default=0)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True, default="")
    """What the person said who decided."""

    objects: ClassVar[models.Manager[StatementLine]]

    class Meta:
        verbose_name = _("line of a statement")
        verbose_name_plural = _("lines of statements")
        ordering: ClassVar = ["-booked_on", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "own_id"], name="statement_line_once"),
            models.CheckConstraint(condition=~models.Q(amount=0), name="statement_line_not_nothing"),
            models.CheckConstraint(condition=IS_A_CODE, name="statement_line_currency"),
            models.CheckConstraint(
                condition=~models.Q(state="applied") | models.Q(agreement__isnull=False),
                name="statement_line_applied_to_something",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["account", "state"], name="statement_line_state")]

    def __str__(self) -> str:
        return f"{self.booked_on} {self.money}"

    @property
    def money(self) -> Money:
        """What came in, or went out when negative."""
        return Money(self.amount, self.currency)

    @property
    def payment_id(self) -> str:
        """What the payment is called that this line becomes; after a move it is another one."""
        return payment_id_of(self.pk, self.moves)


def payment_id_of(line: int, moves: int) -> str:
    """What the payment of the line with this number is called after so many moves."""
    return f"line-{line}-{moves}" if moves else f"line-{line}"


class StatementMove(models.Model):
    """That a line was booked to the wrong agreement, and moved from there. Never changed."""

    line = models.ForeignKey(StatementLine, on_delete=models.PROTECT, related_name="moved")
    number = models.PositiveSmallIntegerField()
    """How often the line had been moved before."""
    source = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="lines_moved_away")
    target = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="lines_moved_here")
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[models.Manager[StatementMove]]

    class Meta:
        verbose_name = _("move of a line")
        verbose_name_plural = _("moves of lines")
        constraints: ClassVar = [models.UniqueConstraint(fields=["line", "number"], name="statement_move_once")]

    def __str__(self) -> str:
        return f"{self.line}: {self.reason}"
