"""Building the search anew, and telling what it lacks."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from tests import factories as make

from standfirst.cli.examination.finding import Grade
from standfirst.cli.examination.search import check_search
from standfirst.discovery.search.finding import Query, find
from standfirst.discovery.search.models import PublicDocument, StaffDocument, VocabularyWord, Waiting
from standfirst.discovery.search.rebuilding import fill_indexes, fill_when_empty, gaps, recount_words
from standfirst.discovery.search.waiting import note, work_off
from standfirst.stories.models import Article

pytestmark = pytest.mark.django_db


@pytest.fixture
def stories() -> list[Article]:
    """Three public stories and a draft, all written into the search."""
    section = make.section(make.edition())
    found = [make.story(section, f"Harvest {number}") for number in range(3)]
    make.draft(section, "Harvest drafted")
    work_off()
    return found


def found(stories: list[Article], **asked: Any) -> int:
    return find(Query(cast(int, stories[0].edition_id), "harvest", **asked)).total


def graded() -> list[tuple[Grade, str]]:
    """What the doctor says."""
    home: Any = SimpleNamespace(path=Path())
    return [(finding.grade, finding.found) for finding in check_search(home)]


def test_an_archive_from_before_the_search_is_written_once(stories: list[Article]) -> None:
    assert fill_when_empty() == 0
    for model in (PublicDocument, StaffDocument, VocabularyWord):
        model.objects.all().delete()
    assert fill_when_empty() == 4
    assert fill_when_empty() == 0
    work_off()
    assert (found(stories), found(stories, staff=True)) == (3, 4)


def test_a_story_that_waits_already_keeps_no_archive_out(stories: list[Article]) -> None:
    """Published between an upgrade that empties the search and the first look of its keeper."""
    for model in (PublicDocument, StaffDocument, VocabularyWord):
        model.objects.all().delete()
    note([stories[0].pk])
    assert fill_when_empty() == 4
    assert fill_when_empty() == 0
    work_off()
    assert (found(stories), found(stories, staff=True)) == (3, 4)


def test_a_newsroom_without_stories_has_nothing_to_write() -> None:
    assert fill_when_empty() == 0
    assert not Waiting.objects.exists()


def test_from_nothing_everything_is_written_and_the_words_are_counted_as_before(stories: list[Article]) -> None:
    words = sorted(VocabularyWord.objects.values_list("text", "stories"))
    for model in (PublicDocument, StaffDocument, VocabularyWord):
        model.objects.all().delete()
    output = StringIO()

    call_command("rebuild_search", stdout=output)

    assert (found(stories), found(stories, staff=True)) == (3, 4)
    assert sorted(VocabularyWord.objects.values_list("text", "stories")) == words
    assert "4 written; 0 public stories are missing." in output.getvalue()


def test_over_what_is_there_nothing_changes(stories: list[Article]) -> None:
    rows = sorted(PublicDocument.objects.values_list())
    words = sorted(VocabularyWord.objects.values_list("text", "stories"))

    call_command("rebuild_search", stdout=StringIO())

    assert sorted(PublicDocument.objects.values_list()) == rows
    assert sorted(VocabularyWord.objects.values_list("text", "stories")) == words


def test_words_that_were_counted_otherwise_are_counted_anew(stories: list[Article]) -> None:
    """As after an upgrade that takes words apart in another way, when what was counted before is still there."""
    words = sorted(VocabularyWord.objects.values_list("edition_id", "text", "stories"))
    edition = cast(int, stories[0].edition_id)
    VocabularyWord.objects.filter(text="harvest").update(stories=7)
    VocabularyWord.objects.create(edition_id=edition, text="harvestx", stories=2)
    output = StringIO()

    call_command("rebuild_search", stdout=output)

    assert sorted(VocabularyWord.objects.values_list("edition_id", "text", "stories")) == words
    assert "2 words were counted anew." in output.getvalue()
    VocabularyWord.objects.all().delete()
    assert recount_words() == len(words)
    assert sorted(VocabularyWord.objects.values_list("edition_id", "text", "stories")) == words


def test_a_run_that_was_stopped_is_gone_on_with(stories: list[Article]) -> None:
    PublicDocument.objects.all().delete()
    stories[0].save()
    output = StringIO()

    call_command("rebuild_search", "--waiting", stdout=output)

    assert "1 written; 2 public stories are missing." in output.getvalue()


def test_a_row_without_its_story_goes(stories: list[Article]) -> None:
    row = PublicDocument.objects.all()[0]
    row.id, row.story_id = 1, 9_999_999
    row.save(force_insert=True)

    call_command("rebuild_search", stdout=StringIO())

    assert not PublicDocument.objects.filter(story_id=9_999_999).exists()


def test_the_indexes_are_filled_from_the_rows(stories: list[Article]) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            table = "story_search_publicdocument_index"
            cursor.execute(f"INSERT INTO {table} ({table}) VALUES ('delete-all')")  # noqa: S608 - our own name
        else:
            cursor.execute("DELETE FROM story_search_publicdocument_index")
    assert found(stories) == 0

    fill_indexes()

    assert (found(stories), found(stories, staff=True)) == (3, 4)


def test_the_doctor_is_content_when_all_is_found(stories: list[Article]) -> None:
    assert graded() == [(Grade.GOOD, "every public story is found, and no other")]


def test_the_doctor_tells_what_is_missing_and_what_should_not_be_there(stories: list[Article]) -> None:
    PublicDocument.objects.filter(story_id=stories[0].pk).delete()
    row = PublicDocument.objects.all()[0]
    row.id, row.story_id = 1, 9_999_999
    row.save(force_insert=True)

    assert graded() == [(Grade.PROBLEM, "1 public stories are not found, 1 are found and not public")]


def test_what_waits_since_a_moment_is_no_problem_and_since_long_is_one(stories: list[Article]) -> None:
    PublicDocument.objects.filter(story_id=stories[0].pk).delete()
    stories[0].save()
    assert not gaps()

    Waiting.objects.update(since=timezone.now() - timedelta(minutes=11))

    assert graded() == [
        (Grade.PROBLEM, "1 public stories are not found, 0 are found and not public"),
        (Grade.PROBLEM, "1 changed stories wait for longer than ten minutes"),
    ]
