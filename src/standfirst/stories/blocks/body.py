"""The blocks of a text. Their names are stored in every story: never rename one without a migration."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock

from standfirst.stories.blocks.media import AudioBlock, DocumentBlock, EmbedBlock, VideoBlock
from standfirst.stories.blocks.pictures import ChoiceOfLook, GalleryBlock, PictureBlock
from standfirst.theme.richtext import sanitised

PARAGRAPH_FEATURES = [
    "bold",
    "italic",
    "superscript",
    "subscript",
    "strikethrough",
    "link",
    "document-link",
    "footnotes",
]
INLINE_FEATURES = ["bold", "italic", "link", "document-link", "footnotes"]


STAFF_ONLY = frozenset({"unconverted", "preview_end"})
"""Blocks that say something to editors and nothing to readers."""


def is_for_staff(context: dict[str, Any] | None) -> bool:
    """Say whether the REST API answers a request with a valid token of somebody who may work in the desk."""
    request = (context or {}).get("request")
    return request is not None and bool(request.user.has_perm("wagtailadmin.access_admin"))


class HeadingBlock(blocks.StructBlock):
    """A heading inside the text."""

    text = blocks.CharBlock(label=_("Heading"))
    level = ChoiceOfLook(choices=[("2", "2"), ("3", "3"), ("4", "4")], default="2", label=_("Level"))

    class Meta:
        icon = "title"
        label = _("Heading")
        template = "stories/blocks/heading.html"


class QuoteBlock(blocks.StructBlock):
    """What somebody said or wrote, in full."""

    text = blocks.RichTextBlock(features=INLINE_FEATURES, label=_("Quotation"))
    attribution = blocks.CharBlock(required=False, label=_("Attribution"))
    source_url = blocks.URLBlock(required=False, label=_("Address of the source"))

    class Meta:
        icon = "openquote"
        label = _("Quote")
        template = "stories/blocks/quote.html"


class PullQuoteBlock(blocks.StructBlock):
    """A sentence set apart."""

    text = blocks.TextBlock(label=_("Quotation"))
    attribution = blocks.CharBlock(required=False, label=_("Attribution"))

    class Meta:
        icon = "openquote"
        label = _("Pull quote")
        template = "stories/blocks/pull_quote.html"


class StoryChooserBlock(blocks.PageChooserBlock):
    """Chooses a story; reading it fetches what a card shows and not the whole text."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"page_type": "stories.Article", **kwargs})

    def bulk_to_python(self, values: Iterable[int]) -> list[Any]:
        keys = list(values)
        stories = self.model_class.objects.for_cards().in_bulk(keys)
        return [stories.get(key) for key in keys]


class TeaserBlock(blocks.StructBlock):
    """Another story of ours, always with its current headline, standfirst and picture."""

    story = StoryChooserBlock(label=_("Story"))

    class Meta:
        icon = "doc-full-inverse"
        label = _("Story teaser")
        template = "stories/blocks/teaser.html"


class AppealBlock(blocks.StructBlock):
    """Where the appeal stands in this story. Without words of its own it uses the edition's."""

    title = blocks.CharBlock(required=False, label=_("Headline"))
    text = blocks.TextBlock(required=False, label=_("Text"))

    class Meta:
        icon = "group"
        label = _("Appeal")
        template = "stories/blocks/appeal.html"


class FactBoxBlock(blocks.StructBlock):
    """Background beside the story."""

    title = blocks.CharBlock(label=_("Title"))
    text = blocks.RichTextBlock(features=[*INLINE_FEATURES, "ul", "ol"], label=_("Text"))

    class Meta:
        icon = "info-circle"
        label = _("Fact box")
        template = "stories/blocks/fact_box.html"


class ListItemsBlock(blocks.StructBlock):
    """A list of short texts."""

    ordered = blocks.BooleanBlock(required=False, label=_("Numbered"))
    items = blocks.ListBlock(blocks.RichTextBlock(features=INLINE_FEATURES), min_num=1, label=_("Entries"))

    class Meta:
        icon = "list-ul"
        label = _("List")
        label_format = "{items}"
        template = "stories/blocks/list.html"


