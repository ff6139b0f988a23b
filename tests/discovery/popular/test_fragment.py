"""The block on pages: it changes without any stored page, and what is no longer public leaves it at once."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from tests import factories as make
from tests.delivery.changes import changed_keys
from tests.delivery.edge.conftest import Reader
from tests.discovery.popular.log import NOW, read
from tests.real_edge import Django, open_django, open_edge, open_store

from standfirst.delivery import fragments, trace
from standfirst.delivery.edge.asked import Asked
from standfirst.delivery.store import PageStore
from standfirst.delivery.store.entry import FragmentRef
from standfirst.discovery.popular.keeping import write_lists
from standfirst.discovery.popular.models import PopularEntry
from standfirst.stories.actions.kill_story import kill_story
from standfirst.stories.models import Article, Edition, Section

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Newsroom:
    edition: Edition
    section: Section
    stories: list[Article]

    def write(self, order: str, period: str = "day", place: str = "") -> None:
        """Let the list of `place` (the edition) hold the stories with these headlines."""
        by_title = {story.title: story.pk for story in self.stories}
        key = f"{place or self.edition.list_key}:{period}"
        write_lists({**_written(), key: [by_title[title] for title in order]})


def _written() -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for entry in PopularEntry.objects.order_by("list_key", "rank"):
        found.setdefault(entry.list_key, []).append(entry.story_id)
    return found


@pytest.fixture
def newsroom() -> Newsroom:
    edition = make.edition("en")
    section = make.section(edition, "Georgia")
    stories = [
        make.story(section, name, slug=f"story-{name}", published_at=NOW - timedelta(days=at))
        for at, name in enumerate("abcde")
    ]
    return Newsroom(edition, section, stories)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PageStore]:
    monkeypatch.setattr("standfirst.delivery.edge.current.GRACE", 0.0)
    with open_store(tmp_path, monkeypatch) as kept:
        yield kept


@pytest.fixture
def django(db: None) -> Iterator[Django]:
    with open_django() as found:
        yield found


@pytest.fixture
def reader(django: Django, store: PageStore) -> Iterator[Reader]:
    with open_edge(django, store) as edge:
        yield Reader(edge)


def in_block(html: bytes) -> str:
    """The headlines of the block Most popular, in their order; "" where there is none."""
    _before, heading, after = html.decode().partition("<h2>Most popular</h2>")
    links = after.partition("</ol>")[0].split("</a>")[:-1] if heading else []
    return "".join(link.rpartition(">")[2] for link in links)


def block(of: str = "", without: object = "") -> str:
    """What the fragment shows, by itself."""
    pieces = fragments.render("popular", fragments.request_for("en", None), of)
    return in_block(fragments.place(pieces, FragmentRef("popular", "en", without=str(without))))


def keys_of_block(of: str = "") -> set[str]:
    with trace.tracing() as found:
        fragments.render("popular", fragments.request_for("en", None), of)
    return found.keys


def test_a_new_order_renders_one_fragment_and_no_page(
    newsroom: Newsroom, reader: Reader, django: Django, store: PageStore
) -> None:
    newsroom.write("abcd")
    newsroom.write("abc", "week", newsroom.section.list_key)
    pages = [story.url for story in newsroom.stories] + [newsroom.section.url]
    assert [_block_on(reader, page) for page in pages] == ["bcd", "acd", "abd", "abc", "abcd", "abc"]
    kept = {page: store.read(Asked(page).key("")) for page in pages}
    django.asked.clear()

    with changed_keys() as keys:
        newsroom.write("dcab")
    store.mark(sorted(keys))

    assert [_block_on(reader, page) for page in pages] == ["dcb", "dca", "dab", "cab", "dcab", "abc"]
    assert [question.fragment for question in django.asked] == ["popular"]
    assert None not in kept.values()
    assert {page: store.read(Asked(page).key("")) for page in pages} == kept


def _block_on(reader: Reader, page: str) -> str:
    answer = reader.get(page, host="testserver")
    assert (answer.status, "warning" in answer.headers) == (200, False)
    return in_block(answer.body)


def test_a_section_has_a_fragment_of_its_own(newsroom: Newsroom) -> None:
    of = newsroom.section.list_key
    newsroom.write("abc", "week", of)
    newsroom.write("cde", "day")

    assert (block(of), block()) == ("abc", "cde")
    with changed_keys() as keys:
        newsroom.write("bac", "week", of)
    assert keys & keys_of_block(of) == {f"popular:{of}:week"}
    assert keys & keys_of_block() == set()


def test_what_is_killed_leaves_the_block_at_once(newsroom: Newsroom) -> None:
    newsroom.write("abcd")
    before = keys_of_block()

    with changed_keys() as keys:
        kill_story(article=newsroom.stories[1], reason="false", by=None)

    assert f"story:{newsroom.stories[1].pk}" in keys & before
    assert block() == "acd"


def test_reads_that_are_counted_and_rows_that_stay_make_no_block_stale(newsroom: Newsroom) -> None:
    newsroom.write("abcd")

    with changed_keys() as keys:
        read(newsroom.stories[0], direct=100)
        newsroom.write("abcd")

    assert keys == set()
    assert "any:popular_popularentry" not in keys_of_block()


@pytest.mark.parametrize(
    ("written", "of", "shown"),
    [
        ({"day": "abc"}, "", "abc"),
        ({"day": "abc", "hours": "dea"}, "", "abc"),
        ({"day": "abc", "hours": "dea"}, "hours", "dea"),
        ({"week": "cde"}, "hours", "cde"),
        ({"hours": "abc"}, "week", ""),
        ({"day": "ab", "week": "abcd"}, "day", "abcd"),
        ({}, "", ""),
    ],
)
def test_a_longer_period_stands_in_for_one_with_too_little(
    newsroom: Newsroom, written: dict[str, str], of: str, shown: str
) -> None:
    for period, order in written.items():
        newsroom.write(order, period)
    assert block(of) == shown


def test_a_front_page_shows_it_where_staff_place_it(newsroom: Newsroom) -> None:
    newsroom.write("cba", "hours")
    newsroom.write("abcde", "week")
    for period in ("hours", "week"):
        value = {"period": period, "size": 4}
        front = [{"type": "popular", "value": value, "id": str(uuid.uuid4())}]
        edition = Edition.objects.get(pk=newsroom.edition.pk)
        edition.front = json.dumps(front)
        edition.save()
        html = Client().get(edition.url).content
        assert in_block(html) == {"hours": "cba", "week": "abcd"}[period]


def test_no_block_stands_where_there_is_no_list(newsroom: Newsroom) -> None:
    for page in (newsroom.stories[0].url, newsroom.section.url):
        assert b"Most popular" not in Client().get(page).content
    assert fragments.render("popular", fragments.request_for("en", None), "week") == fragments.Pieces()
