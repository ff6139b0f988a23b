"""The pages of the search, over an engine that answers what each test says."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import format_html
from tests import factories as make

from standfirst.discovery.search import finding, results
from standfirst.discovery.search.engines.interface import Candidates, TooSlowError
from standfirst.discovery.search.finding import EXACT_TOTAL, Found, Hit, Query, Suggestion
from standfirst.stories.models import Article, Edition

pytestmark = pytest.mark.django_db


class Engine:
    """Finds `stories` for every query unless told otherwise, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Query] = []
        self.begun: list[tuple[int, str, int]] = []
        self.suggestions: list[Suggestion] = []
        self.answer: Callable[[Query], Found] = lambda query: Found()

    def find(self, query: Query) -> Found:
        self.asked.append(query)
        found = self.answer(query)
        return replace(found, hits=found.hits[: query.size])

    def suggest(self, edition_id: int, prefix: str, limit: int = 8) -> list[Suggestion]:
        self.begun.append((edition_id, prefix, limit))
        return self.suggestions

    def finds(self, *stories: Article, **more: Any) -> None:
        hits = [
            Hit(story.pk, format_html("{}", story.title), format_html("About <mark>it</mark> {}", story.pk))
            for story in stories
        ]
        self.answer = lambda query: Found(**{"total": len(hits), "hits": hits, **more})


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Engine:
    engine = Engine()
    monkeypatch.setattr(finding, "find", engine.find)
    monkeypatch.setattr(finding, "suggest", engine.suggest)
    return engine


@pytest.fixture
def edition() -> Edition:
    return make.edition("en")


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def test_results_stand_in_the_engines_order_with_what_was_found_marked(
    client: Client, edition: Edition, engine: Engine
) -> None:
    section = make.section(edition, "Georgia")
    first, second = make.story(section, "A <b>first</b>", story_type="analysis"), make.story(section, "A second")
    engine.finds(second, first)
    html = page(client, "/en/search/?q=IT")

    assert re.findall(r'class="card__link"\s+href="([^"]+)"', html)[:2] == [second.url, first.url]
    assert f"About <mark>it</mark> {first.pk}" in html
    assert "A &lt;b&gt;first&lt;/b&gt;" in html
    assert ">Analysis</span>" in html
    assert "2 stories found" in html
    assert '<meta name="robots" content="noindex">' in html
    assert [(query.edition_id, query.text, query.staff) for query in engine.asked] == [(edition.pk, "it", False)]


def test_what_is_not_public_any_more_is_not_shown(client: Client, edition: Edition, engine: Engine) -> None:
    section = make.section(edition)
    gone, shown = make.draft(section, "Not yet public"), make.story(section, "Public")
    engine.finds(gone, shown)

    html = page(client, "/en/search/?q=public")
    assert "Not yet public" not in html
    assert shown.url in html


def test_a_closed_story_says_that_it_is_for_members(client: Client, edition: Edition, engine: Engine) -> None:
    engine.finds(make.story(make.section(edition), "Closed", access="members"))
    assert '<span class="closed-mark">Members</span>' in page(client, "/en/search/?q=closed")


def test_the_form_keeps_what_was_asked_and_each_limit_can_be_taken_away(
    client: Client, edition: Edition, engine: Engine
) -> None:
    section, person = make.section(edition, "Georgia"), make.contributor(edition, "Nino Example")
    inner = make.section(section, "Society")
    engine.finds(make.story(section, "One"), make.story(section, "Two"))
    asked = f"contributor={person.pk}&order=date&q=tea&section={inner.pk}&since=2025-01-02&type=news&until=2025-03-04"
    html = page(client, f"/en/search/?{asked}")

    for chosen in (f'"{inner.pk}" selected>– Society', f'"{person.pk}" selected>Nino Example', '"news" selected>News'):
        assert f"<option value={chosen}</option>" in html
    assert '<input type="hidden" name="order" value="date">' in html
    narrowed = re.findall(r'<a href="([^"]+)"><span>([^<]+)</span>', html)
    assert [words for _url, words in narrowed] == [
        "Section: Society",
        "Contributor: Nino Example",
        "Type: News",
        "From: 2 January 2025",
        "To: 4 March 2025",
    ]
    assert narrowed[0][0].replace("&amp;", "&") == f"?{asked}".replace(f"&section={inner.pk}", "")
    (query,) = engine.asked
    assert (query.section, query.contributor, query.story_type, query.order) == (inner.pk, person.pk, "news", "date")
    assert (str(query.since), str(query.until)) == ("2025-01-02", "2025-03-04")


def test_pages_of_results_have_addresses(client: Client, edition: Edition, engine: Engine) -> None:
    engine.finds(make.story(make.section(edition), "One"), total=EXACT_TOTAL, is_at_least=True)
    html = page(client, "/en/search/?q=tea&page=2")

    assert engine.asked[0].page == 2
    assert "More than 1,000 stories found." in html
    assert '<a href="?q=tea" rel="prev">' in html
    assert '<a href="?page=3&amp;q=tea" rel="next">' in html
    assert "Page 2 of 50" in html


def test_a_page_beyond_the_results_leads_back(client: Client, edition: Edition, engine: Engine) -> None:
    engine.answer = lambda query: Found(total=3)
    html = page(client, "/en/search/?q=tea&page=9")
    assert '<a href="?q=tea" rel="prev">' in html
    assert 'rel="next"' not in html
    assert "does not exist any more" in html


