"""What the head of a page tells machines, worked out from what the template has at hand already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from wagtail.models import Page

from standfirst.stories.context import Paper
from standfirst.stories.models import Article, Contributor, Edition, InformationPage, Section
from standfirst.stories.models.base import EDITION_DEPTH
from standfirst.stories.reading import word_count
from standfirst.syndication.addresses import FEED_NAMES, SiteAddress, feed_address, site_address
from standfirst.syndication.feeds.build import LIST_PAGES
from standfirst.syndication.pictures import PictureFile, picture_file
from standfirst.syndication.structured.graph import Node, breadcrumbs, graph
from standfirst.syndication.structured.lists import information_node, list_node, profile_node, website_node
from standfirst.syndication.structured.organisation import organisation
from standfirst.syndication.structured.story import StoryFacts, image_node, last_change, story_node
from standfirst.syndication.text import iso_time, shortened

DESCRIPTION_LENGTH = 300
MEDIA_TYPES = {"rss": "application/rss+xml", "atom": "application/atom+xml", "json": "application/feed+json"}
# Open Graph wants a territory with the language.
OG_LOCALES = {"en": "en_GB", "ru": "ru_RU", "ka": "ka_GE", "hy": "hy_AM", "az": "az_AZ", "fa": "fa_IR"}
NOT_INDEXED = "noindex"
# Lets search engines show the lead picture large, which Google's Discover asks for.
INDEXED = "max-image-preview:large"


@dataclass(frozen=True)
class FeedLink:
    url: str
    media_type: str
    title: str


@dataclass(frozen=True)
class Card:
    """The picture of a card in a social network."""

    file: PictureFile
    alt: str


@dataclass(frozen=True, kw_only=True)
class Head:
    """Everything `syndication/head.html` writes. Addresses are absolute; without `canonical` only `robots` counts."""

    robots: str
    canonical: str = ""
    title: str = ""
    description: str = ""
    site_name: str = ""
    og_type: str = "website"
    og_locale: str = ""
    og_alternates: list[str] = field(default_factory=list)
    alternates: list[tuple[str, str]] = field(default_factory=list)
    """Language code (or x-default) and address of each counterpart, this page included."""
    feeds: list[FeedLink] = field(default_factory=list)
    card: Card | None = None
    published: str = ""
    modified: str = ""
    section: str = ""
    authors: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    oembed: str = ""
    structured: SafeString = field(default_factory=SafeString)


def build_head(context: Mapping[str, Any]) -> Head:
    """Return the head of the page that `context` is rendered for. An article's costs at most two queries."""
    request: HttpRequest | None = context.get("request")
    page = context.get("page")
    if request is None or _is_no_place(context, request, page):
        return Head(robots=NOT_INDEXED)
    paper = context.get("paper") or Paper(request)
    site = site_address(request)
    if isinstance(page, Article):
        return _StoryHead(context, paper, site, page).build()
    return _PlaceHead(context, paper, site, page if isinstance(page, Page) else None).build()


def _is_no_place(context: Mapping[str, Any], request: HttpRequest, page: Any) -> bool:
    """Whether this is no page of the site: an error, a preview, a killed story."""
    return (
        "exception" in context
        or "request_path" in context
        or getattr(request, "is_preview", False)
        or bool(getattr(page, "killed_at", None))
        or getattr(page, "live", True) is False
    )


