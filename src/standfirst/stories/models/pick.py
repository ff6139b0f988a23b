"""Editor's picks: chosen by hand, ordered by hand, an edition each."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, PageChooserPanel

from standfirst.delivery import trace


class PickQuerySet(models.QuerySet["Pick"]):
    """Reads of picks."""

    def current(self, edition_id: int) -> list[Pick]:
        """Picks of public stories that have not ended, in the editors' order; the stories are not fetched with them.

        The page that asks is fresh until the next of them ends.
        """
        public = self.filter(edition_id=edition_id, article__listings__list_key=f"edition:{edition_id}")
        with trace.timed(None):
            found = list(public.exclude(ends_at__lte=timezone.now()).order_by("sort_order", "pk"))
        ends = [pick.ends_at for pick in found if pick.ends_at]
        if ends:
            trace.fresh_until(min(ends))
        return found


class Pick(models.Model):
    """One of an edition's picks."""

    edition = models.ForeignKey(
        "stories.Edition", verbose_name=_("edition"), on_delete=models.CASCADE, related_name="picks"
    )
    article = models.ForeignKey(
        "stories.Article", verbose_name=_("story"), on_delete=models.CASCADE, related_name="picks"
    )
    label = models.CharField(_("label"), max_length=40, blank=True, help_text=_("For example: long read"))
    ends_at = models.DateTimeField(_("ends at"), null=True, blank=True)
    sort_order = models.IntegerField(default=0, db_index=True, editable=False)

    objects: ClassVar[Any] = PickQuerySet.as_manager()

    panels: ClassVar[list[Any]] = [
        FieldPanel("edition"),
        PageChooserPanel("article", "stories.Article"),
        FieldPanel("label"),
        FieldPanel("ends_at"),
    ]
    sort_order_field = "sort_order"

    class Meta:
        verbose_name = _("pick")
        verbose_name_plural = _("editor's picks")
        ordering = ("edition", "sort_order", "pk")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["edition", "article"], name="picked_once_an_edition")
        ]

    def __str__(self) -> str:
        return self.article.title
