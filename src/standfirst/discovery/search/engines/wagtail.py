"""Wagtail's search backends: OpenSearch or Elasticsearch, when the option `search_url` names one.

The server says which stories hold the words and in which order; headline and passage come from our own documents, and
so do all answers while the server is away. What it holds of a story is what Wagtail indexes (`Article.search_fields`):
the public part, and so it is asked by readers only. See https://docs.wagtail.org/en/stable/topics/search/backends.html.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone

from standfirst.discovery.search.engines.interface import MOST_CANDIDATES
from standfirst.discovery.search.terms import LONGEST_QUERY
from standfirst.stories.models import Article, Byline, Section

if TYPE_CHECKING:
    from datetime import date

    from standfirst.discovery.search.finding import Query

OWN = "wagtail.search.backends.database"
MOST_OF_ONE_PERSON = 10_000
"""Stories of one contributor that the server is asked about."""


@dataclass(frozen=True)
class Answer:
    """Stories of one page of hits by their keys, and how many there are (`is_at_least`: or more)."""

    keys: list[int]
    total: int
    is_at_least: bool


def is_elsewhere() -> bool:
    """Whether another server searches than the database."""
    return str(settings.WAGTAILSEARCH_BACKENDS["default"]["BACKEND"]) != OWN


def ask(query: Query) -> Answer:
    """Ask the server. Raises whatever its client raises when it is away."""
    stories = Article.objects.live().filter(edition_id=query.edition_id, **_narrowed(query))
    by_date = query.order == "date"
    if by_date:
        stories = stories.order_by("-first_published_at")
    text = query.text[:LONGEST_QUERY].replace("\x00", " ")
    found = stories.search(text, operator="and", order_by_relevance=not by_date)
    start = min(max(0, query.page - 1) * query.size, MOST_CANDIDATES)
    shown = found[start : min(start + query.size, MOST_CANDIDATES)]
    total = found.count()
    return Answer([story.pk for story in shown], min(total, MOST_CANDIDATES), total > MOST_CANDIDATES)


def _narrowed(query: Query) -> dict[str, Any]:
    """The filters of `query`, by the fields that Wagtail indexes for filtering."""
    found: dict[str, Any] = {}
    if query.section:
        outer = Section.objects.filter(pk=query.section).first()
        found["section_id__in"] = (
            list(Section.objects.descendant_of(outer, inclusive=True).values_list("pk", flat=True)) if outer else [0]
        )
    if query.contributor:
        written = Byline.objects.filter(contributor_id=query.contributor).order_by("-article_id")
        keys = written.values_list("article_id", flat=True)[:MOST_OF_ONE_PERSON]
        found["pk__in"] = list(keys) or [0]
    if query.story_type:
        found["story_type"] = query.story_type
    if query.since:
        found["first_published_at__gte"] = _begin_of(query.since)
    if query.until:
        found["first_published_at__lt"] = _begin_of(query.until + timedelta(days=1))
    return found


def _begin_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
