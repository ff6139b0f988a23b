"""Finding stories by their words: the one door to the search, whatever index stands behind it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from heapq import nlargest
from typing import Any, Literal

from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.safestring import SafeString

from standfirst.discovery.search import terms
from standfirst.discovery.search.analysis.words import plain
from standfirst.discovery.search.documents import mark, type_mark
from standfirst.discovery.search.engines import away, current_index, wagtail
from standfirst.discovery.search.engines.interface import (
    MOST_CANDIDATES,
    Among,
    Candidates,
    TooSlowError,
    Wanted,
)
from standfirst.discovery.search.models import Document, PublicDocument, StaffDocument
from standfirst.discovery.search.passages import headline_html, passage_html
from standfirst.discovery.search.places import IN_A_MINUTE, first_place, places_of
from standfirst.discovery.search.spelling import corrected
from standfirst.discovery.search.suggesting import Suggestion, suggestions
from standfirst.stories.cards import public_keys
from standfirst.stories.models import Edition

__all__ = ["EXACT_TOTAL", "LAST_HIT", "Found", "Hit", "Query", "Suggestion", "counted", "find", "suggest"]
logger = logging.getLogger("standfirst.search")

EXACT_TOTAL = MOST_CANDIDATES
"""Up to here hits are counted; of more than that only "at least" is said."""
FEW = 5
"""Fewer hits than this let sounds and typing errors be looked at."""
HALF_NEW = 180
"""Days after which half of what being new counts for is gone."""
LAST_HIT = 1_000
"""Nobody turns pages further than this: what was not found among so many is found with other words."""

SHOWN_FIELDS = ("story_id", "headline", "standfirst", "text", "in_headline", "in_standfirst", "in_text")
"""What headline and passage are made of."""


@dataclass(frozen=True)
class Query:
    """What somebody looks for.

    `section`, `contributor`: primary keys of their pages; a section includes those below it. `since` and `until` are
    days of publication, both included, in the newsroom's time zone. `page` counts from 1. `staff`: search drafts and
    whole texts; only for people who have signed in to the desk. `among`: the stories that are looked at, and by which
    alone it is decided what was meant; only with `staff`.
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
    among: QuerySet[Any] | None = None


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
    `was_stopped`: the index took too long, so that nothing is known, and no page may be stored that says otherwise.
    """

    total: int = 0
    hits: list[Hit] = field(default_factory=list)
    is_at_least: bool = False
    did_you_mean: str = ""
    searched_for: str = ""
    was_stopped: bool = False


def find(query: Query) -> Found:
    """Return one page of the stories that hold the words of `query`; an odd query finds nothing and raises nothing.

    Every word must stand in the story, in some form of it; `"words in quotes"` one after the other; `-word` must not.
    Where few stories hold the words as they are written, those that hold them by their sound join them; where still
    none is found, typing errors are set right.
    """
    language = _language(query.edition_id)
    try:
        return _Search(query, language).found() if language else Found()
    except TooSlowError:
        logger.warning("a search took longer than two seconds and was stopped: %d characters", len(query.text))
        return Found(was_stopped=True)


def counted(edition_id: int, language: str, text: str) -> Candidates:
    """Return the candidates for the words `text` in an edition in `language`: their number, all of no weight.

    They are those that a search by date finds, by sound too where few stories hold the words as they are written.
    Typing errors are not set right: for that each process would have to know the words of every edition. The database
    answers also where another server searches: were that one away, each edition would have to wait for it.

    Raises TooSlowError.
    """
    return _Search(Query(edition_id, text, order="date"), language).counted()


def _language(edition_id: int) -> str:
    found = Edition.objects.filter(pk=edition_id).values_list("locale__language_code", flat=True)
    return found.first() or ""


class _Search:
    """One search in one edition."""

    def __init__(self, query: Query, language: str) -> None:
        self.query = query
        self.language = language
        self.index = current_index()
        self.model: Any = StaffDocument if query.staff else PublicDocument

    def found(self) -> Found:
        """Let the configured server search, or the database when there is none or it is away."""
        asked = terms.asked(self.query.text, self.language)
        if not asked.needed or asked.is_contradiction:
            return Found()
        if wagtail.is_elsewhere() and not self.query.staff and not away.is_away():
            try:
                return self._from_elsewhere(asked)
            except Exception as error:  # each client has errors of its own, and a search is better than their names
                away.failed(error)
                logger.exception("the search server did not answer; the database searches meanwhile")
        with self.index.turns:
            return self._from_database(asked)

    def counted(self) -> Candidates:
        """Let the database count, and show nothing."""
        asked = terms.asked(self.query.text, self.language)
        if not asked.needed or asked.is_contradiction:
            return Candidates()
        with self.index.turns:
            return self._with_sounds(asked)[1]

    def _from_elsewhere(self, asked: terms.Asked) -> Found:
        answer = wagtail.ask(self.query)
        found = self.model.objects.filter(story_id__in=answer.keys).only(*SHOWN_FIELDS)
        documents = {each.story_id: each for each in found}
        shown = [documents[key] for key in answer.keys if key in documents]
        return Found(answer.total, self._hits(shown, asked.by_sound(all_words=True)), answer.is_at_least)

    def _from_database(self, asked: terms.Asked) -> Found:
        """Look the words up as they are, by sound, and corrected, as far as each step finds too little."""
        asked, candidates = self._with_sounds(asked)
        meant = ""
        if candidates.total < FEW:
            meant = corrected(plain(self.query.text[: terms.LONGEST_QUERY]), self.query.edition_id)
        if not meant:
            return self._page(asked, candidates)
        other, instead = self._with_sounds(terms.asked(meant, self.language))
        if instead.total <= candidates.total:
            return self._page(asked, candidates)
        if candidates.total:
            return replace(self._page(asked, candidates), did_you_mean=meant)
        return replace(self._page(other, instead), did_you_mean=meant, searched_for=meant)

    def _with_sounds(self, asked: terms.Asked) -> tuple[terms.Asked, Candidates]:
        strict, loose = asked.by_sound(all_words=False), asked.by_sound(all_words=True)
        candidates = self._candidates(strict)
        if candidates.total >= FEW or strict == loose:
            return strict, candidates
        wider = self._candidates(loose)
        return (loose, wider) if wider.total > candidates.total else (strict, candidates)

    def _candidates(self, asked: terms.Asked) -> Candidates:
        query = self.query
        narrowed = (("section", query.section), ("contributor", query.contributor))
        marks = [mark(kind, key) for kind, key in narrowed if key]
        if query.story_type:
            marks.append(type_mark("".join(sign for sign in query.story_type if sign.isalnum())))
        first, last = places_of(query.edition_id)
        if query.since:
            first = self._begin_of(query.since)
        if query.until:
            last = self._begin_of(query.until + timedelta(days=1)) - 1
        table, by_date = self.model._meta.db_table, query.order == "date"
        try:
            among = _keys_of(query.among) if query.among is not None else None
        except EmptyResultSet:
            return Candidates()
        return self.index.candidates(Wanted(asked, tuple(marks), table, first, last, by_date, among=among))

    def _begin_of(self, day: date) -> int:
        """The first place of a day in the newsroom's time zone."""
        return first_place(self.query.edition_id, timezone.make_aware(datetime.combine(day, time.min)))

    def _page(self, asked: terms.Asked, candidates: Candidates) -> Found:
        today = first_place(self.query.edition_id, timezone.now())
        start = max(0, self.query.page - 1) * self.query.size
        end = min(start + self.query.size, LAST_HIT)
        shown = ranked(candidates.weights, by_date=self.query.order == "date", today=today, first=end)[start:]
        rows = self.model.objects.filter(pk__in=shown).values_list("pk", *SHOWN_FIELDS, named=True)
        documents = {row.pk: row for row in rows}
        hits = self._hits([documents[place] for place in shown if place in documents], asked)
        return Found(candidates.total, hits, candidates.is_at_least)

    def _hits(self, documents: Sequence[Document], asked: terms.Asked) -> list[Hit]:
        """What is shown of `documents`; readers get none of a story that is public no longer."""
        keys = {each.story_id for each in documents}
        shown = keys if self.query.staff else public_keys(keys)
        return [
            Hit(document.story_id, headline_html(document, asked), passage_html(document, asked))
            for document in documents
            if document.story_id in shown
        ]


def _keys_of(stories: QuerySet[Any]) -> Among:
    """Return what gives the keys of `stories`. Raises EmptyResultSet where there can be none."""
    return Among(*stories.order_by().values("pk").query.sql_with_params())


def ranked(weights: dict[int, float], *, by_date: bool, today: int, first: int) -> list[int]:
    """Return the `first` places in the order they are shown in: the newest first, or by weight with some regard to age.

    `today`: the place of a story that is published now.

    A story of today counts half as much again as an old one of the same weight, one of `HALF_NEW` days a quarter more.
    """
    if by_date:
        return nlargest(first, weights)
    half = HALF_NEW * 24 * 60 * IN_A_MINUTE
    aged = [(weight * (1 + 0.5 * 0.5 ** (max(0, today - at) / half)), at) for at, weight in weights.items()]
    return [at for _weight, at in nlargest(first, aged)]


def suggest(edition_id: int, prefix: str, limit: int = 8) -> list[Suggestion]:
    """Return at most `limit` things of the edition that begin with what was typed so far; names in any script."""
    return suggestions(edition_id, prefix, limit)
