"""Another server may search, by Wagtail's backends; the database answers while it is away."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from tests import factories as make
from wagtail.search.backends.database import SearchBackend as DatabaseSearch
from wagtail.search.index import insert_or_update_object

from standfirst.discovery.search.finding import Found, Query, find
from standfirst.discovery.search.waiting import work_off
from standfirst.stories.models import Article, Section

pytestmark = pytest.mark.django_db


class Asked:
    """What the server was asked, and whether it answers."""

    queries: list[str] = []
    is_away = False


class SearchBackend:
    """A server of search: Wagtail's own index behind a name that is not the database's."""

    def __new__(cls, params: dict[str, Any]) -> Any:
        backend = DatabaseSearch(params)
        search = backend.search

        def asked(query: Any, *args: Any, **kwargs: Any) -> Any:
            Asked.queries.append(str(query))
            if Asked.is_away:
                raise ConnectionError("the server is away")
            return search(query, *args, **kwargs)

        backend.search = asked
        return backend


@pytest.fixture
def section(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Section:
    monkeypatch.setattr(Asked, "queries", [])
    monkeypatch.setattr(Asked, "is_away", False)
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
    Asked.is_away = True

    assert keys(search(section, "harvest")) == [story.pk]
    assert Asked.queries == ["harvest"]
