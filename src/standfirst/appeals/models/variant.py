"""Variants: the words of an appeal, and how they look."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey

from standfirst.appeals.models.appeal import Appeal
from standfirst.kit.money import Money
from standfirst.membership.models import Price

MOST_AMOUNTS = 4
MOST_VARIANTS = 4


class Preset(models.TextChoices):
    """How an appeal looks: five ways that belong to the paper."""

    NOTE = "note", _("note: tinted, with a rule on top")
    LETTER = "letter", _("letter: the newsroom's voice between double rules")
    PLAIN = "plain", _("plain: words between two fine rules")
    FIGURE = "figure", _("figure: the goal first, large")
    PICTURE = "picture", _("picture: beside the words")


class Variant(models.Model):
    """One wording of an appeal. `amounts` are minor units of `currency`, each a button that leads to joining.

    `stopped_at`: when the test took it out for losing clearly.
    """

    CONTROL: ClassVar[int] = 1

    appeal = ParentalKey(Appeal, on_delete=models.CASCADE, related_name="variants")
    number = models.PositiveSmallIntegerField(
        _("number"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_VARIANTS)],
        help_text=_("1 is the control: what readers see without a test and without JavaScript."),
    )
    headline = models.CharField(_("headline"), max_length=120, blank=True)
    text = models.TextField(
        _("text"), blank=True, help_text=_("As the newsroom speaks; an empty line parts paragraphs.")
    )
    button = models.CharField(_("button"), max_length=60, blank=True, help_text=_("Empty: “Become a member”."))
    amounts = models.JSONField(_("amounts"), default=list, blank=True)
    currency = models.CharField(
        _("currency"), max_length=3, blank=True, validators=[RegexValidator("^[A-Z]{3}$", _("Three letters: EUR."))]
    )
    interval = models.CharField(
        _("interval"), max_length=6, choices=Price.Interval, blank=True, default=Price.Interval.MONTH
    )
    picture = models.ForeignKey(
        "stories.Picture", verbose_name=_("picture"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    preset = models.CharField(_("look"), max_length=8, choices=Preset, default=Preset.NOTE)
    shows_goal = models.BooleanField(_("show how near the goal is"), default=False)
    stopped_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("variant")
        verbose_name_plural = _("variants")
        ordering: ClassVar[list[str]] = ["number", "pk"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["appeal", "number"], name="variant_number_once"),
            models.CheckConstraint(condition=models.Q(number__gte=1, number__lte=4), name="variant_of_four"),
        ]

    def __str__(self) -> str:
        return f"{self.letter}: {self.headline or self.text[:60]}"

    def clean(self) -> None:
        """Refuse a variant that says nothing, and amounts without a currency."""
        if not (self.headline or self.text):
            raise ValidationError({"headline": _("Give a headline or a text: an appeal without words asks nothing.")})
        if self.amounts and not (self.currency and self.interval):
            raise ValidationError({"currency": _("Amounts need a currency and an interval.")})

    @property
    def letter(self) -> str:
        """What it is called where tests are read: A for the control, then B, C and D; a dash while it has no number."""
        return dict(enumerate("ABCD", start=self.CONTROL)).get(self.number, "–")

    @property
    def sums(self) -> list[Money]:
        """The amounts of its buttons."""
        return [Money(amount, self.currency) for amount in self.amounts]
