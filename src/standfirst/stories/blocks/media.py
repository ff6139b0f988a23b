"""Sound, film, files and what stands on other sites."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

from standfirst.stories.embeds import embed_of, title_of


class EmbedBlock(blocks.StructBlock):
    """Something on another site. Readers' browsers contact that site only when the reader asks."""

    url = blocks.URLBlock(label=_("Address"))
    title = blocks.CharBlock(required=False, label=_("Title"))
    caption = blocks.CharBlock(required=False, label=_("Caption"))
    poster = ImageChooserBlock(required=False, label=_("Picture until it is loaded"))

    def clean(self, value: Any) -> Any:
        """As Wagtail's; an empty title is asked for at the other site, which need not answer."""
        cleaned = super().clean(value)
        if not cleaned["title"]:
            cleaned["title"] = title_of(cleaned["url"])
        return cleaned

    def get_api_representation(self, value: Any, context: dict[str, Any] | None = None) -> Any:
        """As Wagtail's, with what the address was recognised as, so that an app need not keep a list of sites."""
        embed = embed_of(value["url"], title=value["title"])
        known = {"provider": embed.provider, "kind": embed.kind, "frame_url": embed.frame_url}
        return {**super().get_api_representation(value, context), **known}

    class Meta:
        icon = "media"
        label = _("Embed")
        template = "stories/blocks/embed.html"


class AudioBlock(blocks.StructBlock):
    """A sound file of our own."""

    file = DocumentChooserBlock(label=_("Sound file"))
    title = blocks.CharBlock(required=False, label=_("Title"))
    caption = blocks.CharBlock(required=False, label=_("Caption"))
    transcript = blocks.TextBlock(required=False, label=_("Transcript"))

    class Meta:
        icon = "media"
        label = _("Audio")
        template = "stories/blocks/audio.html"


class VideoBlock(blocks.StructBlock):
    """A film of our own."""

    file = DocumentChooserBlock(label=_("Video file"))
    title = blocks.CharBlock(required=False, label=_("Title"))
    caption = blocks.CharBlock(required=False, label=_("Caption"))
    credit = blocks.CharBlock(required=False, label=_("Credit"))
    subtitles = DocumentChooserBlock(required=False, label=_("Subtitles (WebVTT)"))
    poster = ImageChooserBlock(required=False, label=_("Picture until it plays"))

    class Meta:
        icon = "media"
        label = _("Video")
        template = "stories/blocks/video.html"


class DocumentBlock(blocks.StructBlock):
    """A file to take away."""

    document = DocumentChooserBlock(label=_("Document"))
    title = blocks.CharBlock(required=False, label=_("Title"), help_text=_("Empty: the document's own."))

    class Meta:
        icon = "doc-full"
        label = _("Document")
        template = "stories/blocks/document.html"
