"""Pictures inside a text."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock


class ChoiceOfLook(blocks.ChoiceBlock):
    """A choice of how something looks: its words stand in no text that is searched."""

    def get_searchable_content(self, value: Any) -> list[str]:
        """Return nothing."""
        return []


class PictureBlock(blocks.StructBlock):
    """A picture whose caption, credit and alt text may differ from its own in this place."""

    picture = ImageChooserBlock(label=_("Picture"))
    caption = blocks.TextBlock(required=False, label=_("Caption"), help_text=_("Empty: the picture's own."))
    credit = blocks.CharBlock(required=False, label=_("Credit"), help_text=_("Empty: the picture's own."))
    alt = blocks.CharBlock(required=False, label=_("Alt text"), help_text=_("Empty: the picture's own."))
    decorative = blocks.BooleanBlock(required=False, label=_("Decorative here"))
    width = ChoiceOfLook(
        choices=[("text", _("as wide as the text")), ("wide", _("wider than the text"))],
        default="text",
        label=_("Width"),
    )

    class Meta:
        icon = "image"
        label = _("Picture")
        label_format = "{caption}"
        template = "stories/blocks/picture.html"


class GalleryBlock(blocks.StructBlock):
    """Several pictures that belong together."""

    title = blocks.CharBlock(required=False, label=_("Title"))
    pictures = blocks.ListBlock(PictureBlock(), min_num=1, label=_("Pictures"))

    class Meta:
        icon = "image"
        label = _("Gallery")
        label_format = "{title}"
        template = "stories/blocks/gallery.html"


def pictures_in(value: Any) -> list[Any]:
    """Return the struct values of all picture blocks directly in `value`, a picture or gallery block's value."""
    return list(value["pictures"]) if "pictures" in value else [value]
