"""The containers of a front page."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

ARTICLE = "stories.Article"


def pinned(maximum: int) -> Any:
    """A list of stories that editors pin by hand, in their order."""
    return blocks.ListBlock(
        blocks.PageChooserBlock(ARTICLE), max_num=maximum, default=[], collapsed=True, label=_("Pinned stories")
    )


class LeadContainer(blocks.StructBlock):
    """The lead and two to four secondary stories."""

    pinned = pinned(5)
    secondary = blocks.IntegerBlock(min_value=2, max_value=4, default=3, label=_("Secondary stories"))

    class Meta:
        icon = "title"
        label = _("Lead")


class SectionStrip(blocks.StructBlock):
    """Stories of one section side by side."""

    section = blocks.PageChooserBlock("stories.Section", label=_("Section"))
    pinned = pinned(4)
    size = blocks.IntegerBlock(min_value=2, max_value=8, default=4, label=_("Stories"))

    class Meta:
        icon = "folder-open-inverse"
        label = _("Section strip")


class LatestContainer(blocks.StructBlock):
    """The latest stories that stand nowhere else on the page."""

    title = blocks.CharBlock(required=False, label=_("Title"))
    size = blocks.IntegerBlock(min_value=2, max_value=20, default=8, label=_("Stories"))

    class Meta:
        icon = "list-ul"
        label = _("Latest")


class PicksContainer(blocks.StructBlock):
    """Editor's picks."""

    size = blocks.IntegerBlock(min_value=1, max_value=8, default=4, label=_("Stories"))

    class Meta:
        icon = "pick"
        label = _("Editor's picks")


class PopularContainer(blocks.StructBlock):
    """What is read most. The list changes by itself, and a story may stand elsewhere on the page as well."""

    period = blocks.ChoiceBlock(
        choices=[("hours", _("Three hours")), ("day", _("Day")), ("week", _("Week"))], default="day", label=_("Period")
    )
    size = blocks.IntegerBlock(min_value=3, max_value=10, default=5, label=_("Stories"))

    class Meta:
        icon = "list-ol"
        label = _("Most popular")


class ThreadContainer(blocks.StructBlock):
    """One ongoing story with its latest chapters."""

    thread = blocks.PageChooserBlock("stories.Thread", label=_("Thread"))
    pinned = pinned(3)
    size = blocks.IntegerBlock(min_value=1, max_value=6, default=3, label=_("Stories"))

    class Meta:
        icon = "link"
        label = _("Thread")


class OpinionRow(blocks.StructBlock):
    """Opinion pieces, each with its contributor."""

    pinned = pinned(4)
    size = blocks.IntegerBlock(min_value=2, max_value=4, default=3, label=_("Stories"))

    class Meta:
        icon = "openquote"
        label = _("Opinion row")


class ContributorRow(blocks.StructBlock):
    """The people behind the paper."""

    title = blocks.CharBlock(required=False, label=_("Title"))
    contributors = blocks.ListBlock(
        blocks.PageChooserBlock("stories.Contributor"), min_num=1, max_num=6, label=_("Contributors")
    )

    class Meta:
        icon = "group"
        label = _("Contributor row")


class LetterBox(blocks.StructBlock):
    """A word from the editors, with a link."""

    title = blocks.CharBlock(label=_("Title"))
    text = blocks.RichTextBlock(features=["bold", "italic", "link"], label=_("Text"))
    signature = blocks.CharBlock(required=False, label=_("Signature"))

    class Meta:
        icon = "mail"
        label = _("Letter box")


class AppealContainer(blocks.StructBlock):
    """The appeal. Without words of its own it uses the edition's."""

    title = blocks.CharBlock(required=False, label=_("Headline"))
    text = blocks.TextBlock(required=False, label=_("Text"))

    class Meta:
        icon = "group"
        label = _("Appeal")


class FrontBlocks(blocks.StreamBlock):
    """Containers from top to bottom."""

    lead = LeadContainer()
    section = SectionStrip()
    latest = LatestContainer()
    picks = PicksContainer()
    popular = PopularContainer()
    thread = ThreadContainer()
    opinion = OpinionRow()
    contributors = ContributorRow()
    letter_box = LetterBox()
    appeal = AppealContainer()
