"""The search index of a moved newsroom: the one that Wagtail's own command builds, with less work."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from wagtail.search.backends import get_search_backend

from standfirst.cli.moving import searching
from standfirst.stories.models import Article, Picture
from tests import factories as make

pytestmark = pytest.mark.django_db
TABLE = "wagtailsearch_indexentry"


@pytest.fixture
def stories(monkeypatch: pytest.MonkeyPatch) -> list[Article]:
    """Five stories and a picture, of which search knows nothing, and chunks of two."""
    section = make.section(make.edition())
    found = [make.story(section, headline) for headline in ("Rails", "Rails to Gori", "A bridge", "Snow", "Ice")]
    make.picture("Rails at night")
    _forget()
    monkeypatch.setattr(searching, "CHUNK", 2)
    monkeypatch.setattr(searching, "TOLD_EVERY", 2)
    return found


def _entries() -> list[tuple[Any, ...]]:
    """Every column of the index but the number of the row."""
    with connection.cursor() as cursor:
        columns = [field.name for field in connection.introspection.get_table_description(cursor, TABLE)]
        kept = ", ".join(name for name in columns if name != "id")
        cursor.execute(f"SELECT {kept} FROM {TABLE} ORDER BY content_type_id, object_id")  # noqa: S608
        return list(cursor.fetchall())


def _forget() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {TABLE}")  # noqa: S608 - a name of our own


def _told(*_said: object) -> None:
    """Nobody listens."""


def test_the_index_is_the_one_of_wagtails_command(stories: list[Article]) -> None:
    assert _entries() == []
    searching.build_search_index(_told)
    built = _entries()
    _forget()
    call_command("wagtail_update_index", verbosity=0)
    assert built == _entries()
    assert len(built) > len(stories)


def test_what_was_indexed_is_found(stories: list[Article]) -> None:
    searching.build_search_index(_told)
    assert {page.title for page in get_search_backend().search("rails", Article)} == {"Rails", "Rails to Gori"}
    assert [picture.title for picture in get_search_backend().search("night", Picture)] == ["Rails at night"]


def test_a_text_is_read_once(stories: list[Article], monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    block = Article._meta.get_field("body").stream_block
    monkeypatch.setattr(block, "get_searchable_content", lambda value: read.append(1) or [])
    searching.build_search_index(_told)
    assert len(read) == len(stories)


def test_progress_is_told(stories: list[Article]) -> None:
    told: list[tuple[str, int, int]] = []
    searching.build_search_index(lambda *said: told.append(said))
    assert [said for said in told if said[0] == "articles"] == [("articles", 2, 5), ("articles", 4, 5)]
