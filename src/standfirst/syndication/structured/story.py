"""A story as `NewsArticle` or the kind of it that schema.org knows.

Names: https://schema.org/NewsArticle. What Google reads of it:
https://developers.google.com/search/docs/appearance/structured-data/article
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from standfirst.stories.access import Access
from standfirst.stories.models import Article, Byline, Correction, Role, StoryType
from standfirst.syndication.addresses import SiteAddress
from standfirst.syndication.pictures import PictureFile
from standfirst.syndication.structured.graph import Node, known
from standfirst.syndication.structured.organisation import organisation_id
from standfirst.syndication.text import iso_time

TYPES: dict[str, str | list[str]] = {
    StoryType.NEWS: "NewsArticle",
    StoryType.ANALYSIS: "AnalysisNewsArticle",
    StoryType.OPINION: "OpinionNewsArticle",
    StoryType.FEATURE: "ReportageNewsArticle",
    StoryType.INTERVIEW: "NewsArticle",
    StoryType.EXPLAINER: "BackgroundNewsArticle",
    StoryType.LIVE: ["NewsArticle", "LiveBlogPosting"],
}
CLOSED_PART = ".story__closed"
"""The element of the story's page that holds what is not free, or the wall in its place."""
# schema.org knows authors, editors and translators of an article; everybody else is a contributor.
PROPERTIES = {Role.REPORTER: "author", Role.EDITOR: "editor", Role.TRANSLATOR: "translator"}


@dataclass(frozen=True, kw_only=True)
class StoryFacts:
    """What stands on a story's page besides the story, as its template has it."""

    site: SiteAddress
    url: str
    language: str
    bylines: Sequence[Byline]
    corrections: Sequence[Correction]
    topics: Sequence[str]
    translations: Sequence[tuple[str, str]]
    """Language code and absolute address of each counterpart, in the order of the editions."""
    image: Node | None
    words: int
    sources: Sequence[Any] = ()


def story_node(story: Article, facts: StoryFacts) -> Node:
    """Return `story` as a node that refers to its publisher by `@id`."""
    published = story.first_published_at
    return known(
        {
            "@type": TYPES[story.story_type],
            "@id": f"{facts.url}#story",
            "url": facts.url,
            "mainEntityOfPage": {"@type": "WebPage", "@id": facts.url},
            "headline": story.title,
            "alternativeHeadline": story.social_headline,
            "description": story.teaser_text,
            "image": [facts.image] if facts.image else [],
            "datePublished": iso_time(published) if published else None,
            "dateModified": iso_time(last_change(story, facts.corrections)) if published else None,
            "coverageStartTime": iso_time(published) if published and story.story_type == StoryType.LIVE else None,
            "dateline": story.dateline,
            "inLanguage": facts.language,
            "articleSection": story.section.title if story.section else "",
            "keywords": list(facts.topics),
            "wordCount": facts.words,
            **_accessibility(story),
            "publisher": {"@id": organisation_id(facts.site)},
            **_people(facts),
            "citation": [
                known({"@type": "CreativeWork", "name": each.text, "url": each.url}) for each in facts.sources
            ],
            "correction": [_correction(each) for each in facts.corrections],
            **_translations(facts),
        }
    )


def _accessibility(story: Article) -> Node:
    """Say as Google asks whether all of it is free, and which part of the page is not.

    https://developers.google.com/search/docs/appearance/structured-data/paywalled-content
    """
    if story.access == Access.OPEN:
        return {"isAccessibleForFree": True}
    closed = {"@type": "WebPageElement", "isAccessibleForFree": False, "cssSelector": CLOSED_PART}
    return {"isAccessibleForFree": False, "hasPart": closed}


def last_change(story: Article, corrections: Iterable[Correction]) -> datetime:
    """Return when readers last got something new: the publication, an update or a correction."""
    moments = [story.first_published_at, story.updated_at, *(each.published_at for each in corrections)]
    return max(moment for moment in moments if moment)


def image_node(file: PictureFile, lead: Any, bylines: Iterable[Byline], site: SiteAddress) -> Node:
    """Return the lead picture with its credit, rights and, when a byline tells, its photographer."""
    picture = lead.picture
    makers = (each.contributor for each in bylines if each.role in {Role.PHOTOGRAPHER, Role.ILLUSTRATOR})
    maker = next((person for person in makers if person.title in lead.credit), None)
    return known(
        {
            "@type": "ImageObject",
            "url": file.url,
            "contentUrl": file.url,
            "width": file.width,
            "height": file.height,
            "caption": lead.caption,
            "description": lead.alt,
            "creditText": lead.credit,
            "creator": person_node(maker, site) if maker else None,
            "copyrightNotice": picture.copyright_notice,
            "license": picture.licence_url,
        }
    )


def person_node(person: Any, site: SiteAddress) -> Node:
    """Return a contributor; the address only while their page is public."""
    return known(
        {
            "@type": "Person",
            "name": person.title,
            "jobTitle": person.job,
            "url": site.of_path(person.url_path) if person.live else None,
        }
    )


def _people(facts: StoryFacts) -> Node:
    people: Node = {}
    for byline in facts.bylines:
        people.setdefault(PROPERTIES.get(Role(byline.role), "contributor"), []).append(
            person_node(byline.contributor, facts.site)
        )
    # Without a reporter the newsroom itself answers for the story.
    people.setdefault("author", [{"@id": organisation_id(facts.site)}])
    return people


def _correction(correction: Correction) -> Node:
    return {
        "@type": "CorrectionComment",
        "text": correction.text,
        "datePublished": iso_time(correction.published_at),
    }


def _translations(facts: StoryFacts) -> Node:
    """Say which other edition has the story. One with a translator was translated from the first edition's."""
    others = [
        {"@type": "NewsArticle", "@id": f"{url}#story", "url": url, "inLanguage": language}
        for language, url in facts.translations
    ]
    if others and any(byline.role == Role.TRANSLATOR for byline in facts.bylines):
        return {"translationOfWork": others[0], "workTranslation": others[1:]}
    return {"workTranslation": others}