def test_nothing_found_leads_on(
    client: Client, edition: Edition, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.section(edition, "Georgia", navigation=True)
    other = make.edition("ru")
    looked: list[tuple[int, str, str]] = []

    def counted(*asked: Any) -> Candidates:
        looked.append(asked)
        return Candidates(total=7)

    monkeypatch.setattr(finding, "counted", counted)
    engine.answer = lambda query: Found(did_you_mean="pashinyan")
    html = page(client, "/en/search/?q=pashinian&type=news")
    assert "Nothing found for ‘pashinian’." in html
    assert '<a href="?q=pashinyan&amp;type=news">pashinyan</a>' in html
    assert '<a href="/ru/search/?q=pashinian" hreflang="ru"><bdi lang="ru" dir="ltr">русский</bdi>: 7</a>'.lower() in (
        " ".join(html.split()).lower()
    )
    assert '<a href="?q=pashinian">In all sections and at all times</a>' in html
    assert 'action="/en/archive/"' in html
    assert looked == [(other.pk, "ru", "pashinian")]
    assert [query.edition_id for query in engine.asked] == [edition.pk]


def test_an_edition_that_takes_too_long_is_the_last_one_looked_at(
    client: Client, edition: Edition, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.edition("ru")
    make.edition("ka")
    looked = []

    def stopped(edition_id: int, language: str, text: str) -> Candidates:
        looked.append(language)
        raise TooSlowError

    monkeypatch.setattr(finding, "counted", stopped)
    kept_private: list[str] = []
    monkeypatch.setattr(results.trace, "keep_private", kept_private.append)
    html = page(client, "/en/search/?q=pashinian")
    assert "Found in other editions" not in html
    assert len(looked) == 1
    assert kept_private == ["a look into another edition took too long"]


def test_hits_for_better_words_are_said_to_be_that(client: Client, edition: Edition, engine: Engine) -> None:
    story = make.story(make.section(edition), "Pashinyan resigns")
    engine.finds(story, did_you_mean="pashinyan", searched_for="pashinyan")
    html = page(client, "/en/search/?q=pashinian")
    assert "Nothing found for ‘pashinian’." in html
    assert "Here is what there is for ‘pashinyan’." in html
    assert story.url in html


def test_without_words_nothing_is_searched_and_the_archive_is_offered(
    client: Client, edition: Edition, engine: Engine
) -> None:
    html = page(client, "/en/search/?section=3")
    assert engine.asked == []
    assert 'action="/en/archive/"' in html
    assert "found" not in re.sub(r"<[^>]*>", "", html[html.index("<main") :])


def test_suggestions_have_the_form_that_browsers_know(client: Client, edition: Edition, engine: Engine) -> None:
    engine.suggestions = [
        Suggestion("Georgia", "/en/georgia/", "section"),
        Suggestion("geo & politics", "", "word"),
    ]
    response = client.get("/en/search/suggest/?q=%20GEO")
    assert response["Content-Type"] == "application/x-suggestions+json"
    assert json.loads(response.content) == [
        "geo",
        ["Georgia", "geo & politics"],
        ["Section", ""],
        ["/en/georgia/", "/en/search/?q=geo+%26+politics"],
    ]
    assert engine.begun == [(edition.pk, "geo", 8)]


def test_nothing_typed_asks_nothing(client: Client, edition: Edition, engine: Engine) -> None:
    assert json.loads(client.get("/en/search/suggest/?q=%20").content) == ["", [], [], []]
    assert engine.begun == []


def test_browsers_are_told_how_to_search(client: Client, edition: Edition) -> None:
    response = client.get("/en/opensearch.xml")
    xml = response.content.decode()
    assert response["Content-Type"] == "application/opensearchdescription+xml; charset=utf-8"
    assert "<ShortName>Ridgeline</ShortName>" in xml
    assert 'template="http://testserver/en/search/?q={searchTerms}"' in xml
    for address in ("/en/search/", "/en/"):
        assert 'href="/en/opensearch.xml"' in page(client, address)


def test_search_engines_are_told_how_to_search(client: Client, edition: Edition) -> None:
    graph = json.loads(re.findall(r'<script type="application/ld\+json">(.*?)</script>', page(client, "/en/"))[0])
    (site,) = [node for node in graph["@graph"] if node["@type"] == "WebSite"]
    assert site["potentialAction"]["target"]["urlTemplate"] == "http://testserver/en/search/?q={search_term_string}"


@pytest.mark.parametrize(
    "typed",
    [
        "x" * 5000,
        "*",
        '"' * 99,
        "%00",
        "%E2%80%AE%E2%80%8Ftext",
        "'; DROP TABLE stories_article; --",
        "NEAR(a b) OR title:x* ^",
        "%F0%9F%9A%86",
        "%ED%A0%80",
    ],
)
def test_odd_questions_get_an_ordinary_page(client: Client, edition: Edition, engine: Engine, typed: str) -> None:
    html = page(client, f"/en/search/?q={typed}")
    assert html.count("<h1") == 1
    assert all(len(query.text) <= 120 and query.text.isprintable() for query in engine.asked)
    assert client.get(f"/en/search/suggest/?q={typed}").status_code == 200


def test_contributors_are_not_looked_for_among_the_stories(client: Client) -> None:
    make.edition("en")

    with CaptureQueriesContext(connection) as asked:
        client.get("/en/search/?q=elections")

    about = [each["sql"] for each in asked.captured_queries if 'FROM "stories_contributor"' in each["sql"]]
    assert about
    assert '"wagtailcore_page"."path" ASC' not in " ".join(about)
