"""Finding stories by their words: the one door to the search, whatever index stands behind it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from django.utils.safestring import SafeString

EXACT_TOTAL = 1_000
"""Up to here hits are counted; of more than that only "at least" is said."""
LAST_HIT = 1_000
"""Nobody turns pages further than this: what was not found among so many is found with other words."""


@dataclass(frozen=True)
class Query:
    """What somebody looks for.

    `section`, `contributor`: primary keys of their pages; a section includes those below it. `since` and `until` are
    days of publication, both included, in the newsroom's time zone. `page` counts from 1. `staff`: search drafts and
    whole texts; only for people who have signed in to the desk.
    """

    edition_id: int
    text: str
    section: int | None = None
    contributor: int | None = None
    story_type: str = ""
    since: date | None = None
    until: date | None = None
    order: Literal["relevance", "date"] = "relevance"
    page: int = 1
    size: int = 20
    staff: bool = False


@dataclass(frozen=True)
class Hit:
    """One story that was found. Both texts are safe HTML in which `<mark>` stands around what was looked for."""

    story_id: int
    headline_html: SafeString
    passage_html: SafeString


@dataclass(frozen=True)
class Found:
    """One page of hits.

    `total` is exact up to `EXACT_TOTAL`; with `is_at_least` there are that many or more. `did_you_mean` is a query that
    finds more, or "". `searched_for` is that query when its hits are shown because the asked one had none.
    """

    total: int = 0
    hits: list[Hit] = field(default_factory=list)
    is_at_least: bool = False
    did_you_mean: str = ""
    searched_for: str = ""


@dataclass(frozen=True)
class Suggestion:
    """What somebody who types may mean: `kind` is story, section, contributor, topic, thread, or word (no `url`)."""

    text: str
    url: str
    kind: Literal["story", "section", "contributor", "topic", "thread", "word"]


def find(query: Query) -> Found:
    """Return one page of the stories that hold the words of `query`; an odd query finds nothing and raises nothing.

    Every word must stand in the story, in some form of it; `"words in quotes"` one after the other; `-word` must not.
    """
    return Found()


def suggest(edition_id: int, prefix: str, limit: int = 8) -> list[Suggestion]:
    """Return at most `limit` things of the edition that begin with what was typed so far, in any script."""
    return []
