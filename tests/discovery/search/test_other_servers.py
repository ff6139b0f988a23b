"""Another server may search, by Wagtail's backends; the database answers while it is away."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from tests import factories as make
from wagtail.search.backends.database import SearchBackend as DatabaseSearch
from wagtail.search.index import insert_or_update_object

from standfirst.discovery.search.engines import away
from standfirst.discovery.search.finding import Found, Query, find
from standfirst.discovery.search.waiting import work_off
from standfirst.stories.models import Article, Section

pytestmark = pytest.mark.django_db


class Asked:
    """What the server was asked, and whether it answers."""

    queries: list[str] = []
    error: Exception | None = None


class SearchBackend:
    """A server of search: Wagtail's own index behind a name that is not the database's."""

    def __new__(cls, params: dict[str, Any]) -> Any:
        backend = DatabaseSearch(params)
        search = backend.search

        def asked(query: Any, *args: Any, **kwargs: Any) -> Any:
            Asked.queries.append(str(query))
            if Asked.error:
                raise Asked.error
            return search(query, *args, **kwargs)

        backend.search = asked
        return backend


@pytest.fixture
def section(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Section:
    monkeypatch.setattr(Asked, "queries", [])
    monkeypatch.setattr(Asked, "error", None)
    found = make.section(make.edition(), "Politics")
    settings.WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": __name__}}
    return found


def search(section: Section, text: str, /, **asked: Any) -> Found:
    work_off()
    for story in Article.objects.all():
        insert_or_update_object(story)
    return find(Query(section.get_parent().pk, text, **asked))


def keys(found: Found) -> list[int]:
    return [hit.story_id for hit in found.hits]


def test_the_server_is_asked_and_its_hits_are_shown_as_ours(section: Section) -> None:
    story = make.story(section, "Harvest in Gyumri", standfirst="")
    make.story(section, "Harvest in Baku", standfirst="")

    found = search(section, "harvest gyumri")

    assert Asked.queries == ["harvest gyumri"]
    assert (keys(found), found.total) == ([story.pk], 1)
    assert found.hits[0].headline_html == "<mark>Harvest</mark> in <mark>Gyumri</mark>"


def test_it_narrows_by_the_same_filters_and_pages(section: Section) -> None:
    edition = section.get_parent().specific
    inner, person = make.section(section, "Parliament"), make.contributor(edition)
    make.story(make.section(edition, "Culture"), "Harvest")
    make.draft(section, "Harvest drafted")
    moment = datetime(2024, 5, 6, 20, 30, tzinfo=UTC)
    right = make.story(inner, "Harvest", bylines=[person], story_type="analysis", published_at=moment)

    the_day = date(2024, 5, 7)
    for narrowed in (
        {"section": section.pk},
        {"contributor": person.pk},
        {"story_type": "analysis"},
        {"since": the_day, "until": the_day},
        {"order": "date", "page": 2, "size": 1},
    ):
        assert keys(search(section, "harvest", **narrowed)) == [right.pk], narrowed
    assert search(section, "harvest").total == 2


def test_while_the_server_is_away_the_database_searches(section: Section) -> None:
    story = make.story(section, "Harvest in Gyumri")
    Asked.error = ConnectionError("the server is away")

    assert keys(search(section, "harvest")) == [story.pk]
    assert Asked.queries == ["harvest"]


def test_a_server_that_failed_is_left_alone_for_a_while(section: Section, monkeypatch: pytest.MonkeyPatch) -> None:
    story = make.story(section, "Harvest in Gyumri")
    now = [1000.0]
    monkeypatch.setattr(away, "time", SimpleNamespace(monotonic=lambda: now[0]))
    Asked.error = ConnectionError("the server is away")
    search(section, "first")
    Asked.error = None

    now[0] += away.LEFT_ALONE - 1
    assert keys(search(section, "harvest")) == [story.pk]
    assert Asked.queries == ["first"]
    now[0] += 2
    assert keys(search(section, "harvest")) == [story.pk]
    assert Asked.queries == ["first", "harvest"]


def test_a_server_that_refuses_one_question_is_asked_the_next(section: Section) -> None:
    make.story(section, "Harvest in Gyumri")
    Asked.error = ConnectionError("too many clauses")
    Asked.error.status_code = 400  # type: ignore[attr-defined] # as the clients give it
    search(section, "odd")
    Asked.error = None

    search(section, "harvest")
    assert Asked.queries == ["odd", "harvest"]


def test_staff_are_answered_by_the_database(section: Section) -> None:
    draft = make.draft(section, "Harvest drafted")

    assert keys(search(section, "harvest", staff=True)) == [draft.pk]
    assert Asked.queries == []
