"""Which keys a write changes: those of the rows it touched, or the whole table's where that cannot be known."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, models
from django.test.utils import isolate_apps
from tests import factories
from tests.delivery.changes import changed_keys
from tests.delivery.tracing.conftest import Store

from standfirst.delivery.trace import tracing
from standfirst.delivery.tracing.writes import MOST_ROWS
from standfirst.stories.models import Article, Source

WHOLE = {"table:stories_source"}


def sql(text: str, params: Any = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(text, params)


@pytest.fixture
def story(db: None) -> Article:
    made = factories.story(factories.section(factories.edition()), "A story")
    Source.objects.create(article=made, text="A ministry")
    return made


def changes_of(action: Callable[[], Any]) -> set[str]:
    with changed_keys() as keys:
        action()
    return keys


@pytest.mark.parametrize("rows", [MOST_ROWS, MOST_ROWS + 1])
def test_more_rows_than_are_compared_change_the_whole_table(rows: int, story: Article) -> None:
    Source.objects.all().delete()
    Source.objects.bulk_create(Source(article=story, text=f"Source {number}") for number in range(rows))
    exact = {f"story:{story.pk}", "any:stories_source"}

    assert changes_of(lambda: Source.objects.update(text="Somebody")) == (WHOLE if rows > MOST_ROWS else exact)
    assert Source.objects.filter(text="Somebody").count() == rows
    assert changes_of(lambda: sql("DELETE FROM stories_source")) == (WHOLE if rows > MOST_ROWS else exact)


def test_rows_that_are_made_at_once_change_their_owners_however_many(story: Article) -> None:
    many = [Source(article=story, text="Somebody") for _ in range(MOST_ROWS + 1)]

    assert changes_of(lambda: Source.objects.bulk_create(many)) == {f"story:{story.pk}", "any:stories_source"}


@pytest.mark.parametrize(
    "text",
    [
        "UPDATE stories_source AS s SET text = 'x'",
        "WITH found AS (SELECT 1 AS one) UPDATE stories_source SET text = 'x' WHERE 1 IN (SELECT one FROM found)",
        "INSERT INTO stories_source (article_id, text, url) SELECT article_id, text, url FROM stories_source",
        "UPDATE stories_source SET id = id + 1000",
    ],
)
def test_sql_that_is_not_understood_changes_the_whole_table(text: str, story: Article) -> None:
    assert changes_of(lambda: sql(text)) - {"table:found"} == WHOLE


def test_parameters_by_name_and_many_at_once_change_the_whole_table(story: Article) -> None:
    def many() -> None:
        with connection.cursor() as cursor:
            cursor.executemany("UPDATE stories_source SET text = %s WHERE article_id = %s", [("x", story.pk)])

    by_name = "UPDATE stories_source SET text = %(text)s"
    assert changes_of(lambda: sql(by_name, {"text": "y"})) == WHOLE
    assert changes_of(many) == WHOLE
    assert Source.objects.get().text == "x"


@pytest.mark.parametrize(
    ("text", "params"),
    [
        ("UPDATE stories_source SET text = 'x' WHERE article_id = %s;", True),
        ("Update Stories_Source Set Text = 'x' Where Article_ID = %s", True),
        ("UPDATE stories_source SET text = 'x' WHERE text LIKE 'A%%' AND article_id = %s -- by hand", True),
        ("UPDATE stories_source SET text = 'x' WHERE text LIKE 'A%'", False),
    ],
)
def test_sql_as_people_write_it_is_exact(text: str, params: bool, story: Article) -> None:
    keys = changes_of(lambda: sql(text, [story.pk] if params else None))

    assert keys == {f"story:{story.pk}", "any:stories_source"}
    assert Source.objects.get().text == "x"


def test_a_write_that_touches_no_row_changes_nothing(story: Article) -> None:
    assert changes_of(lambda: sql("DELETE FROM stories_source WHERE article_id = -1")) == set()
    assert changes_of(lambda: sql("UPDATE stories_source SET text = 'x' WHERE article_id = -1")) == set()


@pytest.fixture
def match(transactional_db: None) -> Iterator[Any]:
    """A model of an app that declares nothing."""
    with isolate_apps("standfirst.stories"):

        class Match(models.Model):
            name = models.CharField(max_length=20)

            class Meta:
                app_label = "stories"
                db_table = "league_match"

            def __str__(self) -> str:
                return self.name

        with connection.schema_editor() as editor:
            editor.create_model(Match)
        yield Match
        with connection.schema_editor() as editor:
            editor.delete_model(Match)


@pytest.mark.django_db(transaction=True)
def test_a_model_that_nobody_declared_is_covered_as_a_whole(match: Any, store: Store) -> None:
    with tracing() as trace:
        assert list(match.objects.filter(name="x")) == []
    assert trace.keys == {"table:league_match"}

    made = match.objects.create(name="one")
    match.objects.bulk_create([match(name="two")])
    made.name = "three"
    made.save()
    match.objects.update(name="four")
    sql("UPDATE league_match SET name = 'five'")
    match.objects.all().delete()
    match.objects.all().delete()  # nothing is left

    assert [keys for keys, _number in store.marks] == [["table:league_match"]] * 6
