"""Make the tree a newsroom starts with."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from wagtail.models import Locale, Page, Site

from standfirst.stories.models import (
    ContributorIndex,
    Edition,
    InformationPage,
    Newsroom,
    NewsroomSettings,
    ThreadIndex,
    TopicIndex,
)

DEFAULT_PORTS = {"http": 80, "https": 443}


@transaction.atomic
def open_newsroom(*, name: str, base_url: str, language: str | None = None) -> Newsroom:
    """Make the newsroom, its site and its settings; the pages that Wagtail's own start brings are removed.

    Args:
        name: the outlet's name, as readers see it.
        base_url: where the site is reached, for example `https://ridgeline.example`.
        language: code of the language of the newsroom itself; by default the default edition's.
    """
    root = Page.objects.get(depth=1)
    for page in root.get_children().filter(slug="home", content_type__model="page"):
        page.delete()
    root.refresh_from_db()
    locale, _created = Locale.objects.get_or_create(language_code=language or settings.LANGUAGE_CODE)
    newsroom = Newsroom(title=name, slug="newsroom", locale=locale)
    root.add_child(instance=newsroom)
    address = urlsplit(base_url)
    site, _created = Site.objects.update_or_create(
        is_default_site=True,
        defaults={
            "hostname": address.hostname or "localhost",
            "port": address.port or DEFAULT_PORTS.get(address.scheme, 80),
            "root_page": newsroom,
            "site_name": name,
        },
    )
    NewsroomSettings.objects.update_or_create(site=site, defaults={"name": name})
    return newsroom


@transaction.atomic
def open_edition(*, newsroom: Newsroom, language: str, motto: str = "") -> Edition:
    """Open the edition in `language` with its lists and the pages every newsroom needs.

    Editions opened later join the first one as translations, so that the language switch finds its way.

    Raises:
        ValueError: `language` is none of `settings.LANGUAGES`.
    """
    names = dict(settings.LANGUAGES)
    if language not in names:
        raise ValueError(f"No edition can be opened in {language!r}: choose one of {', '.join(names)}.")
    locale, _created = Locale.objects.get_or_create(language_code=language)
    first = Edition.objects.child_of(newsroom).first()
    with translation.override(language):
        edition = Edition(title=names[language], slug=language, locale=locale, motto=motto, front=STARTING_FRONT)
        if first:
            edition.translation_key = first.translation_key
        newsroom.add_child(instance=edition)
        for page in _starting_pages():
            if first:
                _join(page, first)
            page.locale = locale
            edition.add_child(instance=page)
    return edition


STARTING_FRONT = [
    {"type": "lead", "value": {"pinned": [], "secondary": 3}},
    {"type": "picks", "value": {"size": 4}},
    {"type": "latest", "value": {"title": "", "size": 8}},
]


def _starting_pages() -> list[Page]:
    kind = InformationPage.Kind
    return [
        ContributorIndex(title=_("Contributors"), slug="contributors"),
        ThreadIndex(title=_("Threads"), slug="threads"),
        TopicIndex(title=_("Topics"), slug="topics"),
        InformationPage(title=_("Masthead"), slug="masthead", kind=kind.MASTHEAD),
        InformationPage(title=_("Ethics"), slug="ethics", kind=kind.ETHICS),
        InformationPage(title=_("How we are funded"), slug="funding", kind=kind.FUNDING),
        InformationPage(title=_("Become a member"), slug="join", kind=kind.JOIN, in_footer=False),
    ]


def _join(page: Page, first: Edition) -> None:
    """Make `page` the translation of its counterpart in the first edition, where that still exists."""
    counterpart = type(page).objects.child_of(first).filter(slug=page.slug).first()
    if counterpart:
        page.translation_key = counterpart.translation_key
