"""The newsroom at the top of the tree, and its editions: one front page and one tree a language."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList, TabbedInterface
from wagtail.fields import StreamField
from wagtail.models import Site

from standfirst.stories import public_fields
from standfirst.stories.blocks.front import FrontBlocks
from standfirst.stories.models.base import SitePage


class Newsroom(SitePage):
    """The root of the site. Its address leads to the default edition."""

    max_count = 1
    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]
    subpage_types: ClassVar[list[str]] = ["stories.Edition"]

    class Meta:
        verbose_name = _("newsroom")

    def default_edition(self) -> Edition | None:
        """The edition readers get at `/`: the first live one by tree order."""
        return Edition.objects.child_of(self).live().first()

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        edition = self.default_edition()
        return redirect(edition.get_url(request) if edition else "wagtailadmin_home")


class Edition(SitePage):
    """The site in one language, with its own front page, sections and words."""

    # Without a name of its own the link's way back would be `page.edition`, which articles need for their own field.
    page_ptr = models.OneToOneField(
        "wagtailcore.Page", parent_link=True, related_name="as_edition", on_delete=models.CASCADE
    )

    motto = models.CharField(_("motto"), max_length=160, blank=True, help_text=_("Stands under the nameplate."))
    front = StreamField(
        FrontBlocks(),
        blank=True,
        verbose_name=_("front page"),
        help_text=_("Containers from top to bottom. What you do not pin fills itself with the latest stories."),
    )
    footer_text = models.CharField(
        _("footer line"), max_length=250, blank=True, help_text=_("For example who owns the newsroom.")
    )
    contact_email = models.EmailField(_("contact"), blank=True)
    postal_address = models.TextField(_("postal address"), blank=True)
    appeal_title = models.CharField(_("appeal headline"), max_length=120, blank=True)
    appeal_text = models.TextField(_("appeal text"), blank=True)
    appeal_button = models.CharField(_("appeal button"), max_length=60, blank=True)

    parent_page_types: ClassVar[list[str]] = ["stories.Newsroom"]
    subpage_types: ClassVar[list[str]] = [
        "stories.Section",
        "stories.ContributorIndex",
        "stories.ThreadIndex",
        "stories.TopicIndex",
        "stories.InformationPage",
    ]
    template = "stories/front.html"
    api_fields = public_fields.EDITION

    content_panels: ClassVar[list[Any]] = [FieldPanel("title"), FieldPanel("motto"), FieldPanel("front")]
    words_panels: ClassVar[list[Any]] = [
        FieldPanel("footer_text"),
        FieldPanel("contact_email"),
        FieldPanel("postal_address"),
        MultiFieldPanel(
            [FieldPanel("appeal_title"), FieldPanel("appeal_text"), FieldPanel("appeal_button")],
            heading=_("Appeal"),
        ),
    ]
    edit_handler = TabbedInterface(
        [
            ObjectList(content_panels, heading=_("Front page")),
            ObjectList(words_panels, heading=_("Words")),
            ObjectList(SitePage.promote_panels, heading=_("Promote")),
            ObjectList(SitePage.settings_panels, heading=_("Settings")),
        ]
    )

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")

    @property
    def edition_page(self) -> Edition:
        return self

    def _edition_for(self, request: HttpRequest) -> Edition:
        return self

    @property
    def language_code(self) -> str:
        return str(self.locale.language_code)

    @property
    def list_key(self) -> str:
        """Names the list of all stories of this edition; see `ListedStory`."""
        return f"edition:{self.pk}"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from standfirst.stories.front import compose_front

        context = super().get_context(request, *args, **kwargs)
        context["containers"] = compose_front(self)
        return context


def site_root() -> Newsroom | None:
    """The newsroom of the default site, or `None` before `standfirst init`."""
    site = Site.objects.select_related("root_page").filter(is_default_site=True).first()
    return site.root_page.specific if site and isinstance(site.root_page.specific, Newsroom) else None
