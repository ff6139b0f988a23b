"""What the page of a search shows: stories with what was found in them, and ways on when there are none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext

from standfirst.delivery import trace
from standfirst.delivery.tracing.declare import any_key, key_of, table_key
from standfirst.discovery.search import finding
from standfirst.discovery.search.asking import A_PAGE, LAST_PAGE, Question
from standfirst.discovery.search.engines.interface import TooSlowError
from standfirst.discovery.search.models import PublicDocument
from standfirst.stories.cards import public_stories, with_bylines
from standfirst.stories.models import Contributor
from standfirst.stories.models.article import StoryType
from standfirst.theme import language

if TYPE_CHECKING:
    from standfirst.discovery.search.finding import Found
    from standfirst.stories.context import Paper
    from standfirst.stories.models import Article, Edition

MOST_CONTRIBUTORS = 500
INDENT = "– "
SEARCHED = "searched"
"""`searched:7` changes with every row that readers' searches in edition 7 find; declared in `apps`."""


@dataclass(frozen=True)
class Result:
    """A story that was found; `headline` and `passage` are safe HTML with `<mark>` around what was looked for."""

    story: Article
    headline: SafeString
    passage: SafeString


@dataclass(frozen=True)
class Elsewhere:
    """Another edition in which the words are found."""

    name: str
    code: str
    dir: str
    url: str
    total: int
    is_at_least: bool


@dataclass(frozen=True)
class Choice:
    """Something a search can be narrowed to."""

    value: str
    name: str
    is_chosen: bool


@dataclass(frozen=True)
class Narrowing:
    """One way in which a search is narrowed, and the address of the search without it."""

    name: str
    value: str
    without: str


def depend_on_searches(edition: Edition) -> None:
    """Let the page depend on all that searches in `edition` find, by one key: a new story may answer any question.

    And on the edition's public list: the search leaves out what is in the index and, for the moment, not there.
    """
    keys = key_of(SEARCHED, edition.pk), key_of("list", edition.list_key)
    trace.record(*keys, table_key(PublicDocument._meta.db_table))


def found_for(question: Question, edition: Edition, *, size: int = A_PAGE) -> Found:
    """Ask the search for `size` hits."""
    depend_on_searches(edition)
    with trace.untraced():
        found = finding.find(question.query(edition.pk, size=size))
    if found.was_stopped:
        trace.keep_private("a search took too long")
    return found


def results(found: Found) -> list[Result]:
    """The public ones among the stories that were found, in their order."""
    stories = public_stories([hit.story_id for hit in found.hits])
    with_bylines(stories.values())
    return [
        Result(stories[hit.story_id], hit.headline_html, hit.passage_html)
        for hit in found.hits
        if hit.story_id in stories
    ]


def elsewhere(question: Question, paper: Paper) -> list[Elsewhere]:
    """The other editions in which the words alone are found, and how often; none after one that took too long."""
    links = {link.code: link for link in paper.editions}
    there: list[Elsewhere] = []
    for edition in paper.other_editions:
        depend_on_searches(edition)
        link = links[edition.language_code]
        try:
            with trace.untraced():
                found = finding.counted(edition.pk, edition.language_code, question.text)
        except TooSlowError:
            trace.keep_private("a look into another edition took too long")
            break
        if found.total:
            url = f"{edition.url}search/{question.widened().address()}"
            there.append(Elsewhere(link.name, link.code, link.dir, url, found.total, found.is_at_least))
    return there


@dataclass(frozen=True)
class Turning:
    """Where a page of results stands among the others; addresses are "" where there is none."""

    number: int
    last: int
    before: str
    after: str

    @classmethod
    def of(cls, question: Question, total: int) -> Turning:
        last = max(1, min(LAST_PAGE, -(-total // A_PAGE)))
        number = question.page
        before = question.address(page=min(number - 1, last)) if number > 1 else ""
        return cls(number, last, before, question.address(page=number + 1) if number < last else "")


class Choices:
    """What a search of one edition can be narrowed to, with what `question` has chosen."""

    def __init__(self, question: Question, paper: Paper, edition: Edition) -> None:
        self.question = question
        self.paper = paper
        self.edition = edition

    @property
    def sections(self) -> list[Choice]:
        """The edition's sections, each followed by those below it."""
        chosen, paper = self.question.section, self.paper
        return [
            self._choice(section.pk, f"{indent}{section.title}", chosen)
            for outer in paper.sections_in(self.edition.path)
            for indent, section in [("", outer), *((INDENT, inner) for inner in paper.sections_in(outer.path))]
        ]

    @property
    def contributors(self) -> list[Choice]:
        """The edition's contributors by name. A page depends on all of them by one key, not by hundreds."""
        trace.record(any_key(Contributor._meta.db_table))
        with trace.untraced():
            # By their keys, and these in no order: a database that begins with the pages of the edition, or with the
            # order of pages, reads every story of the archive.
            keys = list(Contributor.objects.order_by().values_list("pk", flat=True))
            people = Contributor.objects.filter(pk__in=keys).descendant_of(self.edition).live().order_by("title")
            names = list(people.values_list("pk", "title")[:MOST_CONTRIBUTORS])
        return [self._choice(pk, name, self.question.contributor) for pk, name in names]

    @property
    def types(self) -> list[Choice]:
        """The kinds of journalism."""
        return [
            Choice(kind.value, language.capitalised(str(kind.label)), kind.value == self.question.story_type)
            for kind in StoryType
        ]

    def narrowings(self) -> Iterator[Narrowing]:
        """How the search is narrowed now; what it names may be gone meanwhile, and then has no name."""
        asked = self.question
        for name, field, choices in (
            (gettext("Section"), "section", self.sections if asked.section else []),
            (gettext("Contributor"), "contributor", self.contributors if asked.contributor else []),
            (gettext("Type"), "story_type", self.types if asked.story_type else []),
        ):
            if value := getattr(asked, field):
                chosen = next((choice.name.removeprefix(INDENT) for choice in choices if choice.is_chosen), "…")
                yield Narrowing(name, chosen, asked.address(**{field: type(value)()}))
        if asked.since:
            yield Narrowing(pgettext("dates of a search", "From"), language.day(asked.since), asked.address(since=None))
        if asked.until:
            yield Narrowing(pgettext("dates of a search", "To"), language.day(asked.until), asked.address(until=None))

    @staticmethod
    def _choice(pk: int, name: str, chosen: int | None) -> Choice:
        return Choice(str(pk), name, pk == chosen)


def did_you_mean(question: Question, found: Found) -> tuple[str, str]:
    """Other words that find more and their address, two empty texts when there are none."""
    words = found.searched_for or found.did_you_mean
    return (words, replace(question, text=words).address()) if words else ("", "")
