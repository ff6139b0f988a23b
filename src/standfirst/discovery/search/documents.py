"""What of a story goes into its document: for readers what everybody may read, for staff the latest state whole."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from standfirst.discovery.search.analysis.hearing import heard_in_text
from standfirst.discovery.search.analysis.stems import stem
from standfirst.discovery.search.analysis.words import plain, words
from standfirst.discovery.search.parts import SOUNDS_OF, WORDS_OF, Part
from standfirst.stories.access import stored_blocks
from standfirst.stories.models import Article, Section

LONGEST_TEXT = 120_000
"""Characters of a text that are indexed: some 20,000 words, above any story; a pasted archive file is cut."""
_CLOSED = re.compile(r"[^\w\s]\W*$")
MARKS = {"section": "0s", "contributor": "0c"}
"""How a filter stands among the marks of a document."""


@dataclass(frozen=True)
class Content:
    """The words of one story, field by field, before analysis."""

    story_id: int
    edition_id: int
    language: str
    published_at: datetime
    headline: str
    standfirst: str
    text: str
    people: Sequence[str]
    topics: Sequence[str]
    marks: Sequence[str]


def mark(kind: str, key: int | None) -> str:
    """Return the token of the filter `kind` (section, contributor) with this primary key."""
    return f"{MARKS[kind]}{key}"


def type_mark(story_type: str) -> str:
    """Return the token of the filter by type of story."""
    return f"0t{story_type}"


def public_content(article: Article, listings: Sequence[Any]) -> Content:
    """Return what everybody may find of `article`, whose rows in the public lists are `listings` (at least one)."""
    keys = [listing.list_key.split(":") for listing in listings]
    marks = [mark(kind, int(key)) for kind, *_between, key in keys if kind in MARKS]
    return _content(article, article.public_text(), marks, listings[0].published_at)


def staff_content(article: Article) -> Content:
    """Return what staff may find of `article`: its latest revision, all of its text and the newsroom's own words."""
    latest: Article = article.get_latest_revision_as_object()
    block = latest.body.stream_block
    texts = block.get_searchable_content(block.to_python(stored_blocks(latest)))
    steps = range(article.steplen, len(article.path), article.steplen)
    above = Section.objects.filter(path__in=[article.path[:end] for end in steps]).values_list("pk", flat=True)
    marks = [mark("section", key) for key in above]
    marks += [mark("contributor", byline.contributor_id) for byline in latest.bylines.all()]
    published = article.first_published_at or article.latest_revision_created_at or timezone.now()
    return _content(latest, [*texts, latest.slugline, latest.ednote], marks, published)


def _content(article: Article, texts: Iterable[str], marks: list[str], published_at: datetime) -> Content:
    return Content(
        story_id=article.pk,
        edition_id=article.edition_id or 0,  # never: the writer leaves out what is in no edition
        language=article.locale.language_code,
        published_at=published_at,
        headline=plain(article.title),
        standfirst=plain(article.standfirst),
        text=joined([*texts, *_captions(article)])[:LONGEST_TEXT],
        people=[byline.name for byline in article.bylines.all()],
        topics=[article.kicker, article.dateline, *_subjects(article)],
        marks=[*marks, type_mark(article.story_type)],
    )


def _captions(article: Article) -> list[str]:
    picture = article.lead_picture
    return [article.lead_caption or (picture.caption if picture else "")]


def _subjects(article: Article) -> list[str]:
    thread = article.thread.title if article.thread else ""
    return [thread, *(topic.title for topic in article.topics.all())]


def joined(texts: Iterable[str]) -> str:
    """Return the texts of headings, captions, cells and paragraphs as one plain text, each closed by some sign.

    A dot in the middle stands behind those that end without one, so that a passage does not run from a heading on.
    """
    found = [text for text in map(plain, texts) if text]
    closed = (text if _CLOSED.search(text) else f"{text} ·" for text in found[:-1])
    return " ".join([*closed, *found[-1:]])


def analysed(text: str, language: str) -> str:
    """Return the stems of a plain `text`, one a word and in its order, parted by single spaces."""
    return " ".join(stem(word.written, language) for word in words(text))


def sounds_of(texts: Iterable[str], language: str) -> set[str]:
    """Return by what else than their stems the words of plain `texts` are found."""
    return {heard for written in _written(texts) for heard in heard_in_text(written, language)}


def _written(texts: Iterable[str]) -> set[str]:
    return {word.written for text in texts for word in words(text)}


def _marks_of_parts(headline: str, lead: Sequence[str], language: str) -> set[str]:
    """Return the words and sounds of the most telling parts, each marked with its part."""
    found: set[str] = set()
    for part, texts in ((Part.HEADLINE, [headline]), (Part.LEAD, [headline, *lead])):
        found.update(f"{WORDS_OF[part]}{stem(written, language)}" for written in _written(texts))
        found.update(f"{SOUNDS_OF[part]}{heard}" for heard in sounds_of(texts, language))
    return found


def fields_of(content: Content) -> dict[str, Any]:
    """Return the values of a document's fields, all but its key."""
    language = content.language
    people, topics = plain(" ; ".join(content.people)), plain(" ; ".join(filter(None, content.topics)))
    lead = [content.standfirst, people, topics]
    return {
        "story_id": content.story_id,
        "edition_id": content.edition_id,
        "language": language,
        "headline": content.headline,
        "standfirst": content.standfirst,
        "text": content.text,
        "in_headline": analysed(content.headline, language),
        "in_people": analysed(people, language),
        "in_standfirst": analysed(content.standfirst, language),
        "in_topics": analysed(topics, language),
        "in_text": analysed(content.text, language),
        "sounds": " ".join(sorted(sounds_of([content.headline, content.text, *lead], language))),
        "marks": " ".join(sorted({*content.marks, *_marks_of_parts(content.headline, lead, language)})),
    }
