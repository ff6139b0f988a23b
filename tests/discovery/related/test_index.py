"""The index on disk: the same answers as without it, made anew when needed, and nothing lost with it."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from tests import factories

from standfirst.discovery.related import index
from standfirst.discovery.related.actions import rebuild_related as rebuilding
from standfirst.discovery.related.actions.rebuild_related import rebuild_related
from standfirst.discovery.related.index import make_base, open_index
from standfirst.discovery.related.models import NearStories, RelatedList, StoryProfile, WaitingStory
from standfirst.discovery.related.reckoning.profiles import Profile
from standfirst.discovery.related.waiting import work_off
from standfirst.stories.models import Article, Section

pytestmark = pytest.mark.django_db
GOODS = ("grain", "copper", "wool", "tea", "timber", "salt")


@pytest.fixture
def section() -> Section:
    return factories.section(factories.edition(), "Georgia")


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.RELATED_INDEX = tmp_path / "related"
    return tmp_path / "related"


@pytest.fixture
def stories(section: Section) -> list[Article]:
    return [publish(section, f"Trains carry {one} and {other} to Kars") for one in GOODS[:3] for other in GOODS[3:]]


def publish(section: Section, text: str) -> Article:
    return factories.story(section, text, standfirst="", body=[("paragraph", f"<p>{text}.</p>")])


def near(story: Article) -> list[tuple[int, float]]:
    packed = StoryProfile.objects.get(pk=story.pk).packed
    return open_index(story.edition_id).near(story.pk, Profile.unpack(bytes(packed)), 20)


def test_files_and_memory_find_the_same(stories: list[Article], folder: Path, settings: Any) -> None:
    work_off()
    assert not folder.exists()  # so few stories need no files
    without = near(stories[0])

    make_base(stories[0].edition_id)

    assert near(stories[0]) == without
    assert len(without) == 8


def test_what_changed_since_counts_as_it_is_now(stories: list[Article], section: Section, folder: Path) -> None:
    work_off()
    make_base(section.get_parent().pk)
    changed = Article.objects.get(pk=stories[1].pk)
    changed.title, changed.body = "Frost", [("paragraph", "<p>Frost in every vineyard.</p>")]
    changed.save_revision().publish()
    new = publish(section, "Trains carry grain and tea to Kars")
    work_off()

    found = dict(near(stories[0]))

    assert new.pk in found
    assert changed.pk not in found


def test_files_are_made_anew_when_too_much_is_not_in_them(
    stories: list[Article], section: Section, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "BESIDE", 4)
    work_off()
    first = [path.name for path in folder.glob("edition-*/*")]
    publish(section, "Trains carry wheat to Kars")
    work_off()
    assert [path.name for path in folder.glob("edition-*/*")] == first  # one more is looked at beside them

    for number in range(5):
        publish(section, f"Trains carry oil {number} to Kars")
    work_off()

    (now,) = [path.name for path in folder.glob("edition-*/*")]
    assert len(first) == 1
    assert now > first[0]


@pytest.mark.parametrize("damage", ["about.json", "rows.npy", "frequent_terms.npy"])
def test_damaged_files_are_left_aside(stories: list[Article], folder: Path, damage: str) -> None:
    work_off()
    without = near(stories[0])
    make_base(stories[0].edition_id)
    next(folder.glob(f"edition-*/*/{damage}")).write_bytes(b"{")

    assert near(stories[0]) == without


def test_a_rebuild_relates_what_nobody_noted(stories: list[Article], section: Section, folder: Path) -> None:
    WaitingStory.objects.all().delete()

    changed = rebuild_related(editions=[section.get_parent().pk])

    assert changed == 9
    assert set(RelatedList.objects.get(pk=stories[0].pk).stories) <= {story.pk for story in stories[1:]}
    assert len(RelatedList.objects.get(pk=stories[0].pk).stories) == 8


def test_a_rebuild_changes_nothing_where_everything_is_right(stories: list[Article], section: Section) -> None:
    rebuild_related(editions=[section.get_parent().pk])

    assert rebuild_related(editions=[section.get_parent().pk], from_scratch=True) == 0


def test_a_rebuild_that_was_killed_goes_on_where_it_was(
    stories: list[Article], section: Section, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edition = section.get_parent().pk
    monkeypatch.setattr(index, "BESIDE", 4)
    monkeypatch.setattr(rebuilding, "PORTION", 3)

    def killing(what: str, count: int) -> None:
        if what == "compared" and count == 6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuild_related(editions=[edition], say=killing)
    assert NearStories.objects.count() == 6
    assert RelatedList.objects.count() == 0
    asked: list[int] = []
    look = index.EditionIndex.near
    monkeypatch.setattr(
        index.EditionIndex, "near", lambda self, story, *rest: asked.append(story) or look(self, story, *rest)
    )

    rebuild_related(editions=[edition])

    assert asked == [story.pk for story in stories[6:]]
    assert RelatedList.objects.count() == 9


def test_a_rebuild_forgets_what_is_public_no_longer(stories: list[Article], section: Section) -> None:
    edition = section.get_parent().pk
    rebuild_related(editions=[edition])
    Article.objects.get(pk=stories[0].pk).unpublish()
    WaitingStory.objects.all().delete()

    rebuild_related(editions=[edition])

    assert not StoryProfile.objects.filter(pk=stories[0].pk).exists()
    assert not RelatedList.objects.filter(pk=stories[0].pk).exists()


def test_a_rebuild_finds_across_editions(section: Section) -> None:
    russian = factories.section(factories.edition("ru"), "Грузия")
    texts = ["Trains carry grain and tea to Kars", "Tea and grain on trains to Kars", "Frost in every vineyard"]
    english = [publish(section, text) for text in texts]
    versions = [publish(russian, text) for text in ("Снег выпал рано", "Цены растут быстро", "Погода менялась")]
    for one, other in zip(english, versions, strict=True):
        Article.objects.filter(pk=other.pk).update(translation_key=one.translation_key)

    rebuild_related(editions=[one.edition_id, other.edition_id])

    assert RelatedList.objects.get(pk=versions[0].pk).stories == [versions[1].pk]
    assert RelatedList.objects.get(pk=versions[2].pk).stories == []


def test_the_command_rebuilds_and_catches_up(stories: list[Article]) -> None:
    said = StringIO()

    call_command("related", "catch_up", stdout=said)
    call_command("related", "rebuild", stdout=said)

    assert said.getvalue().splitlines()[0] == "Stories looked at: 9."
    assert said.getvalue().splitlines()[1].startswith("Stories: 9. Lists that changed: ")


def test_the_command_says_that_there_is_no_newsroom() -> None:
    said = StringIO()

    call_command("related", "rebuild", stderr=said)

    assert said.getvalue() == "There is no newsroom yet: nothing to relate.\n"
