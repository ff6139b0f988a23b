"""The newsroom of the tests with everything that a page can show, and the addresses of every kind of page."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from tests import factories
from tests.delivery.tracing.paper import START, Paper, Rendering, paper, render
from wagtail.documents.models import Document
from wagtail_footnotes.models import Footnote

from standfirst.delivery import fragments
from standfirst.stories.actions.make_renditions import make_renditions
from standfirst.stories.lists import PAGE_SIZE
from standfirst.stories.models import Article, Edition, NewsroomSettings, Section
from standfirst.syndication.sitemaps.places import SHARE

VIDEO = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"


@dataclass
class WholePaper(Paper):
    """With a story of every block, a section of two full pages, and a counterpart that is not public yet."""

    everything: Article
    document: Document
    note: Footnote
    long: Section
    counterpart: Article


def whole_paper() -> WholePaper:
    """Make it."""
    made = paper()
    make_renditions(picture=made.picture)
    settings = NewsroomSettings.objects.get()
    settings.ai_crawlers, settings.security_contact = "licence", "mailto:security@ridgeline.example"
    settings.save()
    document = Document.objects.create(title="A report", file=ContentFile(b"%PDF-1.7\n", name="report.pdf"))
    note = Footnote(uuid=uuid.uuid4(), text="<p>Where it comes from.</p>")
    everything = factories.story(
        made.armenia,
        "Everything",
        slug="everything",
        published_at=START + timedelta(days=5),
        body=json.dumps(_body(made, document, note)),
    )
    everything.footnotes = [note]
    everything.save_revision().publish()
    long = factories.section(Edition.objects.get(pk=made.edition.pk), "Long")
    for number in range(2 * PAGE_SIZE):
        moment = START - timedelta(days=number + 1)
        factories.story(long, f"Long {number}", slug=f"long-{number}", published_at=moment)
    counterpart = made.first.copy_for_translation(factories.locale("ka"), copy_parents=True)
    return WholePaper(**vars(made), everything=everything, document=document, note=note, long=long,
                      counterpart=Article.objects.get(pk=counterpart.pk))  # fmt: skip


def _body(made: Paper, document: Document, note: Footnote) -> list[dict[str, Any]]:
    entry = {"picture": made.picture.pk, "caption": "", "credit": "", "alt": "", "decorative": False, "width": "text"}
    linked = f'<a linktype="page" id="{made.second.pk}">there</a> <a linktype="document" id="{document.pk}">file</a>'
    values: dict[str, Any] = {
        "paragraph": f'<p>See {linked}.<footnote id="{note.uuid}">x</footnote></p>',
        "heading": {"text": "A heading", "level": "2"},
        "picture": entry,
        "gallery": {"title": "Pictures", "pictures": [{"type": "item", "value": entry}]},
        "teaser": {"story": made.first.pk},
        "fact_box": {"title": "Facts", "text": f"<p>{linked}</p>"},
        "embed": {"url": VIDEO, "title": "A film", "caption": "", "poster": made.picture.pk},
        "document": {"document": document.pk, "title": ""},
        "audio": {"file": document.pk, "title": "", "caption": "", "transcript": ""},
        "appeal": {"title": "", "text": ""},
    }
    return [{"type": name, "value": value} for name, value in values.items()]


def addresses(made: WholePaper) -> dict[str, int]:
    """Every kind of page, and the status that it has in the newsroom as it was made."""
    feeds = [
        f"{place}feed.{kind}"
        for place in ("/en/", "/en/georgia/", "/en/topics/railways/", "/en/threads/a-border/")
        for kind in ("xml", "atom", "json")
    ]
    story = "http://testserver/en/georgia/first/"
    there = (
        *("/en/", "/ka/", "/en/georgia/", "/en/georgia/batumi/", "/en/armenia/", "/en/long/"),
        *("/en/long/?page=1", "/en/long/?page=2"),
        *("/en/georgia/first/", "/en/georgia/second/", "/en/armenia/other/", "/en/armenia/everything/"),
        *("/en/topics/", "/en/topics/railways/", "/en/threads/", "/en/threads/a-border/"),
        *("/en/contributors/", "/en/contributors/nino-example/", "/en/contributors/nino-example/feed.xml"),
        *("/en/about/", "/en/corrections/"),
        *("/en/archive/", "/en/archive/2025/03/", "/en/archive/2025/03/02/"),
        *("/en/search/", "/en/search/?q=railway", "/en/search/?q=nothingofit", "/en/search/suggest/?q=rail"),
        *("/en/opensearch.xml", *feeds),
        *("/sitemap.xml", f"/sitemaps/{made.first.pk // SHARE}.xml", f"/sitemaps/{made.counterpart.pk // SHARE}.xml"),
        *("/news-sitemap.xml", "/robots.txt", "/license.xml", "/.well-known/security.txt"),
        *("/favicon.ico", "/icon.svg", "/icon-192.png", "/apple-touch-icon.png", "/site.webmanifest"),
        *("/paper/colours-1.css", f"/oembed?url={story}", f"/oembed?format=xml&url={story}"),
        *(f"{name}@/en/" for name in sorted(fragments.names())),
    )
    absent = ("/en/georgia/unknown/", "/en/nowhere/unknown/", "/old-address/", "/ka/georgia/first/", "/sitemaps/9.xml")
    moved = {"/": 302, "/corrections/": 302, "/somewhere-else/": 301, "/en/armenia/killed/": 410}
    return {**moved, **dict.fromkeys(there, 200), **dict.fromkeys(absent, 404)}


def render_all(places: dict[str, int]) -> dict[str, Rendering]:
    return {address: render(address) for address in places}
