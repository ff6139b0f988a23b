"""How the article's form is laid out for editors."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel, ObjectList, PageChooserPanel

STORY_PANELS: list[Any] = [
    FieldPanel("kicker"),
    FieldPanel("title", heading=_("Headline"), help_text=_("What readers see on top and in every list.")),
    FieldPanel("standfirst"),
    InlinePanel(
        "bylines",
        heading=_("Bylines"),
        label=_("byline"),
        panels=[PageChooserPanel("contributor", "stories.Contributor"), FieldPanel("role")],
    ),
    FieldPanel("dateline"),
    MultiFieldPanel(
        [FieldPanel("lead_picture"), FieldPanel("lead_caption"), FieldPanel("lead_credit"), FieldPanel("lead_alt")],
        heading=_("Lead picture"),
    ),
    FieldPanel("body"),
    InlinePanel("footnotes", heading=_("Footnotes"), label=_("footnote")),
    InlinePanel("sources", heading=_("Sources"), label=_("source"), panels=[FieldPanel("text"), FieldPanel("url")]),
]
DESK_PANELS: list[Any] = [
    FieldPanel("slugline"),
    FieldPanel("story_type"),
    PageChooserPanel("thread", "stories.Thread"),
    FieldPanel("topics"),
    FieldPanel("access"),
    FieldPanel("embargoed_until"),
    FieldPanel("needs_legal"),
    FieldPanel("is_quiet"),
    FieldPanel("ednote"),
]
SHARING_PANELS: list[Any] = [
    FieldPanel("slug"),
    FieldPanel("trail_text"),
    MultiFieldPanel([FieldPanel("seo_title"), FieldPanel("search_description")], heading=_("Search engines")),
    MultiFieldPanel(
        [FieldPanel("social_headline"), FieldPanel("social_text"), FieldPanel("social_picture")],
        heading=_("Cards in social networks"),
    ),
]
ARTICLE_TABS = [(_("Story"), STORY_PANELS), (_("Desk"), DESK_PANELS), (_("Sharing"), SHARING_PANELS)]


def add_tab(heading: Any, panels: list[Any]) -> None:
    """Give the article's form a tab of a layer above, before the last one; called when that layer's app is ready."""
    from standfirst.stories.models import Article

    Article.edit_handler.children.insert(-1, ObjectList(panels, heading=heading))
