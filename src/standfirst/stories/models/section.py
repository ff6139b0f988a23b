"""Sections: where readers find a story."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from standfirst.stories import public_fields
from standfirst.stories.cards import public_stories
from standfirst.stories.lists import ListPage, StoryList
from standfirst.stories.models.base import IndexedText, SitePage

if TYPE_CHECKING:
    from standfirst.stories.models.article import Article

colour_validator = RegexValidator(r"^#[0-9a-fA-F]{6}$", _("Give the colour as # and six digits, for example #8c1c2f."))


class Section(SitePage, IndexedText):
    """A country or a subject; sections form a tree."""

    # Without a name of its own the link's way back would be `page.section`, which articles need for their own field.
    page_ptr = models.OneToOneField(
        "wagtailcore.Page", parent_link=True, related_name="as_section", on_delete=models.CASCADE
    )

    colour = models.CharField(
        _("colour"),
        max_length=7,
        blank=True,
        validators=[colour_validator],
        help_text=_("Colour of the section's label. Empty: the newsroom's own colour."),
    )
    navigation = models.BooleanField(_("show in the section bar"), default=True)
    is_quiet = models.BooleanField(
        _("quiet section"), default=False, help_text=_("Do not ask for support here and under its stories.")
    )
    lead_story = models.ForeignKey(
        "stories.Article",
        verbose_name=_("lead story"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Stays on top of the section's front. Empty: the latest story."),
    )

    parent_page_types: ClassVar[list[str]] = ["stories.Edition", "stories.Section"]
    subpage_types: ClassVar[list[str]] = ["stories.Article", "stories.Section"]
    template = "stories/section.html"
    api_fields = public_fields.SECTION

    content_panels: ClassVar[list[Any]] = [
        *SitePage.content_panels,
        FieldPanel("standfirst"),
        FieldPanel("lead_story"),
        FieldPanel("colour"),
        FieldPanel("navigation"),
        FieldPanel("is_quiet"),
    ]

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")

    @property
    def list_key(self) -> str:
        return f"section:{self.pk}"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from standfirst.stories.context import paper_of

        context = super().get_context(request, *args, **kwargs)
        stories = StoryList(self.list_key).page(request)
        lead = self._lead(stories)
        context["lead"] = lead
        context["stories"] = stories.without(lead) if lead else stories
        context["subsections"] = paper_of(request).sections_in(self.path)
        return context

    def _lead(self, stories: ListPage) -> Article | None:
        """The story on top of the section's front: the one editors set while it is public, else the latest."""
        if stories.number is not None:
            return None
        chosen = public_stories([self.lead_story_id]) if self.lead_story_id else {}
        return next(iter([*chosen.values(), *stories.stories]), None)
