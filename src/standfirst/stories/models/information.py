"""Pages that are not stories: masthead, ethics, how we are funded."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField

from standfirst.stories import public_fields
from standfirst.stories.blocks.body import BodyBlocks
from standfirst.stories.models.base import IndexedText, SitePage


class InformationPage(SitePage, IndexedText):
    """Something about the newsroom itself. The kind lets the footer and machines find it."""

    class Kind(models.TextChoices):
        MASTHEAD = "masthead", _("Masthead")
        ETHICS = "ethics", _("Ethics")
        FUNDING = "funding", _("How we are funded")
        CONTACT = "contact", _("Contact")
        PRIVACY = "privacy", _("Privacy")
        JOIN = "join", _("Become a member")
        OTHER = "other", _("Other")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.OTHER)
    in_footer = models.BooleanField(_("show in the footer"), default=True)
    body = StreamField(BodyBlocks(), blank=True, verbose_name=_("text"))

    parent_page_types: ClassVar[list[str]] = ["stories.Edition", "stories.InformationPage"]
    subpage_types: ClassVar[list[str]] = ["stories.InformationPage"]
    template = "stories/information.html"
    api_fields = public_fields.INFORMATION

    content_panels: ClassVar[list[Any]] = [
        *SitePage.content_panels,
        FieldPanel("standfirst"),
        FieldPanel("body"),
        FieldPanel("kind"),
        FieldPanel("in_footer"),
    ]

    class Meta:
        verbose_name = _("information page")
        verbose_name_plural = _("information pages")
