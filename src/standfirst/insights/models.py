"""What the newsroom enters by hand so that its numbers can be told: rates, other money, what it shows of them."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from standfirst.stories.models import Edition

CURRENCY = RegexValidator("^[A-Z]{3}$", _("Give the three letters of a currency, such as GEL."))


class ExchangeRate(models.Model):
    """What one unit of `currency` was worth in `home` from `day` on, until the next rate."""

    currency = models.CharField(_("currency"), max_length=3, validators=[CURRENCY])
    home = models.CharField(_("in"), max_length=3, validators=[CURRENCY])
    day = models.DateField(_("from"))
    rate = models.DecimalField(
        _("one unit is worth"), max_digits=18, decimal_places=8, validators=[MinValueValidator(Decimal("0.00000001"))]
    )

    class Meta:
        verbose_name = _("exchange rate")
        verbose_name_plural = _("exchange rates")
        ordering: ClassVar = ["-day", "currency"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["currency", "home", "day"], name="exchange_rate_once"),
            models.CheckConstraint(condition=models.Q(rate__gt=0), name="exchange_rate_positive"),
        ]

    def __str__(self) -> str:
        return f"1 {self.currency} = {self.rate.normalize():f} {self.home} ({self.day})"


class MonthlyMoney(models.Model):
    """What came and went in one month besides readers' payments, in minor units of `currency`."""

    month = models.DateField(_("month"), unique=True)
    """Its first day."""
    currency = models.CharField(_("currency"), max_length=3, validators=[CURRENCY])
    grants = models.BigIntegerField(_("grants"), default=0)
    advertising = models.BigIntegerField(_("advertising"), default=0)
    other = models.BigIntegerField(_("other income"), default=0)
    costs = models.BigIntegerField(_("costs"), default=0)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("money of a month")
        verbose_name_plural = _("money of months")
        ordering: ClassVar = ["-month"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(grants__gte=0, advertising__gte=0, other__gte=0, costs__gte=0),
                name="monthly_money_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class FundingPage(models.Model):
    """Which of its numbers the newsroom shows on “How we are funded” of one edition."""

    edition = models.OneToOneField(Edition, on_delete=models.CASCADE, related_name="+")
    is_public = models.BooleanField(_("readers can see the numbers"), default=False)
    shows_members = models.BooleanField(_("how many members there are, and the goal"), default=True)
    shows_share = models.BooleanField(_("what part of the costs readers carry"), default=True)
    shows_sources = models.BooleanField(_("where the money came from"), default=False)
    shows_costs = models.BooleanField(_("what the newsroom costs"), default=False)

    class Meta:
        verbose_name = _("how we are funded")
        verbose_name_plural = _("how we are funded")

    def __str__(self) -> str:
        return f"{self._meta.verbose_name}: {self.edition}"


class StoryLength(models.Model):
    """How many words a story has, so that figures by length need no texts. Follows from the story at any time."""

    story_id = models.PositiveIntegerField(primary_key=True)
    words = models.PositiveIntegerField(db_index=True)

    class Meta:
        verbose_name = _("length of a story")
        verbose_name_plural = _("lengths of stories")

    def __str__(self) -> str:
        return f"{self.story_id}: {self.words}"
