"""What the newsroom decided about its membership."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class MembershipTerms(models.Model):
    """One row: goal, currencies, patience with failed payments."""

    goal = models.PositiveIntegerField(_("members needed"), default=4000)
    home_currency = models.CharField(
        _("home currency"), max_length=3, default="EUR", validators=[RegexValidator("^[A-Z]{3}$")]
    )
    currencies = models.JSONField(_("currencies by language"), default=dict, blank=True)
    """BCP 47 code of an edition's language → list of ISO 4217 codes, the first offered first."""
    retry_days = models.JSONField(_("days after which a failed payment is tried again"), default=list, blank=True)
    """Days since the first failure; empty: `RETRY_DAYS`."""
    grace_days = models.PositiveSmallIntegerField(_("days of grace after a failed payment"), default=21)
    notice_days = models.PositiveSmallIntegerField(_("days of notice before a yearly payment"), default=14)
    pause_offered = models.BooleanField(_("offer a pause when somebody cancels"), default=True)

    class Meta:
        verbose_name = _("membership terms")
        verbose_name_plural = _("membership terms")

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    @classmethod
    def current(cls) -> MembershipTerms:
        """The newsroom's own, or the defaults."""
        return cls.objects.order_by("pk").first() or cls()

    @property
    def retries(self) -> tuple[int, ...]:
        """Days since the first failure on which a payment is tried again."""
        return tuple(self.retry_days) or RETRY_DAYS

    def currencies_of(self, language: str) -> list[str]:
        """The currencies offered to readers of `language`."""
        return self.currencies.get(language) or self.currencies.get(language.partition("-")[0]) or [self.home_currency]


class ShownGoal(models.Model):
    """One row: how many members public pages say there are, of how many wanted (`membership.goal`)."""

    members = models.PositiveIntegerField()
    wanted = models.PositiveIntegerField()
    at = models.DateTimeField()
    """When it changed last."""

    class Meta:
        verbose_name = _("goal on public pages")
        verbose_name_plural = _("goals on public pages")

    def __str__(self) -> str:
        return f"{self.members} / {self.wanted}"


RETRY_DAYS = (3, 7, 12, 18)
