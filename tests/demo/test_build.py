from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from PIL import Image
from wagtail.models import TaskState

from standfirst.accounts.models import User
from standfirst.appeals.models import Appeal
from standfirst.appeals.trials.figures import figures_of
from standfirst.appeals.trials.rule import Answer, stand
from standfirst.demo import build
from standfirst.demo.build import build_demo
from standfirst.demo.content import CONTENT
from standfirst.demo.drawings import metadata
from standfirst.demo.steps import library, stories
from standfirst.discovery.search.rebuilding import gaps
from standfirst.stories.models import Article, Correction, Edition, ListedStory, Pick, Picture, Thread

pytestmark = [pytest.mark.django_db, pytest.mark.whole]
PASSWORDS = {"reporter@ridgeline.example": "a password of the test"}


@pytest.fixture(autouse=True)
def quick_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small one-coloured pictures with the real metadata, for the drawings have tests of their own."""

    def picture_file(scene: str, palette: str, name: str, words: metadata.Words) -> bytes:
        file = io.BytesIO()
        shade = sum(name.encode()) % 200
        Image.new("RGB", (96, 64), (shade, 90, 60)).save(
            file, "JPEG", exif=metadata.exif(words), xmp=metadata.xmp(words), extra=metadata.iptc(words)
        )
        return file.getvalue()

    monkeypatch.setattr(library, "picture_file", picture_file)


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], None]:
    """Leaves only the editions named."""

    def leave(languages: str) -> None:
        content = tmp_path / "content"
        shutil.copytree(CONTENT, content)
        file = content / "newsroom.toml"
        lines = file.read_text(encoding="utf-8").splitlines()
        kept = [f"editions = {languages.split()}" if line.startswith("editions") else line for line in lines]
        file.write_text("\n".join(kept), encoding="utf-8")
        monkeypatch.setattr(build, "CONTENT", content)

    return leave


def silent(line: str) -> None:
    assert line


def everything() -> dict[str, list[Any]]:
    """All rows of all tables, as the database holds them."""
    rows = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - a name of our own
            rows[table] = sorted(map(repr, cursor.fetchall()))
    return rows


def test_the_whole_newsroom_and_again(client: Client) -> None:
    lines: list[str] = []
    build_demo(lines.append, passwords=PASSWORDS)
    assert any(line.startswith("Drawing ") for line in lines)
    assert mail.outbox == []
    assert [edition.slug for edition in Edition.objects.order_by("path")] == ["en", "ru", "ka", "hy", "az", "fa"]
    _published_on_their_days()
    _desk_is_alive()
    _translations_are_joined()
    _words_were_tested()
    assert not gaps()
    for edition in Edition.objects.all():
        assert client.get(f"/{edition.slug}/").status_code == 200
    assert client.get("/en/azerbaijan/iran-president-visits-baku/").status_code == 200
    assert client.get("/en/north-caucasus/valley-recording/").status_code == 410
    before = everything()
    build_demo(silent, passwords={"reporter@ridgeline.example": "another password"})
    assert everything() == before


def _published_on_their_days() -> None:
    story = Article.objects.get(slug="iran-president-visits-baku", locale__language_code="en")
    day = datetime.fromisoformat("2025-04-28T16:20:00+04:00")
    assert (story.first_published_at, story.last_published_at) == (day, day)
    assert set(ListedStory.objects.filter(article=story).values_list("published_at", flat=True)) == {day}
    assert story.lead_picture.credit == "Drawing: Ridgeline"
    assert story.lead_picture.description.startswith("Drawing: two men")
    assert story.updated_at is None
    serious = Correction.objects.get(serious=True, article__locale__language_code="en")
    assert serious.published_at == datetime.fromisoformat("2025-05-05T10:00:00+03:30")
    assert Thread.objects.get(slug="iran-and-azerbaijan", locale__language_code="en").chronology.count() == 7


def _desk_is_alive() -> None:
    waiting = TaskState.objects.filter(status=TaskState.STATUS_IN_PROGRESS)
    assert sorted(waiting.values_list("task__name", flat=True)) == ["Editing", "Legal reading", "Ready"]
    unpublished = Article.objects.filter(live=False, killed_at=None, locale__language_code="en")
    assert unpublished.count() == 6
    assert unpublished.exclude(go_live_at=None).values_list("slug", flat=True).get() == "scheduled-storks"
    assert unpublished.exclude(embargoed_until=None).values_list("slug", flat=True).get() == "embargoed-report"
    hidden = Article.objects.filter(live=False)
    assert not ListedStory.objects.filter(article__in=hidden).exists()
    assert Pick.objects.filter(edition__slug="en").count() == 5
    assert User.objects.get(email="reporter@ridgeline.example").check_password(PASSWORDS["reporter@ridgeline.example"])
    assert not User.objects.get(email="editor@ridgeline.example").has_usable_password()


def _translations_are_joined() -> None:
    story = Article.objects.get(slug="iran-president-visits-baku", locale__language_code="en")
    languages = {page.locale.language_code for page in story.get_translations()}
    assert languages == {"ru", "ka", "hy", "az", "fa"}
    russian = story.get_translations().get(locale__language_code="ru")
    assert russian.title.startswith("Президент Ирана")
    assert russian.slug.isascii()


def _words_were_tested() -> None:
    said = {}
    for appeal in Appeal.objects.exclude(trial_begun=None).prefetch_related("variants"):
        figures = figures_of(appeal)
        standing = stand(figures.days, figures.numbers, figures.running)
        said[appeal.place] = (standing.answer, standing.best == figures.numbers[1], figures.is_over)
    assert said == {"box": (Answer.WINNER, True, True), "strip": (Answer.NOT_ENOUGH, True, False)}


def test_an_interrupted_build_goes_on(only: Callable[[str], None], monkeypatch: pytest.MonkeyPatch) -> None:
    only("ka")
    publish = stories.list_story
    calls: list[Article] = []

    def fail_at_the_second(*, article: Article) -> None:
        calls.append(article)
        if len(calls) == 2:
            raise KeyboardInterrupt
        publish(article=article)

    monkeypatch.setattr(stories, "list_story", fail_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        build_demo(silent)
    assert Article.objects.count() == 1
    monkeypatch.setattr(stories, "list_story", publish)
    build_demo(silent)
    assert Article.objects.count() == 4
    assert Article.objects.live().count() == 4
    assert Picture.objects.count() == len(set(Picture.objects.values_list("title", flat=True)))
    assert Pick.objects.count() == 1


def test_what_staff_changed_stays(only: Callable[[str], None]) -> None:
    only("ka")
    build_demo(silent)
    edition = Edition.objects.get(slug="ka")
    edition.front = [("latest", {"title": "Nur Neues", "size": 3})]
    edition.save_revision().publish()
    story = Article.objects.get(slug__startswith="granti")
    story.title = "Changed at the desk"
    story.save_revision().publish()
    Pick.objects.all().delete()
    build_demo(silent)
    assert Article.objects.get(pk=story.pk).title == "Changed at the desk"
    assert [block.block_type for block in Edition.objects.get(slug="ka").front] == ["latest"]
    assert not Pick.objects.exists()
