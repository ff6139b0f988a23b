"""Lists out of a replayed log whose answer was worked out by hand."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from tests import factories as make
from tests.delivery.changes import changed_keys
from tests.discovery.popular.log import NOW, SITE, lists, read

from standfirst.counting.models import Filtered, StorySlot
from standfirst.discovery.popular.keeping import refresh, write_lists
from standfirst.discovery.popular.models import PopularEntry
from standfirst.discovery.popular.reading import lists_of, reads_of
from standfirst.discovery.popular.scoring import HOURS
from standfirst.stories.actions.kill_story import kill_story
from standfirst.stories.models import Article, Edition, Section

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
YESTERDAY = NOW - timedelta(days=1)


@pytest.fixture
def edition() -> Edition:
    return make.edition("en")


@pytest.fixture
def section(edition: Edition) -> Section:
    return make.section(edition, "Georgia")


def story(section: Section, headline: str, days: float = 1) -> Article:
    return make.story(section, headline, published_at=NOW - timedelta(days=days))


def test_the_known_answer(section: Section) -> None:
    """All reads but the fresh ones happened an hour ago, hence weigh one half; fresh for two days.

    viral:     half of (30 direct + 20 own + min(200 social, 50 + 2 * 10))      = 60
    fresh:     (20 direct + 20 search) five minutes ago, 0.9439 each            = 37.75
    steady:    half of (32 direct + 16 own + 16 search)                         = 32
    evergreen: half of (128 direct + 128 search), eight days old: a quarter     = 32, but older than the steady one
    attacked:  half of (8 direct + min(2000 social, 8 + 2 * 10))                = 18
    yesterday: 400 reads more than three hours ago                              = 0
    few:       2 direct + 2 search                                              = not listed
    """
    read(story(section, "viral"), direct=30, own=20, site=200)
    read(story(section, "fresh"), timedelta(minutes=5), direct=20, search=20)
    read(story(section, "evergreen", days=8), direct=128, search=128)
    read(story(section, "steady"), direct=32, own=16, search=16)
    read(story(section, "attacked"), direct=8, site=2000)
    read(story(section, "yesterday"), 4 * HOUR, direct=200, search=200)
    read(story(section, "few"), direct=2, search=2)

    refresh(NOW)

    order = ["viral", "fresh", "steady", "evergreen", "attacked"]
    assert lists()[f"{section.edition_page.list_key}:hours"] == order  # type: ignore[union-attr]
    found = lists_of(HOURS, NOW)[f"{section.list_key}:hours"]
    values = [standing.score.value for standing in found]
    assert values == pytest.approx([60, 40 * 0.5 ** (1 / 12), 32, 32, 18])
    assert [standing.score.limited for standing in found] == [SITE, None, None, None, SITE]


def test_three_hours_a_day_and_a_week_see_different_things(section: Section) -> None:
    key = section.list_key
    names = ("a", "b", "c")
    made = {name: story(section, name) for name in names}
    for at, name in enumerate(names):
        read(made[name], HOUR, direct=10 + at, search=10)
        read(made[name], 10 * HOUR, direct=60 - 20 * at, search=30)
        read(made[name], timedelta(days=3), direct=(0, 300, 0)[at], search=100)

    refresh(NOW)

    assert {name: lists()[f"{key}:{name}"] for name in ("hours", "day", "week")} == {
        "hours": ["c", "b", "a"],
        "day": ["a", "b", "c"],
        "week": ["b", "a", "c"],
    }


def test_a_section_counts_the_stories_of_sections_below_it(edition: Edition, section: Section) -> None:
    capital = make.section(section, "Tbilisi")
    other = make.section(edition, "Armenia")
    for at, (place, headline) in enumerate(
        [(section, "a"), (capital, "b"), (capital, "c"), (capital, "d"), (other, "e")]
    ):
        read(story(place, headline), direct=20 + at, search=20)

    refresh(NOW)

    found = lists()
    assert found[f"{edition.list_key}:hours"] == ["e", "d", "c", "b", "a"]
    assert found[f"{section.list_key}:hours"] == ["d", "c", "b", "a"]
    assert found[f"{capital.list_key}:hours"] == ["d", "c", "b"]
    assert [key for key in found if key.startswith(f"{other.list_key}:")] == []


def test_each_edition_has_its_own(section: Section) -> None:
    georgian = make.section(make.edition("ka"), "საქართველო")
    for at in range(3):
        read(story(section, f"en{at}"), direct=20 + at, search=20)
        read(story(georgian, f"ka{at}"), direct=90 + at, search=90)

    refresh(NOW)

    assert lists()[f"edition:{section.edition_page.pk}:day"] == ["en2", "en1", "en0"]  # type: ignore[union-attr]
    assert lists()[f"edition:{georgian.edition_page.pk}:day"] == ["ka2", "ka1", "ka0"]  # type: ignore[union-attr]


def test_what_several_nodes_counted_is_added_up(section: Section) -> None:
    made = [story(section, name) for name in "abc"]
    for at, one in enumerate(made):
        read(one, direct=20, search=20 + at)
    read(made[0], node="two", direct=20, search=20)

    refresh(NOW)

    assert lists()[f"{section.list_key}:hours"] == ["a", "c", "b"]
    assert {source.source: source.reads for source in reads_of(HOURS, NOW)[made[0].pk]} == {
        "": 40,
        "search.example": 40,
    }


def test_an_empty_night_leaves_what_the_day_and_the_week_know(section: Section) -> None:
    for name in "abc":
        read(story(section, name), 10 * HOUR, direct=20, search=20)
    refresh(NOW)
    assert {key.rpartition(":")[2] for key in lists()} == {"day", "week"}

    refresh(NOW + timedelta(days=8))
    assert lists() == {}


def test_a_flood_of_robots_that_was_filtered_changes_nothing(section: Section) -> None:
    Filtered.objects.create(hour=NOW - HOUR, reason="robot", hits=10**6, source="one")
    StorySlot.objects.create(slot=NOW - HOUR, story_id=0, edition_id=1, source="one", views=10**6, reads=10**6)

    assert refresh(NOW) == 0
    assert lists() == {}


def test_what_is_not_public_is_in_no_list(section: Section) -> None:
    made = [story(section, name) for name in "abcd"]
    draft = make.draft(section, "draft")
    for one in [*made, draft]:
        read(one, direct=30, search=30)
    kill_story(article=made[0], reason="wrong", by=None)

    refresh(NOW)

    assert lists()[f"{section.list_key}:hours"] == ["d", "c", "b"]


def test_a_look_that_finds_the_same_writes_nothing(section: Section) -> None:
    made = [story(section, name) for name in "abcd"]
    for at, one in enumerate(made):
        read(one, direct=30 + at, search=30)
    refresh(NOW)
    before = list(PopularEntry.objects.order_by("pk").values())

    with changed_keys() as keys:
        assert refresh(NOW + timedelta(minutes=3)) == 0

    assert keys == set()
    assert list(PopularEntry.objects.order_by("pk").values()) == before


def test_only_the_rows_and_lists_that_changed_are_written(section: Section) -> None:
    made = [story(section, name) for name in "abcd"]
    pks = [one.pk for one in made]
    write_lists({"edition:1:day": pks, "edition:1:week": pks})
    rows = {entry.rank: entry.pk for entry in PopularEntry.objects.filter(list_key="edition:1:day")}

    with changed_keys() as keys:
        changed = write_lists({"edition:1:day": [pks[1], pks[0], pks[2]], "edition:1:week": pks, "section:2:day": pks})

    assert changed == 2
    assert {key for key in keys if key.startswith("popular:")} == {"popular:edition:1:day", "popular:section:2:day"}
    assert {entry.rank: entry.pk for entry in PopularEntry.objects.filter(list_key="edition:1:day")} == {
        rank: rows[rank] for rank in (1, 2, 3)
    }
    assert lists()["edition:1:day"] == ["b", "a", "c"]


def test_a_period_costs_three_statements_however_many_slots_it_has(
    section: Section, django_assert_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    for one in [story(section, name) for name in "abc"]:
        for slot in range(20):
            read(one, timedelta(minutes=5 * slot + 5), direct=30, search=30)

    with django_assert_num_queries(3):  # reads, public stories, exclusions
        assert len(lists_of(HOURS, NOW)) == 2
