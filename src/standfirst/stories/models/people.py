"""Contributors: the people whose names stand in bylines."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.fields import RichTextField
from wagtail.models import Orderable
from wagtail.search import index

from standfirst.stories import public_fields
from standfirst.stories.lists import StoryList
from standfirst.stories.models.base import SitePage


class Role(models.TextChoices):
    """What a contributor did for a story."""

    REPORTER = "reporter", _("reporter")
    TRANSLATOR = "translator", _("translator")
    PHOTOGRAPHER = "photographer", _("photographer")
    EDITOR = "editor", _("editor")
    ILLUSTRATOR = "illustrator", _("illustrator")


class ContributorIndex(SitePage):
    """The list of an edition's contributors."""

    max_count_per_parent = 1
    parent_page_types: ClassVar[list[str]] = ["stories.Edition"]
    subpage_types: ClassVar[list[str]] = ["stories.Contributor"]
    template = "stories/contributor_index.html"

    class Meta:
        verbose_name = _("list of contributors")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["contributors"] = Contributor.objects.child_of(self).live().select_related("picture").order_by("title")
        return context


class Contributor(SitePage):
    """A person who writes, photographs, translates or draws; the title is the name."""

    job = models.CharField(_("job"), max_length=120, blank=True, help_text=_("For example: correspondent in Tbilisi"))
    biography = RichTextField(_("biography"), blank=True, features=["bold", "italic", "link"])
    picture = models.ForeignKey(
        "stories.Picture",
        verbose_name=_("picture"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    public_email = models.EmailField(_("public e-mail"), blank=True)

    parent_page_types: ClassVar[list[str]] = ["stories.ContributorIndex"]
    subpage_types: ClassVar[list[str]] = []
    template = "stories/contributor.html"
    api_fields = public_fields.CONTRIBUTOR

    content_panels: ClassVar[list[Any]] = [
        FieldPanel("title", heading=_("Name")),
        FieldPanel("job"),
        FieldPanel("picture"),
        FieldPanel("biography"),
        FieldPanel("public_email"),
        InlinePanel("links", heading=_("Links"), label=_("link")),
    ]
    search_fields: ClassVar[list[Any]] = [*SitePage.search_fields, index.SearchField("biography")]

    class Meta:
        verbose_name = _("contributor")
        verbose_name_plural = _("contributors")

    @property
    def list_key(self) -> str:
        return f"contributor:{self.pk}"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["stories"] = StoryList(self.list_key).page(request)
        return context


class ContributorLink(Orderable):
    """An address where readers find the contributor elsewhere."""

    contributor = ParentalKey(Contributor, on_delete=models.CASCADE, related_name="links")
    label = models.CharField(_("label"), max_length=60)
    url = models.URLField(_("address"))

    panels: ClassVar[list[Any]] = [FieldPanel("label"), FieldPanel("url")]
    api_fields = public_fields.CONTRIBUTOR_LINK

    def __str__(self) -> str:
        return self.label
