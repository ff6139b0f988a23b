"""Invented traffic is the same for the same seed, looks real, and its answer is what the lists say."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from standfirst.counting import caps
from standfirst.counting.models import Filtered, ReaderDay, StoryHour, StorySlot
from standfirst.demo.steps.traffic import invent_readers
from standfirst.demo.traffic.answer import Place, answer, disagreement
from standfirst.demo.traffic.rollups import SOURCE, RollUps
from standfirst.demo.traffic.visits import Visit, Who, visits
from standfirst.demo.traffic.world import Attack, Told, Viral, World, readers_of
from standfirst.discovery.popular.keeping import refresh
from standfirst.discovery.popular.models import PopularEntry
from standfirst.discovery.popular.reading import lists_of
from standfirst.discovery.popular.scoring import DAY, HOURS, WEEK, Period
from standfirst.stories.models import Article
from tests import factories as make

END = datetime(2025, 4, 29, tzinfo=UTC)
"""A Tuesday."""
START = END - timedelta(days=2)
HOUR = timedelta(hours=1)
TOLERANCE = 0.05


def a_world(stories: int = 12, **changes: object) -> World:
    told = [Told(at, 1 + at % 2, START - timedelta(hours=7 * at)) for at in range(1, stories + 1)]
    return World(told, readers_of({"en": 1, "ka": 2}), **{"views_a_day": 2000, **changes})  # type: ignore[arg-type]


def test_the_same_world_gives_the_same_visits_and_any_hour_can_be_had_alone() -> None:
    world = a_world(viral=Viral(3, START + HOUR, 300), attack=Attack(4, START + 2 * HOUR, 90))
    everything = list(visits(world, START, START + 4 * HOUR))

    assert list(visits(world, START, START + 4 * HOUR)) == everything
    alone = list(visits(world, START + 2 * HOUR, START + 3 * HOUR))
    assert set(alone) <= set(everything)
    assert len(alone) > 90
    assert list(visits(a_world(seed=2), START, START + HOUR)) != list(visits(a_world(), START, START + HOUR))


def test_a_day_has_a_night_and_an_evening_on_the_clock_of_its_readers() -> None:
    found = Counter((visit.edition, visit.at.hour) for visit in visits(a_world(), START, END))
    for edition, ahead in ((1, 1), (2, 4)):  # London in summer, Tbilisi
        night = sum(found[edition, (hour - ahead) % 24] for hour in range(1, 6))
        evening = sum(found[edition, (hour - ahead) % 24] for hour in range(18, 23))
        assert evening > 4 * night > 0
    assert 1500 < sum(found.values()) / 2 < 3200


def test_few_stories_have_most_readers_and_nobody_reads_what_is_not_out_yet() -> None:
    late = Told(99, 1, END - 3 * HOUR)
    world = a_world(40)
    world = World([*world.stories, late], world.readers, views_a_day=4000)
    found = list(visits(world, START, END))

    read = Counter(visit.story for visit in found if visit.story and visit.edition == 1)
    most = sum(number for _story, number in read.most_common(4))
    assert most > 0.35 * read.total()
    assert min(visit.at for visit in found if visit.story == 99) >= late.since


def test_shares_of_robots_members_and_the_silent_are_those_of_the_world() -> None:
    found = Counter(visit.who for visit in visits(a_world(views_a_day=6000), START, END))
    shares = {who: found[who] / found.total() for who in Who}
    assert shares[Who.ROBOT] == pytest.approx(0.22, abs=0.06)
    assert shares[Who.SILENT] == pytest.approx(0.08, abs=0.04)
    assert shares[Who.MEMBER] == pytest.approx(0.05, abs=0.04)
    assert shares[Who.ATTACKER] == 0


def test_a_viral_story_gets_its_readers_from_one_site_and_most_of_them_at_once() -> None:
    viral = Viral(3, START + 5 * HOUR, 1000)
    found = [visit for visit in visits(a_world(viral=viral), START, END) if visit.visitor >= 900_000_000]

    assert {visit.story for visit in found} == {3}
    assert {visit.referrer for visit in found} == {viral.site}
    assert min(visit.at for visit in found) >= viral.at
    assert len(found) == pytest.approx(1000, rel=0.15)
    within = sum(visit.at < viral.at + viral.half_life for visit in found)
    assert within == pytest.approx(len(found) / 2, rel=0.15)


def of(who: Who, at: datetime = START, **changes: object) -> Visit:
    visit = {"story": 3, "edition": 1, "visitor": 7, "referrer": "", "campaign": "", "device": "phone"}
    return Visit(at, who=who, **{**visit, "seconds": 30, "depth": 80, **changes})  # type: ignore[arg-type]


@pytest.mark.django_db
def test_what_is_added_up_is_what_counting_would_have_kept() -> None:
    late = START + timedelta(minutes=58)
    sums = RollUps(UTC)
    sums.add([of(Who.READER), of(Who.MEMBER, visitor=8), of(Who.READER, late, seconds=9)])
    sums.add([of(Who.READER, late, story=0, depth=0), of(Who.ROBOT), of(Who.SILENT), of(Who.ROBOT, late)])
    assert sums.write() == 8

    hour = StoryHour.objects.get(story_id=3)
    assert (hour.views, hour.reads, hour.engaged_seconds, hour.depth_total) == (3, 2, 69, 240)
    assert (hour.hour, hour.device, hour.source) == (START, "phone", SOURCE)
    slots = StorySlot.objects.order_by("slot", "story_id").values_list("slot", "story_id", "views", "reads")
    five = START + timedelta(minutes=55)
    assert list(slots) == [(START, 3, 2, 2), (five, 0, 1, 0), (five, 3, 1, 0)]
    assert ReaderDay.objects.get().readers == 2
    assert dict(Filtered.objects.values_list("reason", "hits")) == {"robot": 2, "asked_not": 1}


@pytest.mark.django_db
def test_an_attack_counts_no_more_than_the_caps_let_through() -> None:
    sums = RollUps(UTC)
    sums.add(of(Who.ATTACKER, START + at * timedelta(seconds=1), visitor=at % 250) for at in range(900))
    sums.write()

    assert StorySlot.objects.get_queryset().totals()["reads"] == caps.NETWORK_READS
    hits = dict(Filtered.objects.values_list("reason", "hits"))
    assert hits == {"forged": 300, "replayed": 300, "network_cap": 300 - caps.NETWORK_READS}


@pytest.mark.django_db
def test_the_lists_are_the_known_answer_hour_by_hour() -> None:
    """Twelve stories, two days, a viral one, robots and an attack on the story that nobody reads."""
    section = make.section(make.edition("en"), "Georgia")
    stories = [make.story(section, f"s{at}", published_at=END - timedelta(hours=5 * at + 6)) for at in range(12)]
    edition = section.edition_page
    assert edition is not None
    told = [Told(story.pk, edition.pk, _published(story)) for story in stories]
    world = World(
        told,
        readers_of({"en": edition.pk}),
        views_a_day=3000,
        viral=Viral(stories[2].pk, END - 14 * HOUR, 1500),
        attack=Attack(stories[-1].pk, END - 4 * HOUR, 1200),
    )
    found = list(visits(world, START, END))
    sums = RollUps(UTC)
    sums.add(found)
    sums.write()
    published = {story.pk: _published(story) for story in stories}

    attacked = stories[-1].pk
    for now in (END, END - 2 * HOUR, END - 9 * HOUR):
        refresh(now)
        for period, fewest in ((HOURS, 3), (DAY, 6), (WEEK, 6)):
            true = answer(found, edition.pk, period, now, published)
            assert len(true) >= fewest
            listed = [story for story in _listed(f"{edition.list_key}:{period.name}") if story != attacked]
            others = [place for place in true if place.story != attacked]
            assert disagreement(listed, others, _tolerance(period)) == []
    score = next(
        standing.score for standing in lists_of(DAY, END)[f"{edition.list_key}:day"] if standing.story == attacked
    )
    honest = next(place.value for place in answer(found, edition.pk, DAY, END, published) if place.story == attacked)
    assert honest < score.value <= min(honest + caps.NETWORK_READS, 3 * honest + DAY.floor)


def _tolerance(period: Period) -> float:
    return TOLERANCE if period is not HOURS else 2 * TOLERANCE


def _published(story: Article) -> datetime:
    assert story.first_published_at is not None
    return story.first_published_at


def _listed(key: str) -> list[int]:
    return list(PopularEntry.objects.filter(list_key=key).order_by("rank").values_list("story_id", flat=True))


def test_a_list_that_departs_from_the_answer_is_told() -> None:
    true = [Place(1, 100), Place(2, 60), Place(3, 58), Place(4, 10)]
    assert disagreement([1, 3, 2], true, 0.05) == []
    assert disagreement([2, 1, 3], true, 0.05) == ["story 2 (60.0) stands before 1 (100.0)"]
    assert disagreement([1, 3, 9], true, 0.05) == ["story 9 is listed and was not read enough"]
    assert disagreement([1, 2, 4], [*true[:2], Place(3, 58, is_sure=False), true[3]], 0.05) == []
    assert disagreement([1, 4], true, 0.05) == ["story 2 (60.0) is missing", "story 3 (58.0) is missing"]


@pytest.mark.django_db
def test_the_demo_is_read_and_a_second_start_changes_nothing() -> None:
    section = make.section(make.edition("en"), "Georgia")
    for at in range(6):
        make.story(section, f"s{at}", published_at=END - timedelta(days=300 + at))
    lines: list[str] = []
    with time_machine.travel(END + timedelta(minutes=20), tick=False):
        invent_readers(lines.append)
        counted = list(StoryHour.objects.values()) + list(StorySlot.objects.values())
        entries = list(PopularEntry.objects.values())
        invent_readers(lines.append)

    assert len(lines) == 1
    assert list(StoryHour.objects.values()) + list(StorySlot.objects.values()) == counted
    assert list(PopularEntry.objects.values()) == entries
    assert {entry["list_key"].rpartition(":")[2] for entry in entries} >= {"day", "week"}
    slots = StorySlot.objects.values_list("slot", flat=True)
    assert END - timedelta(days=8) < min(slots) < max(slots) < END + timedelta(minutes=20)
    assert set(StoryHour.objects.values_list("source", flat=True)) == {SOURCE}


@pytest.mark.django_db
def test_a_newsroom_without_stories_has_no_readers() -> None:
    make.edition("en")
    invent_readers(pytest.fail)
    assert not StoryHour.objects.exists()
