"""The search follows the stories: what is written, what is taken out, and when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from tests import factories as make

from standfirst.discovery.search import waiting, writing
from standfirst.discovery.search.models import PublicDocument, StaffDocument, VocabularyWord, Waiting
from standfirst.discovery.search.waiting import note, work_off
from standfirst.stories.actions.kill_story import kill_story
from standfirst.stories.models import Article, Section

CLOSED = ("Opening sentence here.", "Second sentence here.", "Thirdly confidential matters follow.", "More.")
"""Of these, one or two paragraphs are everybody's."""
pytestmark = pytest.mark.django_db


@pytest.fixture
def section() -> Section:
    return make.section(make.edition(), "Politics")


def paragraphs(*texts: str) -> list[tuple[str, str]]:
    return [("paragraph", f"<p>{text}</p>") for text in texts]


def index_of(model: Any) -> set[int]:
    """The keys that the index itself holds, past the table."""
    column = "rowid" if connection.vendor == "sqlite" else "id"
    where = f"{model._meta.db_table}_index"
    if connection.vendor == "sqlite":
        where += f" WHERE {where} MATCH 'marks:0tnews'"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {where}")  # noqa: S608 - our own names
        return {row[0] for row in cursor.fetchall()}


def test_a_published_story_is_written_for_readers_and_staff_with_its_index(section: Section) -> None:
    story = make.story(section, "Elections in Gyumri", body=paragraphs("A recount began."))

    work_off()

    public, staff = PublicDocument.objects.get(), StaffDocument.objects.get()
    assert (public.story_id, staff.story_id) == (story.pk, story.pk)
    assert public.in_headline == "elect in gyumri"
    assert public.in_text == "a recount began"
    assert set(public.marks.split()) >= {f"0s{section.pk}", "0tnews", "2elect", "2gyumri", "1gyumri"}
    assert index_of(PublicDocument) == {public.pk}
    assert index_of(StaffDocument) == {staff.pk}
    assert not Waiting.objects.exists()


def test_words_for_how_something_looks_are_no_part_of_the_text(section: Section) -> None:
    body = [("heading", {"text": "The recount", "level": "3"}), ("paragraph", "<p>It took two days.</p>")]
    make.story(section, "Elections", standfirst="", body=body)
    work_off()

    assert [each.text for each in PublicDocument.objects.all()] == ["The recount · It took two days."]
    assert [each.text for each in StaffDocument.objects.all()] == ["The recount · It took two days."]


def test_a_draft_is_for_staff_only_and_as_last_saved(section: Section) -> None:
    story = make.draft(section, "First words")
    story.title = "Second words"
    story.save_revision()

    work_off()

    assert not PublicDocument.objects.exists()
    assert StaffDocument.objects.get().headline == "Second words"


def test_readers_keep_the_published_words_while_staff_find_the_newer_draft(section: Section) -> None:
    story = make.story(section, "Published words")
    story.title = "Drafted words"
    story.save_revision()

    work_off()

    assert PublicDocument.objects.get().headline == "Published words"
    assert StaffDocument.objects.get().headline == "Drafted words"


def test_of_a_closed_story_readers_get_no_word_beyond_the_preview(section: Section) -> None:
    body = paragraphs(*CLOSED)
    make.story(section, "Closed", access="members", body=body)

    work_off()

    public = PublicDocument.objects.get()
    assert "confidential" not in public.text + public.in_text + public.sounds
    assert "kanfidantial" not in public.sounds
    assert "Opening" in public.text
    assert "confidential" in StaffDocument.objects.get().text
    assert not VocabularyWord.objects.filter(text="confidential").exists()


def test_an_opened_story_is_closed_again_word_for_word(section: Section) -> None:
    body = paragraphs(*CLOSED)
    story = make.story(section, "Closed", body=body)
    work_off()
    story.access = "members"
    story.save_revision().publish()

    work_off()

    assert "confidential" not in PublicDocument.objects.get().text
    assert not VocabularyWord.objects.filter(text="confidential").exists()


@pytest.mark.parametrize("withdraw", [lambda story: story.unpublish(), lambda story: _kill(story)])
def test_what_is_withdrawn_is_gone_at_once_for_readers(section: Section, withdraw: Any) -> None:
    story = make.story(section, "Withdrawn")
    work_off()

    withdraw(story)

    assert not PublicDocument.objects.exists()
    assert index_of(PublicDocument) == set()
    work_off()
    assert StaffDocument.objects.get().story_id == story.pk


