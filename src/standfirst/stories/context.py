"""What stands on every page around its content: nameplate, editions, sections, footer. Read lazily, once a page.

A page depends on the parts of the furniture that it uses, and on no others; `furniture_parts` names them.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language
from wagtail.models import Page

from standfirst.delivery import trace
from standfirst.stories.appeals import Appeal, appeal_of, join_address
from standfirst.stories.furniture import Furniture, furniture
from standfirst.stories.furniture_parts import (
    APPEAL,
    COLOURS,
    EDITIONS,
    OFFICIAL_PAGES,
    PAGES,
    SECTIONS,
    SETTINGS,
    SITE,
    SOCIAL,
    section_key,
)
from standfirst.stories.models import Edition, InformationPage, NewsroomSettings, Section, SocialLink
from standfirst.stories.models.base import EDITION_DEPTH

EDITION_NAMES = dict(settings.LANGUAGES)


@dataclass(frozen=True)
class EditionLink:
    """An edition as the language switch shows it; `url` is this page's counterpart there, else the front page."""

    code: str
    name: str
    url: str
    current: bool
    is_counterpart: bool

    @property
    def dir(self) -> str:
        return "rtl" if self.code in settings.LANGUAGES_BIDI else "ltr"


def paper(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `paper`."""
    return {"paper": paper_of(request)}


def paper_of(request: HttpRequest) -> Paper:
    """The one `Paper` of a request, so that views and templates share what was read."""
    if not hasattr(request, "paper"):
        request.paper = Paper(request)  # type: ignore[attr-defined]
    return request.paper  # type: ignore[attr-defined]


class Paper:
    """Everything around a page's content. Nothing is asked of the database before somebody asks for it here."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @cached_property
    def _furniture(self) -> Furniture:
        """All of it: whoever reads it says which part the page then depends on, as `_with` does."""
        found = furniture()
        self.request._wagtail_site = found.site  # type: ignore[attr-defined] # where Wagtail keeps what it looks up
        return found

    def _with(self, *parts: str) -> Furniture:
        trace.record(*parts)
        return self._furniture

    @property
    def root_path(self) -> str:
        """`url_path` of the page at the top of the site."""
        return str(self._with(SITE).site.root_page.url_path)

    @property
    def settings(self) -> NewsroomSettings:
        return self._with(SETTINGS).settings

    @property
    def name(self) -> str:
        return self.settings.name

    @property
    def nameplate_url(self) -> str:
        return self.settings.nameplate.url if self.settings.nameplate else ""

    @property
    def nameplate_dark_url(self) -> str:
        return self.settings.nameplate_dark.url if self.settings.nameplate_dark else self.nameplate_url

    @property
    def social_links(self) -> list[SocialLink]:
        return self._with(SOCIAL).social_links

    @cached_property
    def colours(self) -> str:
        """The newsroom's and its sections' colours as a style sheet: inline style is forbidden here."""
        found = self._with(COLOURS)
        sections = [(section.pk, section.colour) for section in found.sections if section.colour]
        return colour_sheet(found.settings.accent, found.settings.accent_dark, sections)

    @property
    def colours_url(self) -> str:
        return reverse("colours", args=[hashlib.sha256(self.colours.encode()).hexdigest()[:12]])

    def edition_at(self, path: str) -> Edition | None:
        """The live edition in which the page at `path` of the tree stands."""
        return next((edition for edition in self._with(EDITIONS).editions if path.startswith(edition.path)), None)

    @cached_property
    def edition(self) -> Edition | None:
        """The edition that the address names, or the page's view for pages outside editions; else the default one."""
        code = getattr(self.request, "edition_code", "") or self.request.path_info.lstrip("/").partition("/")[0]
        editions = self._with(EDITIONS).editions
        return next((edition for edition in editions if edition.slug == code), next(iter(editions), None))

    @cached_property
    def editions(self) -> list[EditionLink]:
        counterparts = self._counterparts()
        return [self._link(edition, counterparts) for edition in self._with(EDITIONS).editions]

    @property
    def other_editions(self) -> list[Edition]:
        """The live editions but this one, with their addresses."""
        found = self._with(EDITIONS).editions
        return [edition for edition in found if self.edition is None or edition.pk != self.edition.pk]

    def _link(self, edition: Edition, counterparts: dict[int, str]) -> EditionLink:
        counterpart = counterparts.get(edition.locale_id)
        code = edition.language_code
        return EditionLink(
            code,
            EDITION_NAMES.get(code, str(edition.title)),
            counterpart or f"/{edition.slug}/",
            self.edition is not None and edition.pk == self.edition.pk,
            counterpart is not None,
        )

    def _counterparts(self) -> dict[int, str]:
        """Addresses of the page's public translations by locale, itself included."""
        page = getattr(self.request, "shown_page", None)
        if page is None:
            return {}
        pages = Page.objects.live().filter(translation_key=page.translation_key).exclude(depth__lt=EDITION_DEPTH)
        root = page.url_path.index("/", 1)  # where the newsroom's own part of the path ends
        return {locale: path[root:] for locale, path in pages.values_list("locale_id", "url_path")}

    @property
    def translations(self) -> list[EditionLink]:
        """The same page in other editions."""
        return [link for link in self.editions if link.is_counterpart and not link.current]

    @cached_property
    def sections(self) -> list[Section]:
        """Sections of the edition's bar."""
        if self.edition is None:
            return []
        return [section for section in self.sections_in(self.edition.path) if section.navigation]

    def sections_in(self, path: str) -> list[Section]:
        """The live sections directly below the page at `path` of the tree."""
        return [section for section in self._with(SECTIONS).sections if section.is_child_at(path)]

    def trail(self, path: str) -> list[Section]:
        """The live sections above and at `path` of the tree, from the outermost."""
        found = [section for section in self._furniture.sections if path.startswith(section.path)]
        trace.record(*(section_key(section.pk) for section in found))
        levels = len(path) // Page.steplen - EDITION_DEPTH - 1
        if len(found) < levels:  # one of the pages above is not public, and may become so
            trace.record(SECTIONS)
        return found

    def section(self, pk: int | None) -> Section | None:
        """The live section with this primary key."""
        if pk is not None:
            trace.record(section_key(pk))
        return next((section for section in self._furniture.sections if section.pk == pk), None)

    @cached_property
    def pages(self) -> list[InformationPage]:
        """The edition's information pages for the footer."""
        return [page for page in self._with(PAGES).pages if page.in_footer and self._is_ours(page)]

    @property
    def official_pages(self) -> list[InformationPage]:
        """The edition's information pages of a kind that machines know (masthead, ethics), in the footer or not."""
        found = self._with(OFFICIAL_PAGES).pages
        return [page for page in found if page.kind != InformationPage.Kind.OTHER and self._is_ours(page)]

    def _is_ours(self, page: InformationPage) -> bool:
        return self.edition is not None and page.is_child_at(self.edition.path)

    @property
    def appeal(self) -> Appeal | None:
        """The edition's ask for support."""
        trace.record(APPEAL)
        return appeal_of(self.edition) if self.edition else None

    @property
    def today(self) -> date:
        """The date on the newsroom's clock; the page is fresh until midnight there."""
        day = timezone.localdate()
        trace.fresh_until(timezone.make_aware(datetime.combine(day + timedelta(days=1), time())))
        return day

    @property
    def motto(self) -> str:
        return self.edition.motto if self.edition else ""

    @property
    def footer_text(self) -> str:
        return self.edition.footer_text if self.edition else ""

    @property
    def contact_email(self) -> str:
        return self.edition.contact_email if self.edition else ""

    @property
    def postal_address(self) -> str:
        return self.edition.postal_address if self.edition else ""

    @property
    def lang(self) -> str:
        return self.edition.language_code if self.edition else get_language() or settings.LANGUAGE_CODE

    @property
    def dir(self) -> str:
        return "rtl" if self.lang in settings.LANGUAGES_BIDI else "ltr"

    @property
    def front_url(self) -> str:
        return self.edition.url if self.edition else "/"

    @property
    def join_url(self) -> str:
        return join_address(self.edition, "header") if self.edition else "/join/"

    def _below_edition(self, path: str) -> str:
        return f"{self.front_url}{path}"

    @property
    def search_url(self) -> str:
        return self._below_edition("search/")

    @property
    def corrections_url(self) -> str:
        return self._below_edition("corrections/")

    @property
    def archive_url(self) -> str:
        return self._below_edition("archive/")

    @property
    def contributors_url(self) -> str:
        return self._below_edition("contributors/")

    @property
    def threads_url(self) -> str:
        return self._below_edition("threads/")

    @property
    def feed_url(self) -> str:
        return self._below_edition("feed.xml")


def colour_sheet(accent: str, accent_dark: str, sections: list[tuple[int, str]]) -> str:
    """CSS of the newsroom's accent and of each section's `--section`. Colours are checked hex triplets."""
    rules = [f":root{{--accent-light:{accent};--accent-dark:{accent_dark}}}"]
    rules += [f".section-{pk}{{--section:{colour}}}" for pk, colour in sections]
    return "\n".join(rules) + "\n"
