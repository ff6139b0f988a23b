"""Corrections: public, dated, append-only."""

from __future__ import annotations

from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from standfirst.stories import public_fields


class Correction(models.Model):
    """What was wrong in a published story, and what is right. Never changed, never deleted."""

    article = models.ForeignKey("stories.Article", on_delete=models.PROTECT, related_name="corrections")
    text = models.TextField(_("correction"), help_text=_("What was wrong, and what is right."))
    serious = models.BooleanField(_("serious"), default=False, help_text=_("Noted on top of the story as well."))
    published_at = models.DateTimeField(_("published at"), default=timezone.now, db_index=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="corrections"
    )

    api_fields = public_fields.CORRECTION

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering = ("-published_at", "-pk")

    def __str__(self) -> str:
        return self.text[:80]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None and not self._state.adding:
            raise TypeError("A correction is append-only: publish another one that corrects it.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("A correction is append-only and cannot be deleted.")
