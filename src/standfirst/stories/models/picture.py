"""Pictures: caption, credit and alt text are three different things."""

from __future__ import annotations

from functools import cache
from typing import Any, ClassVar

from django.core.files.base import ContentFile
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from wagtail.images.models import AbstractImage, AbstractRendition, get_upload_to
from wagtail.search import index

from standfirst.stories.pictures import intake
from standfirst.stories.pictures.fields import PictureFileField

# The formats that every browser, feed reader and network can show.
PLAIN = ("jpeg", "png")
FOCAL_FIELDS = ("focal_point_x", "focal_point_y", "focal_point_width", "focal_point_height")
# From here on decoding a file in a request of the admin is too slow: about half a second.
LARGE_PIXELS = 24_000_000


class Picture(AbstractImage):
    """A picture with its words. `description` of Wagtail's image is the alt text."""

    file = PictureFileField(_("file"), upload_to=get_upload_to, width_field="width", height_field="height")
    caption = models.TextField(_("caption"), blank=True, help_text=_("What readers see under the picture."))
    credit = models.CharField(_("credit"), max_length=250, blank=True, help_text=_("Who made it, as readers see it."))
    copyright_notice = models.CharField(_("copyright notice"), max_length=250, blank=True)
    licence_url = models.URLField(_("licence"), blank=True, help_text=_("Address of the licence, if it has one."))
    decorative = models.BooleanField(
        _("decorative"), default=False, help_text=_("Says nothing that the text does not; needs no alt text.")
    )
    taken_at = models.DateTimeField(_("taken at"), null=True, blank=True)
    source_metadata = models.JSONField(
        default=dict,
        blank=True,
        editable=False,
        help_text="What the file said about itself, without places; `filled` lists the fields that were set from it.",
    )
    ready = models.JSONField(
        default=list,
        blank=True,
        editable=False,
        help_text="Renditions that exist: ratio, format, w, h (pixels), file (name in the media storage).",
    )
    rendition_problem = models.CharField(
        max_length=300,
        blank=True,
        editable=False,
        help_text="Why the renditions could not be made; empty when all is well.",
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
        *FOCAL_FIELDS,
    )
    search_fields: ClassVar[list[Any]] = [
        *AbstractImage.search_fields,
        index.SearchField("caption"),
        index.SearchField("credit"),
    ]

    class Meta(AbstractImage.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Wagtail's __init__ sets an attribute of the same name to False, whatever the database says.
        stored = args[_position("decorative")] if args else kwargs.get("decorative", False)
        if stored is models.DEFERRED:
            del self.decorative
        else:
            self.decorative = stored

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; a new file is cleaned and read first, and a new file or focal point gets new renditions.

        Raises:
            PictureError: a new file is no picture we take, too large or damaged.
        """
        for name in FOCAL_FIELDS:
            if (value := getattr(self, name)) is not None:
                # Wagtail's rectangles have fractions, the columns have none, and crops are named by these numbers.
                setattr(self, name, round(value))
        with transaction.atomic():
            cleaned = intake.take_in(self) if self.file and not self.file._committed else None
            moved = cleaned is None and self._focal_point_moved()
            super().save(*args, **kwargs)
            if cleaned:
                intake.publish_stand_in(self, cleaned)
            if cleaned or moved:
                intake.order_renditions(self)

    def _focal_point_moved(self) -> bool:
        before = Picture.objects.filter(pk=self.pk).first() if self.pk else None
        return before is not None and before.rendition_key != self.rendition_key

    def generate_rendition_file(self, filter: Any, *, source: Any = None) -> ContentFile:
        """As Wagtail's, for the admin's own sizes; of a large picture those are made from the stand-in.

        Decoding a hundred megapixels for a thumbnail would take seconds and half a gigabyte. A crop by focal point is
        made from the file itself, because the focal point is in its pixels.
        """
        is_large = self.width * self.height > LARGE_PIXELS
        light = self.nearest() if is_large and not filter.get_cache_key(self) else None
        if light:
            source = self.file.storage.open(light["file"])
        with super().generate_rendition_file(filter, source=source) as generated:
            # Wagtail would leave its temporary file for the garbage collector to close.
            generated.seek(0)
            content = ContentFile(generated.read(), name=generated.name)
        if light:
            source.close()
        return content

    @property
    def rendition_key(self) -> str:
        """What all renditions depend on: the file and the focal point."""
        return "-".join([self.file_hash, *(str(getattr(self, name)) for name in FOCAL_FIELDS)])

    @property
    def alt_text(self) -> str:
        """Alternative text for people who do not see the picture; empty when decorative."""
        return "" if self.decorative else self.description

    def nearest(self, ratio: str = "", width: int = 960, formats: tuple[str, ...] = PLAIN) -> dict[str, Any] | None:
        """Return the ready entry of `ratio` and `formats` that comes closest to `width`, without a query.

        The natural ratio stands in for a crop that is not there. `None` when nothing is ready. For feeds and cards:
        the default formats are those that every program can show.
        """
        entries = [entry for entry in self.ready if entry["format"] in formats]
        of_ratio = [entry for entry in entries if entry["ratio"] == ratio] or entries
        return min(of_ratio, key=lambda entry: abs(entry["w"] - width), default=None)

    def nearest_url(self, ratio: str = "", width: int = 960) -> str:
        """Return the public path of `nearest`, or "" when nothing is ready."""
        entry = self.nearest(ratio, width)
        return str(Rendition._meta.get_field("file").storage.url(entry["file"])) if entry else ""


@cache
def _position(name: str) -> int:
    """Return where a field's value stands among the values the database returns."""
    return [field.attname for field in Picture._meta.concrete_fields].index(name)


class Rendition(AbstractRendition):
    """One size and format of a picture."""

    image = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["image", "filter_spec", "focal_point_key"], name="one_rendition_a_spec")
        ]