class _PlaceHead:
    """The head of any page; `page` is `None` where the address is no page of the tree (archive, corrections)."""

    og_type = "website"

    def __init__(self, context: Mapping[str, Any], paper: Any, site: SiteAddress, page: Any) -> None:
        self.context, self.paper, self.site, self.page = context, paper, site, page
        self.request: HttpRequest = context["request"]
        self.url = self._canonical()
        self.counterparts = [
            (link.code, site.absolute(link.url)) for link in paper.editions if page is not None and link.is_counterpart
        ]

    def build(self) -> Head:
        return Head(
            robots=NOT_INDEXED if self._is_search() else INDEXED,
            canonical=self.url,
            title=self.title,
            description=shortened(self.description, DESCRIPTION_LENGTH),
            site_name=self.paper.name,
            og_type=self.og_type,
            og_locale=OG_LOCALES.get(self.paper.lang, ""),
            og_alternates=[OG_LOCALES[code] for code, _url in self._others() if code in OG_LOCALES],
            alternates=self._alternates(),
            feeds=self._feeds(),
            card=self._card(),
            structured=graph(self._nodes()),
            **self._extras(),
        )

    @property
    def title(self) -> str:
        if isinstance(self.page, Edition) or self.page is None:
            return str(self.paper.name)
        return str(self.page.seo_title or self.page.title)

    @property
    def description(self) -> str:
        page = self.page
        if page is None:
            return str(self.paper.motto)
        return str(
            page.search_description or getattr(page, "standfirst", "") or getattr(page, "job", "") or self.paper.motto
        )

    def _is_search(self) -> bool:
        return self.page is None and "query" in self.context

    def _canonical(self) -> str:
        if self.page is None:
            return self.site.absolute(self.request.path)
        url = self.site.of_path(self.page.url_path)
        number = getattr(self.context.get("stories"), "number", None)
        return f"{url}?{urlencode({'page': number})}" if number else url

    def _others(self) -> list[tuple[str, str]]:
        return [(code, url) for code, url in self.counterparts if url != self.url]

    def _alternates(self) -> list[tuple[str, str]]:
        """Counterparts for hreflang; a numbered page of a list has none, for lists differ between editions."""
        if len(self.counterparts) < 2 or self.url not in {url for _code, url in self.counterparts}:
            return []
        default = f"{self.site.root}/" if isinstance(self.page, Edition) else self.counterparts[0][1]
        return [*self.counterparts, ("x-default", default)]

    def _feeds(self) -> list[FeedLink]:
        """The page's own feed in every format, and the edition's."""
        name, links = self.paper.name, []
        if isinstance(self.page, LIST_PAGES):
            own = self.site.of_path(self.page.url_path)
            title = name if isinstance(self.page, Edition) else f"{name} – {self.page.title}"
            links = [FeedLink(feed_address(own, kind), MEDIA_TYPES[kind], title) for kind in FEED_NAMES]
        if not isinstance(self.page, Edition):
            links.append(FeedLink(self.site.absolute(self.paper.feed_url), MEDIA_TYPES["rss"], name))
        return links

    def _card(self) -> Card | None:
        picture = getattr(self.page, "picture", None)
        file = picture_file(picture, self.site) if picture else None
        return Card(file, picture.alt_text) if picture and file else None

    def _extras(self) -> dict[str, Any]:
        return {}

    def _nodes(self) -> list[Node]:
        nodes = [organisation(self.paper, self.site)]
        page, language = self.page, self.paper.lang
        if isinstance(page, Edition):
            nodes.append(website_node(self.paper.name, self.url, language, self.site))
        elif isinstance(page, Contributor):
            card = self._card()
            nodes.append(profile_node(page, self.url, language, card.file.url if card else "", self.site))
        elif isinstance(page, InformationPage):
            nodes.append(information_node(page, self.url, language, self.site))
        elif page is not None:
            nodes.append(list_node(page, self.url, language, self._stories_shown(), self.site))
        if page is not None and not isinstance(page, Edition):
            nodes.append(breadcrumbs(self._trail()))
        return nodes

    def _stories_shown(self) -> list[Article]:
        """The stories of a list in their order; a section's lead stands before the others."""
        lead = self.context.get("lead")
        first = [lead] if isinstance(lead, Article) else []
        return [*first, *getattr(self.context.get("stories"), "stories", ())]

    def _trail(self) -> list[tuple[str, str]]:
        """Name and address of the pages from the front page down to this one."""
        return [
            (self.paper.name if page.depth == EDITION_DEPTH else page.title, self.site.of_path(page.url_path))
            for page in [*self._above(), self.page]
        ]

    def _above(self) -> list[Any]:
        """The pages above this one: from what the page around it needs anyway, else by one query."""
        edition = self.paper.edition_at(self.page.path)
        if isinstance(self.page, Article | Section) and edition:
            return [edition, *(section for section in self.paper.trail(self.page.path) if section.pk != self.page.pk)]
        if edition is None or self.page.depth == EDITION_DEPTH:
            return list(self.page.get_ancestors().filter(depth__gte=EDITION_DEPTH).order_by("depth"))
        between = [self.page.path[: depth * Page.steplen] for depth in range(EDITION_DEPTH + 1, self.page.depth)]
        return [edition, *(Page.objects.filter(path__in=between).order_by("depth") if between else ())]


class _StoryHead(_PlaceHead):
    """The head of an article."""

    og_type = "article"

    @property
    def title(self) -> str:
        return str(self.page.social_headline or self.page.title)

    @property
    def description(self) -> str:
        return str(self.page.social_text or self.page.search_description or self.page.teaser_text)

    def _card(self) -> Card | None:
        lead = self.context.get("lead")
        picture, alt = (lead.picture, lead.alt) if lead else (None, "")
        if self.page.social_picture_id and self.page.social_picture_id != getattr(picture, "pk", None):
            picture, alt = self.page.social_picture, self.page.social_picture.alt_text
        file = picture_file(picture, self.site) if picture else None
        return Card(file, alt) if file else None

    def _extras(self) -> dict[str, Any]:
        story, people = self.page, self.context.get("bylines", ())
        published = story.first_published_at
        corrections = self.context.get("corrections", ())
        address = urlencode({"url": self.url, "format": "json"})
        return {
            "published": iso_time(published) if published else "",
            "modified": iso_time(last_change(story, corrections)) if published else "",
            "section": story.section.title if story.section else "",
            "authors": [self.site.of_path(each.contributor.url_path) for each in people if each.contributor.live],
            "tags": self._topics(),
            "oembed": self.site.absolute(f"{reverse('oembed')}?{address}"),
        }

    def _topics(self) -> list[str]:
        return [topic.title for topic in self.context.get("topics", ())]

    def _nodes(self) -> list[Node]:
        lead, bylines = self.context.get("lead"), self.context.get("bylines", ())
        file = picture_file(lead.picture, self.site) if lead else None
        facts = StoryFacts(
            site=self.site,
            url=self.url,
            language=self.paper.lang,
            bylines=bylines,
            corrections=self.context.get("corrections", ()),
            topics=self._topics(),
            translations=self._others(),
            image=image_node(file, lead, bylines, self.site) if lead and file else None,
            words=word_count(self.page),
            sources=self.context.get("sources", ()),
        )
        return [organisation(self.paper, self.site), story_node(self.page, facts), breadcrumbs(self._trail())]
