"""What of a story is looked at: its words, and the facts that relate it to others."""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from django.utils import timezone

from standfirst.discovery.related.models import StoryProfile
from standfirst.discovery.related.reckoning.profiles import Text, pack_sketch, profile
from standfirst.stories.access import stored_blocks
from standfirst.stories.models import Article, Byline, ListedStory

WORDED = frozenset({"title", "text", "attribution", "items", "events", "caption", "value", "table", "rows", "values"})
"""Names of the fields of blocks that hold words; addresses, sizes and keys of other objects are none."""
SILENT = frozenset({"appeal", "embed", "teaser", "preview_end", "document", "unconverted"})
"""Blocks that say nothing about the story itself."""
LONGEST = 60_000
"""Characters of a body that are read: some 10,000 words."""
FIELDS = (
    "title",
    "standfirst",
    "body",
    "section_id",
    "thread_id",
    "edition_id",
    "translation_key",
    "locale__language_code",
    "first_published_at",
)
_TAG = re.compile(r"<[^>]*>")


def text_of(article: Article) -> Text:
    """Return the words of `article`, whoever may read them: its neighbours tell nobody what is in it."""
    body = " ".join(_words_in(block["value"]) for block in stored_blocks(article) if block["type"] not in SILENT)
    return Text(article.title, _plain(article.standfirst), body[:LONGEST])


def _plain(marked: str) -> str:
    return html.unescape(_TAG.sub(" ", marked)) if "<" in marked or "&" in marked else marked


def _words_in(value: Any) -> str:
    return " ".join(_strings(value))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield _plain(value)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)
    elif isinstance(value, dict):
        for name, item in value.items():
            if name in WORDED:
                yield from _strings(item)


def write_profiles(story_ids: Collection[int], now: datetime | None = None) -> int:
    """Let the profiles of these stories agree with the stories; return how many were written.

    A story that is public no longer loses its profile. Safe to repeat: what did not change is not written.
    """
    moment = now or timezone.now()
    listed = dict(
        ListedStory.objects.filter(article_id__in=story_ids, list_key__startswith="edition:").values_list(
            "article_id", "published_at"
        )
    )
    known = dict(StoryProfile.objects.filter(pk__in=story_ids).values_list("pk", "digest"))
    StoryProfile.objects.filter(pk__in=set(known) - set(listed)).delete()
    fresh = list(_rows(listed, known, moment))
    fields = [field.name for field in StoryProfile._meta.concrete_fields if not field.primary_key]
    StoryProfile.objects.bulk_create(
        fresh, update_conflicts=True, unique_fields=["article"], update_fields=fields, batch_size=100
    )
    return len(fresh)


def _rows(listed: dict[int, datetime], known: dict[int, str], moment: datetime) -> Iterator[StoryProfile]:
    articles = Article.objects.filter(pk__in=listed).select_related("locale").only(*FIELDS)
    topics = _by_story(Article.topics.through.objects.filter(article_id__in=listed), "topic_id")
    people = _by_story(Byline.objects.filter(article_id__in=listed), "contributor_id")
    for article in articles:
        text = text_of(article)
        facts = {
            "edition_id": article.edition_id,
            "section_id": article.section_id,
            "thread_id": article.thread_id,
            "topics": topics.get(article.pk, []),
            "people": people.get(article.pk, []),
            "published_at": listed[article.pk],
            "translation_key": article.translation_key,
        }
        language = article.locale.language_code
        digest = digest_of(text, language, facts)
        if known.get(article.pk) != digest:
            found = profile(text, language)
            yield StoryProfile(
                article_id=article.pk,
                **facts,
                digest=digest,
                sketch=pack_sketch(found.sketch),
                packed=found.pack(),
                changed_at=moment,
            )


def _by_story(links: Any, column: str) -> dict[int, list[int]]:
    found: dict[int, set[int]] = {}
    for story, other in links.values_list("article_id", column):
        found.setdefault(story, set()).add(other)
    return {story: sorted(others) for story, others in found.items()}


def digest_of(text: Text, language: str, facts: dict[str, Any]) -> str:
    """Name the state of everything that relates a story to others: another digest, another look."""
    told = json.dumps([text.headline, text.standfirst, text.body, language, facts], default=str, ensure_ascii=False)
    return hashlib.blake2b(told.encode(errors="surrogatepass"), digest_size=16).hexdigest()
