"""What the newsroom sets once for all editions: name, nameplate, colours, links."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.models import Orderable

from standfirst.stories.access import Access
from standfirst.stories.models.section import colour_validator
from standfirst.stories.nameplates import DARK_PAPER, LIGHT_PAPER, check_readable, checked_nameplate


class AiCrawlers(models.TextChoices):
    """What robots.txt tells crawlers that gather text for language models."""

    ALLOW = "allow", _("allow")
    LICENCE = "licence", _("ask for a licence")
    REFUSE = "refuse", _("refuse")


@register_setting(icon="site")
class NewsroomSettings(BaseSiteSetting, ClusterableModel):
    """The newsroom's face: the same in every edition."""

    name = models.CharField(_("name"), max_length=80, default="Newsroom")
    nameplate = models.FileField(
        _("nameplate"), upload_to="nameplate/", blank=True, help_text=_("SVG or PNG. Empty: the name, set in type.")
    )
    nameplate_dark = models.FileField(_("nameplate on dark"), upload_to="nameplate/", blank=True)
    accent = models.CharField(_("accent colour"), max_length=7, default="#8c1c2f", validators=[colour_validator])
    accent_dark = models.CharField(
        _("accent colour on dark"), max_length=7, default="#f0a3ad", validators=[colour_validator]
    )
    legal_name = models.CharField(_("legal name"), max_length=160, blank=True)
    founded = models.PositiveSmallIntegerField(_("founded in"), null=True, blank=True)
    security_contact = models.CharField(
        _("security contact"), max_length=200, blank=True, help_text=_("mailto: or https: address for security.txt.")
    )
    ai_crawlers = models.CharField(
        _("AI crawlers"), max_length=8, choices=AiCrawlers.choices, default=AiCrawlers.REFUSE
    )
    default_access = models.CharField(
        _("who may read new stories"),
        max_length=12,
        choices=Access.choices,
        default=Access.OPEN,
        help_text=_("What a new story begins with. Stories that exist stay as they are."),
    )
    ai_licence_url = models.URLField(_("licence terms for AI crawlers"), blank=True)

    panels: ClassVar[list[Any]] = [
        MultiFieldPanel([FieldPanel("name"), FieldPanel("legal_name"), FieldPanel("founded")], heading=_("Name")),
        MultiFieldPanel([FieldPanel("nameplate"), FieldPanel("nameplate_dark")], heading=_("Nameplate")),
        MultiFieldPanel([FieldPanel("accent"), FieldPanel("accent_dark")], heading=_("Colours")),
        InlinePanel("social_links", heading=_("Social networks"), label=_("link")),
        FieldPanel("default_access"),
        FieldPanel("security_contact"),
        MultiFieldPanel([FieldPanel("ai_crawlers"), FieldPanel("ai_licence_url")], heading=_("AI crawlers")),
    ]

    class Meta:
        verbose_name = _("newsroom")

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Check that the colours can be read and that the nameplates are drawings and nothing else."""
        super().clean()
        errors: dict[str, ValidationError] = {}
        for field, paper in (("accent", LIGHT_PAPER), ("accent_dark", DARK_PAPER)):
            try:
                colour_validator(getattr(self, field))
                check_readable(getattr(self, field), paper)
            except ValidationError as error:
                errors[field] = error
        for field in ("nameplate", "nameplate_dark"):
            try:
                self._take_nameplate(field)
            except ValidationError as error:
                errors[field] = error
        if errors:
            raise ValidationError(errors)

    def _take_nameplate(self, field: str) -> None:
        """Replace what was uploaded by what may be served."""
        uploaded = getattr(self, field)
        if not uploaded or uploaded._committed:
            return
        content, suffix = checked_nameplate(uploaded.read())
        setattr(self, field, ContentFile(content, name=Path(uploaded.name).stem + suffix))


class SocialLink(Orderable):
    """Where the newsroom can be followed elsewhere."""

    settings = ParentalKey(NewsroomSettings, on_delete=models.CASCADE, related_name="social_links")
    label = models.CharField(_("label"), max_length=40)
    url = models.URLField(_("address"))

    panels: ClassVar[list[Any]] = [FieldPanel("label"), FieldPanel("url")]

    def __str__(self) -> str:
        return self.label