class TimelineBlock(blocks.StructBlock):
    """Events in their order."""

    title = blocks.CharBlock(required=False, label=_("Title"))
    events = blocks.ListBlock(
        blocks.StructBlock(
            [
                ("date", blocks.CharBlock(label=_("Date"))),
                ("text", blocks.RichTextBlock(features=INLINE_FEATURES, label=_("What happened"))),
            ]
        ),
        min_num=1,
        label=_("Events"),
    )

    class Meta:
        icon = "date"
        label = _("Timeline")
        template = "stories/blocks/timeline.html"


class TableBlock(blocks.StructBlock):
    """A table with column headings and a caption, which stand in its own form."""

    table = TypedTableBlock(
        [
            ("text", blocks.CharBlock(required=False, label=_("Text"))),
            ("number", blocks.CharBlock(required=False, label=_("Number"))),
            ("rich_text", blocks.RichTextBlock(required=False, features=INLINE_FEATURES, label=_("Text with links"))),
        ],
        label=_("Table"),
    )
    source = blocks.CharBlock(required=False, label=_("Source"))

    class Meta:
        icon = "table"
        label = _("Table")
        template = "stories/blocks/table.html"


class DividerBlock(blocks.StaticBlock):
    """A pause in the text."""

    class Meta:
        icon = "horizontalrule"
        label = _("Divider")
        admin_text = _("A pause in the text.")
        template = "stories/blocks/divider.html"


class HtmlBlock(blocks.RawHTMLBlock):
    """HTML by an administrator, sanitised against an allow-list whenever it is shown."""

    def get_api_representation(self, value: Any, context: dict[str, Any] | None = None) -> Any:
        """Sanitised for readers; staff with a token get what they wrote, for they may write it back."""
        return value if is_for_staff(context) else str(sanitised(value))

    class Meta:
        icon = "code"
        label = _("HTML")
        group = _("Administrators")
        template = "stories/blocks/html.html"


class UnconvertedBlock(blocks.StructBlock):
    """Something an import could not turn into a block: kept whole, shown to editors, hidden from readers."""

    name = blocks.CharBlock(label=_("What it was"), search_index=False)
    source = blocks.TextBlock(label=_("Its source"), search_index=False)

    class Meta:
        icon = "warning"
        label = _("Not converted")
        group = _("Imported")
        template = "stories/blocks/unconverted.html"


class BodyBlocks(blocks.StreamBlock):
    """Everything a text may hold, in the order the editor's menu shows it."""

    paragraph = blocks.RichTextBlock(
        features=PARAGRAPH_FEATURES, label=_("Paragraph"), icon="pilcrow", template="stories/blocks/paragraph.html"
    )
    heading = HeadingBlock()
    picture = PictureBlock()
    gallery = GalleryBlock()
    quote = QuoteBlock()
    pull_quote = PullQuoteBlock()
    teaser = TeaserBlock()
    appeal = AppealBlock()
    fact_box = FactBoxBlock()
    list = ListItemsBlock()
    table = TableBlock()
    embed = EmbedBlock()
    audio = AudioBlock()
    video = VideoBlock()
    document = DocumentBlock()
    timeline = TimelineBlock()
    divider = DividerBlock()
    html = HtmlBlock()
    unconverted = UnconvertedBlock()

    def get_api_representation(self, value: Any, context: dict[str, Any] | None = None) -> Any:
        """As Wagtail's, without what readers may not see; staff with a token get it, or writing back would lose it."""
        entries = super().get_api_representation(value, context)
        return entries if is_for_staff(context) else [entry for entry in entries if entry["type"] not in STAFF_ONLY]

    class Meta:
        block_counts = {"appeal": {"max_num": 1}}


class PreviewEndBlock(blocks.StaticBlock):
    """Where the part of a closed story ends that everybody may read. Readers never see the block itself."""

    class Meta:
        icon = "lock"
        label = _("Preview ends here")
        admin_text = _("If the story is not open to everybody, only the text above is.")
        template = "stories/blocks/preview_end.html"


class StoryBlocks(BodyBlocks):
    """The text of a story, which may be closed."""

    preview_end = PreviewEndBlock()

    class Meta:
        block_counts = {"appeal": {"max_num": 1}, "preview_end": {"max_num": 1}}
