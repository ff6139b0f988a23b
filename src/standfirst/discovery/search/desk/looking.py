"""Finds stories for staff: by words through the search, without words through the database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from wagtail.models import Page
from wagtail.permissions import policy_registry

from standfirst.accounts.models import User
from standfirst.discovery.search import finding
from standfirst.discovery.search.asking import plain
from standfirst.discovery.search.desk.states import UnderWay, stories_in, words_for
from standfirst.discovery.search.finding import LAST_HIT, Query
from standfirst.stories.models import Article, Edition, Section

A_PAGE = 20


@dataclass(frozen=True)
class Row:
    """A story as the desk's list shows it; `headline` and `passage` are safe HTML, `passage` empty without words."""

    story: Article
    headline: SafeString | str
    passage: SafeString | str
    state: str | Promise
    may_edit: bool


@dataclass(frozen=True)
class Looked:
    """One page of what was found in one edition. `is_at_least`: there are more than `total`.

    `did_you_mean`: words that find more, or "". `is_instead`: these are what is shown, since those typed found nothing.
    `was_stopped`: the search took too long, and nothing is known.
    """

    edition: Edition
    rows: list[Row]
    total: int
    number: int = 1
    last: int = 1
    is_at_least: bool = False
    did_you_mean: str = ""
    is_instead: bool = False
    was_stopped: bool = False


class Looking:
    """One look by `user` for what a valid `given` (the form's cleaned data) asks."""

    def __init__(self, user: User, given: dict[str, Any]) -> None:
        self.user = user
        self.given = given
        self.under_way = UnderWay.read()

    def editions(self) -> list[Edition]:
        """The editions looked at: the chosen one, or all of them."""
        chosen = self.given.get("edition")
        return [chosen] if chosen else list(Edition.objects.select_related("locale").order_by("path"))

    def page(self, edition: Edition, number: int, *, size: int = A_PAGE) -> Looked:
        """Return page `number` of what fits in `edition`."""
        return self._by_words(edition, number, size) if self.given.get("q") else self._listed(edition, number, size)

    def _listed(self, edition: Edition, number: int, size: int) -> Looked:
        """Without words: what fits, changed last first."""
        found = self._fitting().filter(edition=edition).order_by(F("latest_revision_created_at").desc(nulls_last=True))
        total = found.count()
        last = max(1, -(-total // size))
        number = min(number, last)
        stories = list(_for_rows(found)[(number - 1) * size : number * size])
        return Looked(edition, self._rows([(story, story.draft_title, "") for story in stories]), total, number, last)

    def _by_words(self, edition: Edition, number: int, size: int) -> Looked:
        """With words: the search's order, among the stories that the user may see."""
        found = finding.find(self._query(edition, number, size))
        last = max(1, -(-min(found.total, LAST_HIT) // size))
        if number > last:
            return self._by_words(edition, last, size)
        fitting = _for_rows(self._fitting().filter(pk__in=[hit.story_id for hit in found.hits])).in_bulk()
        rows = self._rows(
            [
                (fitting[hit.story_id], hit.headline_html, hit.passage_html)
                for hit in found.hits
                if hit.story_id in fitting
            ]
        )
        meant, is_instead = found.searched_for or found.did_you_mean, bool(found.searched_for)
        more = found.is_at_least
        return Looked(edition, rows, found.total, number, last, more, meant, is_instead, found.was_stopped)

    def _query(self, edition: Edition, number: int, size: int) -> Query:
        given = self.given
        section, person = given.get("section"), given.get("contributor")
        return Query(
            edition_id=edition.pk,
            text=plain(edition.slug, given["q"]),
            section=section.pk if section else None,
            contributor=person.pk if person else None,
            story_type=given.get("type") or "",
            since=given.get("since"),
            until=given.get("until"),
            order="date" if given.get("order") == "date" else "relevance",
            page=number,
            size=size,
            staff=True,
            among=None if self._may_see_all else self._fitting().filter(edition=edition),
        )

    @property
    def _may_see_all(self) -> bool:
        """Whether every story fits, so that the search need not look at each."""
        return self.user.is_superuser and not self.given.get("state")

    def _fitting(self) -> QuerySet[Article]:
        """What the user may see of what the form asks beside words."""
        seen = policy_registry.get_by_type(Page).explorable_instances(self.user)
        found = Article.objects.filter(page_ptr__in=seen).filter(
            stories_in(self.given.get("state") or "", self.under_way)
        )
        if self.given.get("q"):  # the search has looked at the rest
            return found
        return self._narrowed(found)

    def _narrowed(self, found: QuerySet[Article]) -> QuerySet[Article]:
        given = self.given
        if section := given.get("section"):
            found = found.filter(section__in=Section.objects.descendant_of(section, inclusive=True))
        if person := given.get("contributor"):
            found = found.filter(pk__in=Article.objects.filter(bylines__contributor=person).values("pk"))
        if given.get("type"):
            found = found.filter(story_type=given["type"])
        if given.get("since"):
            found = found.filter(latest_revision_created_at__date__gte=given["since"])
        if given.get("until"):
            found = found.filter(latest_revision_created_at__date__lte=given["until"])
        return found

    def _rows(self, found: Iterable[tuple[Article, SafeString | str, SafeString | str]]) -> list[Row]:
        return [
            Row(
                story,
                headline,
                passage,
                words_for(story, self.under_way),
                bool(story.permissions_for_user(self.user).can_edit()),
            )
            for story, headline, passage in found
        ]


def _for_rows(found: QuerySet[Article]) -> QuerySet[Article]:
    return found.select_related("section", "edition", "locked_by").defer("body")
