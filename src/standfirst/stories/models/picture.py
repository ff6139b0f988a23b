"""Pictures: caption, credit and alt text are three different things."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.images.models import AbstractImage, AbstractRendition
from wagtail.search import index


class Picture(AbstractImage):
    """A picture with its words. `description` of Wagtail's image is the alt text."""

    caption = models.TextField(_("caption"), blank=True, help_text=_("What readers see under the picture."))
    credit = models.CharField(_("credit"), max_length=250, blank=True, help_text=_("Who made it, as readers see it."))
    copyright_notice = models.CharField(_("copyright notice"), max_length=250, blank=True)
    licence_url = models.URLField(_("licence"), blank=True, help_text=_("Address of the licence, if it has one."))
    decorative = models.BooleanField(
        _("decorative"), default=False, help_text=_("Says nothing that the text does not; needs no alt text.")
    )
    taken_at = models.DateTimeField(_("taken at"), null=True, blank=True)
    source_metadata = models.JSONField(default=dict, blank=True, editable=False)
    ready = models.JSONField(
        default=list,
        blank=True,
        editable=False,
        help_text="Renditions that exist: spec, format, address, width, height.",
    )

    admin_form_fields = (
        "title",
        "file",
        "caption",
        "credit",
        "description",
        "decorative",
        "collection",
        "tags",
        "copyright_notice",
        "licence_url",
        "taken_at",
        "focal_point_x",
        "focal_point_y",
        "focal_point_width",
        "focal_point_height",
    )
    search_fields: ClassVar[list[Any]] = [
        *AbstractImage.search_fields,
        index.SearchField("caption"),
        index.SearchField("credit"),
    ]

    class Meta(AbstractImage.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")

    @property
    def alt_text(self) -> str:
        """Alternative text for people who do not see the picture; empty when decorative."""
        return "" if self.decorative else self.description


class Rendition(AbstractRendition):
    """One size and format of a picture."""

    image = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["image", "filter_spec", "focal_point_key"], name="one_rendition_a_spec")
        ]
