"""What stands beside a story after it was published, changed, killed or translated."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from tests import factories

from standfirst.discovery.related import waiting
from standfirst.discovery.related.models import NearStories, RelatedList, StoryProfile, WaitingStory
from standfirst.discovery.related.waiting import work_off
from standfirst.stories.actions.kill_story import kill_story
from standfirst.stories.models import Article, Section
from standfirst.stories.related import related_stories

pytestmark = pytest.mark.django_db

RAILWAY = [
    "The railway from Tbilisi to Kars carries grain and copper ore across the mountain pass this winter.",
    "Engineers of the railway say the mountain pass between Tbilisi and Kars needs new rails before winter.",
    "Grain waits in Tbilisi because the railway to Kars lacks engines; copper ore waits, too.",
    "Passengers want the night train from Tbilisi to Kars back on the railway, engineers and drivers say.",
    "Freight on the Kars railway doubled, and grain and copper ore from Tbilisi fill every train.",
]
WINE = [
    "Harvest in the vineyards of Kakheti began early, and winemakers expect sweet saperavi grapes.",
    "Winemakers in Kakheti bury clay jars for saperavi, and the vineyards attract visitors at harvest.",
    "Frost damaged vineyards in Kakheti, so winemakers insure their saperavi grapes before harvest.",
]


def body(text: str) -> list[tuple[str, str]]:
    return [("paragraph", f"<p>{text}</p>")]


def publish(section: Section, texts: list[str], **fields: Any) -> list[Article]:
    return [
        factories.story(section, f"{text.split()[0]} {number}", standfirst="", body=body(text), **fields)
        for number, text in enumerate(texts)
    ]


@pytest.fixture
def section() -> Section:
    return factories.section(factories.edition(), "Georgia")


def beside(story: Article) -> set[int]:
    return {other.pk for other in related_stories(Article.objects.get(pk=story.pk))}


def first(story: Article, number: int) -> set[int]:
    return {other.pk for other in related_stories(Article.objects.get(pk=story.pk))[:number]}


def keys(*stories: Article) -> set[int]:
    return {story.pk for story in stories}


def test_stories_about_one_thing_stand_beside_each_other(section: Section) -> None:
    railway, wine = publish(section, RAILWAY), publish(section, WINE)

    assert work_off() == 8

    assert beside(railway[0]) == keys(*railway[1:])
    assert first(wine[0], 2) == keys(*wine[1:])
    assert WaitingStory.objects.count() == 0


def test_before_the_work_there_is_nothing_and_the_latest_stand_there(section: Section, client: Client) -> None:
    story = publish(section, RAILWAY)[0]

    assert beside(story) == set()
    assert "Related articles" not in client.get(story.url).content.decode()


def test_the_page_shows_four_of_them_by_headline(section: Section, client: Client) -> None:
    railway = publish(section, [*RAILWAY, "A sixth story: grain and copper ore on the railway from Tbilisi to Kars."])
    work_off()

    page = client.get(railway[0].url).content.decode()

    block = page.partition("Related articles")[2].partition("</section>")[0]
    assert block.count("<li>") == 4
    assert railway[0].title not in block


def test_older_stories_get_a_new_one_that_is_near(section: Section) -> None:
    railway = publish(section, RAILWAY[:4])
    work_off()
    assert beside(railway[0]) == keys(*railway[1:])

    new = publish(section, RAILWAY[4:])[0]
    work_off()

    assert all(new.pk in RelatedList.objects.get(pk=story.pk).stories for story in railway)


def test_a_publication_changes_a_bounded_number_of_lists(section: Section, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("standfirst.discovery.related.relating.BACK_LINKS", 2)
    railway = publish(section, RAILWAY[:4])
    work_off()
    before = dict(RelatedList.objects.values_list("pk", "stories"))

    publish(section, RAILWAY[4:])
    work_off()

    after = dict(RelatedList.objects.filter(pk__in=before).values_list("pk", "stories"))
    assert sum(before[story.pk] != after[story.pk] for story in railway) == 2


def test_a_killed_story_stands_nowhere_at_once(section: Section) -> None:
    railway = publish(section, RAILWAY)
    work_off()

    kill_story(article=railway[1], reason="Wrong", by=None)

    assert beside(railway[0]) == keys(*railway[2:])
    work_off()
    assert not StoryProfile.objects.filter(pk=railway[1].pk).exists()
    assert not NearStories.objects.filter(pk=railway[1].pk).exists()
    assert not RelatedList.objects.filter(pk=railway[1].pk).exists()


def test_an_edit_moves_a_story_to_other_company(section: Section) -> None:
    railway, wine = publish(section, RAILWAY), publish(section, WINE)
    work_off()

    changed = Article.objects.get(pk=railway[0].pk)
    changed.title, changed.body = "Harvest", body("Saperavi grapes in Kakheti: winemakers and vineyards at harvest.")
    changed.save_revision().publish()
    work_off()

    assert first(changed, 3) == keys(*wine)
    assert changed.pk in beside(wine[0])


def test_listing_anew_what_did_not_change_relates_nothing_anew(
    section: Section, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = publish(section, RAILWAY)[0]
    work_off()
    related: list[int] = []
    monkeypatch.setattr(waiting, "relate", lambda story_id, index: related.append(story_id))

    Article.objects.get(pk=story.pk).save_revision().publish()

    assert work_off() == 1
    assert related == []


def test_one_text_published_twice_stands_once(section: Section) -> None:
    railway = publish(section, RAILWAY[:3])
    twin = factories.story(section, "Grain 9", standfirst="", body=body(RAILWAY[2]))
    work_off()

    shown = beside(railway[0])

    assert len(shown & keys(railway[2], twin)) == 1
    assert twin.pk not in beside(railway[2])


def translated(story: Article, into: Section, text: str) -> Article:
    version = factories.story(into, f"{text.split()[0]} {story.pk}", standfirst="", body=body(text))
    Article.objects.filter(pk=version.pk).update(translation_key=story.translation_key)
    StoryProfile.objects.filter(pk=version.pk).update(translation_key=story.translation_key)
    version.refresh_from_db()
    return version


def test_what_is_near_to_a_translation_is_near_here(section: Section) -> None:
    """The Russian texts share no word; their English versions are about one railway."""
    russian = factories.section(factories.edition("ru"), "Грузия")
    railway = publish(section, RAILWAY[:3])
    one = translated(railway[0], russian, "Снег выпал рано утром")
    other = translated(railway[1], russian, "Цены растут каждую неделю")
    work_off()

    assert beside(one) == keys(other)
    assert beside(railway[0]) == keys(*railway[1:])


def test_of_a_thread_the_latest_are_looked_at_whatever_their_words(section: Section) -> None:
    thread = factories.thread(section.get_parent().specific)
    one = factories.story(section, "Snow", standfirst="", body=body("Snow fell early."), thread=thread)
    other = factories.story(section, "Prices", standfirst="", body=body("Prices rise weekly."), thread=thread)
    stranger = factories.story(section, "Football", standfirst="", body=body("Dinamo lost again."))
    work_off()

    assert beside(one) == keys(other)
    assert beside(stranger) == set()


def test_a_change_while_a_story_is_related_is_not_lost(section: Section, monkeypatch: pytest.MonkeyPatch) -> None:
    from standfirst.discovery.related.noting import note

    story = publish(section, RAILWAY[:1])[0]
    relate: Callable[..., list[int]] = waiting.relate

    def changing_meanwhile(story_id: int, index: Any) -> list[int]:
        monkeypatch.setattr(waiting, "relate", relate)
        note([story_id])
        return relate(story_id, index)

    monkeypatch.setattr(waiting, "relate", changing_meanwhile)

    assert work_off() == 2
    assert WaitingStory.objects.filter(pk=story.pk).count() == 0


def test_a_story_that_fails_waits_and_holds_up_nobody(
    section: Section, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    railway = publish(section, RAILWAY)
    relate: Callable[..., list[int]] = waiting.relate

    def failing(story_id: int, index: Any) -> list[int]:
        if story_id == railway[2].pk:
            raise ValueError("odd")
        return relate(story_id, index)

    monkeypatch.setattr(waiting, "relate", failing)

    work_off()

    assert set(WaitingStory.objects.values_list("pk", flat=True)) == {railway[2].pk}
    assert f"story {railway[2].pk} could not be related to others" in caplog.text
    assert railway[1].pk in beside(railway[0])


def test_a_worker_killed_between_profile_and_list_goes_on(section: Section) -> None:
    from standfirst.discovery.related.texts import write_profiles

    railway = publish(section, RAILWAY)
    work_off()
    changed = Article.objects.get(pk=railway[0].pk)
    changed.body = body(WINE[0])
    changed.save_revision().publish()
    write_profiles([changed.pk])  # and here it was killed

    work_off()

    profile = StoryProfile.objects.get(pk=changed.pk)
    assert NearStories.objects.get(pk=changed.pk).digest == profile.digest