def _kill(story: Article) -> None:
    kill_story(article=story, by=make.administrator(), reason="It is wrong.", notice="Withdrawn.")


def test_a_deleted_story_is_gone_for_all(section: Section) -> None:
    story = make.story(section, "Deleted")
    work_off()

    story.delete()
    work_off()

    assert not PublicDocument.objects.exists()
    assert not StaffDocument.objects.exists()
    assert not VocabularyWord.objects.exists()
    assert index_of(StaffDocument) == set()


def test_an_embargoed_story_is_not_for_readers(section: Section) -> None:
    make.draft(section, "Embargoed", embargoed_until=timezone.now() + timedelta(days=1))

    work_off()

    assert not PublicDocument.objects.exists()


def test_a_moved_story_is_found_in_its_new_section(section: Section) -> None:
    story = make.story(section, "Moved")
    other = make.section(section.get_parent().specific, "Culture")
    work_off()

    story.move(other, pos="last-child")
    work_off()

    marks = PublicDocument.objects.get().marks.split()
    assert f"0s{other.pk}" in marks
    assert f"0s{section.pk}" not in marks


def test_a_renamed_contributor_is_found_by_the_new_name_and_nobody_else_is_written(section: Section) -> None:
    edition = section.get_parent().specific
    person = make.contributor(edition, "Nino Before")
    story = make.story(section, "With a byline", bylines=[person])
    make.story(section, "Without")
    work_off()

    person.title = "Nino Afterwards"
    person.save()

    assert list(Waiting.objects.values_list("story_id", flat=True)) == [story.pk]
    work_off()
    assert PublicDocument.objects.get(story_id=story.pk).in_people == "nino afterward"


def test_a_contributor_saved_under_the_same_name_writes_nothing(section: Section) -> None:
    person = make.contributor(section.get_parent().specific, "Nino Same")
    make.story(section, "With a byline", bylines=[person])
    work_off()

    person.job = "editor"
    person.save()

    assert not Waiting.objects.exists()


def test_the_key_is_the_minute_of_publication_and_nobody_shares_it(section: Section) -> None:
    moment = datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)
    stories = [make.story(section, published_at=moment) for _ in range(3)]

    work_off()

    keys = list(PublicDocument.objects.order_by("pk").values_list("pk", flat=True))
    first = section.get_parent().pk * 2**38 + int(moment.timestamp()) // 60 * 256
    assert keys == [first, first + 1, first + 2]
    note([story.pk for story in stories])
    work_off()
    assert list(PublicDocument.objects.order_by("pk").values_list("pk", flat=True)) == keys


def test_words_are_counted_once_a_story_however_often_it_is_written(section: Section) -> None:
    story = make.story(section, "Budget and budget", standfirst="")
    make.story(section, "A budget", standfirst="")
    work_off()
    note([story.pk])
    work_off()

    assert VocabularyWord.objects.get(text="budget").stories == 2

    story.unpublish()
    work_off()

    assert VocabularyWord.objects.get(text="budget").stories == 1


def test_one_story_that_fails_holds_up_no_other_and_waits(section: Section, monkeypatch: pytest.MonkeyPatch) -> None:
    odd, fine = make.story(section, "Odd"), make.story(section, "Fine")
    content = writing.staff_content

    def failing(article: Article) -> Any:
        if article.pk == odd.pk:
            raise ValueError("an odd story")
        return content(article)

    monkeypatch.setattr(writing, "staff_content", failing)

    work_off()

    assert list(PublicDocument.objects.values_list("story_id", flat=True)) == [fine.pk]
    row = Waiting.objects.get()
    assert (row.story_id, row.failures) == (odd.pk, 1)
    monkeypatch.setattr(writing, "staff_content", content)
    assert work_off() == 0
    assert work_off(timezone.now() + waiting.AGAIN_AFTER) == 1
    assert PublicDocument.objects.count() == 2


def test_work_stops_when_it_is_told_to(section: Section) -> None:
    make.story(section, "Waits")

    assert work_off(is_stopping=lambda: True) == 0
    assert Waiting.objects.count() == 1
