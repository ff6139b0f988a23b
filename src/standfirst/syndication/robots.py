"""`/robots.txt` (RFC 9309) and, for crawlers that gather text for language models, `/license.xml` (RSL 1.0).

The newsroom chooses between three answers to such crawlers. *Allow* says nothing about them. *Refuse* names each of
them and closes the site. *Ask for a licence* closes it too and says where the terms are: a crawler that cannot read the
licence must not take silence for consent, and one that obtains a licence is told by its contract, not by this file.
"""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

from django.conf import settings as django_settings
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe

from standfirst.stories.models import AiCrawlers, NewsroomSettings
from standfirst.syndication.addresses import SiteAddress, site_address
from standfirst.syndication.conditional import conditional
from standfirst.syndication.xml_stream import XmlStream

RSL = "https://rslstandard.org/rsl"
# No page for readers is here: the desk, sign-in, the API and pages made for one question each.
CLOSED = ("/desk/", "/accounts/", "/api/", "/oembed")


class CrawlerList(NamedTuple):
    """The crawlers of `data/ai_crawlers.toml`, and when somebody last looked at them."""

    reviewed: date
    names: tuple[str, ...]


@cache
def ai_crawlers() -> CrawlerList:
    data = tomllib.loads((Path(__file__).parent / "data" / "ai_crawlers.toml").read_text())
    return CrawlerList(data["reviewed"], tuple(crawler["name"] for crawler in data["crawler"]))


@require_safe
def robots(request: HttpRequest) -> HttpResponseBase:
    """Say where crawlers may go."""
    site = site_address(request)
    lines = robots_lines(NewsroomSettings.for_site(site.site), site)
    return conditional(request, "\n".join(lines) + "\n", "text/plain; charset=utf-8")


def robots_lines(settings: NewsroomSettings, site: SiteAddress) -> list[str]:
    """Return the lines of robots.txt."""
    searches = [f"/{code}/search/" for code, _name in django_settings.LANGUAGES]
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in (*CLOSED, *searches)), ""]
    if settings.ai_crawlers != AiCrawlers.ALLOW:
        crawlers = ai_crawlers()
        lines.append(f"# Crawlers that gather text for language models, as known on {crawlers.reviewed.isoformat()}")
        lines += [*(f"User-agent: {name}" for name in crawlers.names), "Disallow: /", ""]
    if settings.ai_crawlers == AiCrawlers.LICENCE:
        lines += [f"License: {site.absolute(reverse('licence'))}", ""]
    lines += [f"Sitemap: {site.absolute(reverse(name))}" for name in ("sitemap", "news_sitemap")]
    return lines


@require_safe
def licence(request: HttpRequest) -> HttpResponseBase:
    """Serve the terms for language models in RSL: searching is free, training and answering need a licence.

    Raises:
        Http404: the newsroom asks for no licence.
    """
    site = site_address(request)
    settings = NewsroomSettings.for_site(site.site)
    if settings.ai_crawlers != AiCrawlers.LICENCE:
        raise Http404("The newsroom asks for no licence.")
    return conditional(request, licence_document(settings), "application/rsl+xml; charset=utf-8")


def licence_document(settings: NewsroomSettings) -> str:
    """Return the RSL 1.0 document; without an address of terms it permits searching and nothing else."""
    stream = XmlStream()
    stream.start("rsl", {"xmlns": RSL})
    stream.start("content", {"url": "/"})
    stream.start("license")
    stream.element("permits", "search", {"type": "usage"})
    stream.end("license")
    if settings.ai_licence_url:
        stream.start("license")
        stream.element("permits", "ai-all", {"type": "usage"})
        stream.start("payment", {"type": "purchase"})
        stream.element("custom", settings.ai_licence_url)
        stream.end("payment")
        stream.end("license")
    stream.element("copyright", settings.legal_name or settings.name, {"type": "organization"})
    if settings.ai_licence_url:
        stream.element("terms", settings.ai_licence_url)
    stream.end("content")
    stream.end("rsl")
    return "".join(stream.taken(whole=True))
