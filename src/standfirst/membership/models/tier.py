"""Kinds of membership and what they cost."""

from __future__ import annotations

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from standfirst.kit.money import Money
from standfirst.membership.depending import dependents_of


class TierQuerySet(models.QuerySet["Tier"]):
    """Reads of tiers."""

    def offered(self) -> TierQuerySet:
        """Those that somebody can join now, in their order, with everything that is shown of them."""
        return self.filter(is_open=True).prefetch_related("texts", "prices")


class Tier(models.Model):
    """A kind of membership. A story for a tier is open to all tiers of its `rank` or a higher one."""

    slug = models.SlugField(_("slug"), unique=True)
    name = models.CharField(
        _("name"), max_length=60, help_text=_("Used where no text in the reader's language exists.")
    )
    rank = models.PositiveSmallIntegerField(
        _("rank"), default=1, help_text=_("A tier opens what is meant for tiers of its rank or a lower one.")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_open = models.BooleanField(_("can be joined"), default=True)

    objects = TierQuerySet.as_manager()

    class Meta:
        verbose_name = _("tier")
        verbose_name_plural = _("tiers")
        ordering: ClassVar = ["position", "pk"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse another slug while stories or pledges know the tier by this one."""
        before = Tier.objects.filter(pk=self.pk).values_list("slug", flat=True).first()
        if before is None or before == self.slug:
            return
        number = self.pledges.exclude(state="ended").count()
        found = [ngettext("%(n)d membership", "%(n)d memberships", number) % {"n": number}] if number else []
        if found := [*found, *dependents_of(before)]:
            sentence = _("“{slug}” is in use by {dependents}: keep it, or make a new tier. The name may change freely.")
            raise ValidationError({"slug": sentence.format(slug=before, dependents=", ".join(found))})

    def text(self, language: str) -> TierText:
        """What is said of it in `language` (BCP 47); the bare name when nothing is."""
        found = {text.language: text for text in self.texts.all()}
        return found.get(language) or found.get(language.partition("-")[0]) or TierText(tier=self, name=self.name)


class TierText(models.Model):
    """What is said of a tier in one language."""

    tier = models.ForeignKey(Tier, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(_("language"), max_length=12)
    name = models.CharField(_("name"), max_length=60)
    summary = models.CharField(_("in one sentence"), max_length=200, blank=True)
    benefits = models.JSONField(_("benefits"), default=list, blank=True)
    """A list of short sentences."""
    thanks = models.TextField(_("thank you"), blank=True, help_text=_("Shown after joining: what it makes possible."))

    class Meta:
        verbose_name = _("text of a tier")
        verbose_name_plural = _("texts of tiers")
        constraints: ClassVar = [models.UniqueConstraint(fields=["tier", "language"], name="tier_text_once")]

    def __str__(self) -> str:
        return f"{self.name} ({self.language})"


class Price(models.Model):
    """What a tier costs in one currency at one interval; the member may choose more, and less down to `minimum`.

    `minimum` 0 is an honest zero: whoever cannot pay joins all the same, and no proof is asked. All amounts are minor
    units. What is paid above `amount` goes into the solidarity pool, which carries what others pay below it.
    """

    class Interval(models.TextChoices):
        MONTH = "month", _("a month")
        YEAR = "year", _("a year")
        ONCE = "once", _("once")

    tier = models.ForeignKey(Tier, on_delete=models.CASCADE, related_name="prices")
    currency = models.CharField(_("currency"), max_length=3, validators=[RegexValidator("^[A-Z]{3}$")])
    interval = models.CharField(_("interval"), max_length=6, choices=Interval)
    amount = models.BigIntegerField(_("price"))
    minimum = models.BigIntegerField(_("at least"))
    suggested = models.JSONField(_("suggested amounts"), default=list, blank=True)
    is_open = models.BooleanField(_("offered"), default=True)

    class Meta:
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tier", "currency", "interval"], name="price_once"),
            models.CheckConstraint(
                condition=models.Q(minimum__gte=0, minimum__lte=models.F("amount")), name="price_minimum_in_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tier}: {self.money} {self.get_interval_display()}"

    @property
    def money(self) -> Money:
        """The price itself."""
        return Money(self.amount, self.currency)
