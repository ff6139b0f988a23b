"""Every figure of reading, counted a second time over generated rows; with days summed up and without."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from tests import factories
from tests.insights.reading.rows import Counted as Row
from tests.insights.reading.rows import added_up, make_rows, slot, write
from tests.money import factories as money

from standfirst.counting.days import sum_day, sum_round
from standfirst.counting.models import ReaderDay, StoryHour
from standfirst.insights.models import StoryLength
from standfirst.insights.reading.counted import Counted, spans_without
from standfirst.insights.reading.curves import curve_of
from standfirst.insights.reading.groups import GONE, GROUPS, Line
from standfirst.insights.reading.periods import period_of, steps_of
from standfirst.insights.reading.scope import NONE, scope_of
from standfirst.insights.reading.small_figures import reads_of
from standfirst.insights.reading.sums import Reading
from standfirst.stories.models import Article

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
BEGIN = NOW - timedelta(days=9)
GONE_STORY = 999_999


@dataclass
class Newsroom:
    """A newsroom with a few stories, and rows about them."""

    stories: list[Article] = field(default_factory=list)
    sections: dict[str, Any] = field(default_factory=dict)
    people: list[Any] = field(default_factory=list)
    thread: Any = None
    editions: list[Any] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)


@pytest.fixture(autouse=True)
def now() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def newsroom() -> Newsroom:
    made = Newsroom()
    english, russian = factories.edition(), factories.edition("ru")
    made.editions = [english, russian]
    country = factories.section(english, "Georgia")
    city = factories.section(country, "Tbilisi")
    other = factories.section(russian, "Грузия")
    made.sections = {"country": country, "city": city, "other": other}
    made.people = [factories.contributor(english, "Nino"), factories.contributor(english, "Levan")]
    made.thread = factories.thread(english)
    for place, bylines, thread in (
        (country, made.people, made.thread),
        (city, made.people[:1], None),
        (city, [], made.thread),
        (other, [], None),
    ):
        made.stories.append(factories.story(place, bylines=bylines, thread=thread))
    for story, words in zip(made.stories, (10, 299, 300, 2500), strict=True):
        StoryLength.objects.update_or_create(story_id=story.pk, defaults={"words": words})
    pairs = [(story.pk, story.edition_id) for story in made.stories]
    pairs += [(0, english.pk), (0, russian.pk), (GONE_STORY, english.pk)]
    made.rows = make_rows(3, pairs, BEGIN, 9 * 24 + 9, 400)
    write(made.rows)
    return made


def plain(lines: Iterable[Line]) -> dict[Any, tuple[int, int, int, int]]:
    """What lines say, without those that say nothing."""
    read = {line.key: line.reading for line in lines}
    return {key: (one.views, one.reads, one.seconds, one.depth) for key, one in read.items() if one.views}


def of_week(row: Row) -> bool:
    return date(2026, 11, 17) <= row.local.date() <= date(2026, 11, 23)


def keys_by_hand(made: Newsroom) -> dict[str, Callable[[Row], Iterable[Any]]]:
    """For each way to look, the lines that a row belongs to: from what the newsroom was made of."""
    first, second, third, fourth = (story.pk for story in made.stories)
    country, city, other = (made.sections[name].pk for name in ("country", "city", "other"))
    nino, levan = (person.pk for person in made.people)
    fixed = {0: (), GONE_STORY: (GONE,)}
    sections = {first: (country,), second: (country, city), third: (country, city), fourth: (other,)} | fixed
    people = {first: (nino, levan), second: (nino,), third: (NONE,), fourth: (NONE,)} | fixed
    threads = {first: (made.thread.pk,), second: (NONE,), third: (made.thread.pk,), fourth: (NONE,)} | fixed
    lengths = {first: ("0-299",), second: ("0-299",), third: ("300-599",), fourth: ("2000",)} | fixed
    return {
        "story": lambda row: (row.story,),
        "section": lambda row: sections[row.story],
        "contributor": lambda row: people[row.story],
        "thread": lambda row: threads[row.story],
        "length": lambda row: lengths[row.story],
        "edition": of_story(lambda row: row.edition),
        "referrer": of_story(lambda row: row.referrer),
        "campaign": of_story(lambda row: row.campaign),
        "device": of_story(lambda row: row.device),
        "hour": of_story(lambda row: row.local.hour),
    }


def of_story(key: Callable[[Row], Any]) -> Callable[[Row], Iterable[Any]]:
    """The line of `key`; fronts and sections, story 0, stand in none."""
    return lambda row: (key(row),) if row.story else ()


def by_hand(rows: Iterable[Row], keys: Callable[[Row], Iterable[Any]]) -> dict[Any, tuple[int, int, int, int]]:
    pairs = [(key, row) for row in rows for key in keys(row)]
    return {key: added_up([row for own, row in pairs if own == key], lambda _row: 0)[0] for key, _row in pairs}


@pytest.mark.parametrize("summed", ["nothing", "some days", "all days"])
def test_each_way_to_look_gives_what_the_rows_give(newsroom: Newsroom, summed: str) -> None:
    if summed == "some days":
        for day in (date(2026, 11, 17), date(2026, 11, 19), date(2026, 11, 20)):
            sum_day(day)
    elif summed == "all days":
        sum_round()
    keys = keys_by_hand(newsroom)
    assert keys.keys() == GROUPS.keys()
    for by, group in GROUPS.items():
        lines = group.lines(Counted(period_of({"period": "7"}), scope_of({})))
        assert plain(lines) == by_hand(filter(of_week, newsroom.rows), keys[by]), by


@pytest.mark.parametrize("is_summed", [False, True])
def test_narrowing_leaves_the_rows_of_that_line(newsroom: Newsroom, is_summed: bool) -> None:
    """Every line of every way to look, followed to where it leads: the same figures stand there."""
    if is_summed:
        sum_round()
    keys = keys_by_hand(newsroom)
    period = period_of({"period": "7"})
    followed = 0
    for by, group in GROUPS.items():
        lines = group.lines(Counted(period, scope_of({})))
        names = group.names({line.key for line in lines})
        for line in lines:
            query = names[line.key].query
            if query is None:
                continue
            narrowed = Counted(period, scope_of(query))
            rows = [row for row in newsroom.rows if of_week(row) and line.key in keys[by](row)]
            stories = [one for one in GROUPS["story"].lines(narrowed) if one.key]
            assert plain(stories) == by_hand(rows, keys["story"]), (by, line.key)
            assert plain(GROUPS["referrer"].lines(narrowed)) == by_hand(rows, keys["referrer"]), (by, line.key)
            assert plain(GROUPS["edition"].lines(narrowed)) == by_hand(rows, keys["edition"]), (by, line.key)
            total = curve_of(narrowed).total
            assert (total.views, total.reads) == (line.reading.views, line.reading.reads)
            followed += 1
    assert followed > 40


PERIODS = (
    ({"period": "today"}, 1),
    ({"period": "yesterday"}, 1),
    ({"period": "28"}, 28),
    ({"from": "2026-11-20", "to": "2026-11-21"}, 2),
    ({"from": "2025-11-24", "to": "2026-11-23"}, 365),
)


@pytest.mark.parametrize("is_summed", [False, True])
def test_a_curve_gives_what_the_rows_give(newsroom: Newsroom, is_summed: bool) -> None:
    if is_summed:
        sum_round()
    stories = [row for row in newsroom.rows if row.story]
    for asked, days in PERIODS:
        period = period_of(asked)
        assert period.number_of_days == days
        points = curve_of(Counted(period, scope_of({}))).points
        for point in points:
            rows = [row for row in stories if point.step.begin <= row.hour < point.step.end]
            assert point.reading.views == sum(row.views for row in rows)
            assert point.reading.reads == sum(row.reads for row in rows)
        within = [row.views for row in stories if period.first <= row.local.date() <= period.last]
        assert sum(point.reading.views for point in points) == sum(within) > 0
        assert len(points) == len(steps_of(period))


def test_what_changes_after_a_day_was_summed_is_seen_at_once(newsroom: Newsroom) -> None:
    sum_round()
    counted = Counted(period_of({"period": "7"}), scope_of({}))
    before = curve_of(counted).total
    late = make_rows(8, [(newsroom.stories[0].pk, 1)], NOW - timedelta(days=3), 1, 1)
    write(late)
    again = Counted(period_of({"period": "7"}), scope_of({}))
    assert curve_of(again).total == before + Reading(late[0].views, late[0].reads, late[0].seconds, late[0].depth)


def test_stretches_without_some_days_leave_out_these_days_only() -> None:
    period = period_of({"from": "2026-11-01", "to": "2026-11-05"})
    day = timedelta(days=1)
    assert list(spans_without(period, [])) == [(period.begin, period.end)]
    some = [date(2026, 11, 2), date(2026, 11, 3), date(2026, 11, 5)]
    assert list(spans_without(period, some)) == [
        (period.begin, period.begin + day),
        (period.begin + 3 * day, period.begin + 4 * day),
    ]
    assert list(spans_without(period, [date(2026, 11, number) for number in range(1, 6)])) == []


def test_now_counts_slots_and_no_hours(newsroom: Newsroom) -> None:
    story = newsroom.stories[0]
    slot(NOW - timedelta(minutes=35), story.pk, 1000, 1000)
    slot(NOW - timedelta(minutes=30), story.pk, 7, 2, referrer="t.me")
    slot(NOW, story.pk, 5, 1)
    slot(NOW, 0, 3)
    counted = Counted(period_of({"period": "now"}), scope_of({}))
    assert plain(GROUPS["story"].lines(counted)) == {story.pk: (12, 3, 0, 0), 0: (3, 0, 0, 0)}
    assert plain(GROUPS["referrer"].lines(counted)) == {"t.me": (7, 2, 0, 0), "": (5, 1, 0, 0)}
    assert [point.reading.views for point in curve_of(counted).points] == [7, 0, 0, 0, 0, 0, 5]


def test_readers_are_those_of_whole_days_and_editions(newsroom: Newsroom) -> None:
    english, russian = newsroom.editions
    for back, edition, readers, source in (
        (0, english, 5, "a"),
        (1, english, 8, "a"),
        (1, english, 1, "b"),
        (1, russian, 4, "a"),
    ):
        ReaderDay.objects.create(
            day=date(2026, 11, 23) - timedelta(days=back), edition_id=edition.pk, readers=readers, source=source
        )
    curve = curve_of(Counted(period_of({"period": "7"}), scope_of({})))
    assert [point.readers for point in curve.points] == [0, 0, 0, 0, 0, 13, 5]
    assert curve.readers_a_day == 13, "today is not over yet"
    for given, readers in (({"period": "today"}, 5), ({"period": "yesterday"}, 13), ({"from": "2026-01-01"}, None)):
        assert curve_of(Counted(period_of(given), scope_of({}))).readers_a_day == readers
    of_year = curve_of(Counted(period_of({"from": "2026-01-01", "to": "2026-11-23"}), scope_of({})))
    assert of_year.readers_a_day == 13
    assert not of_year.has_readers, "nobody knows how many different readers a month has"
    assert curve_of(Counted(period_of({"period": "now"}), scope_of({}))).readers_a_day is None
    of_one = curve_of(Counted(period_of({"period": "7"}), scope_of({"edition": str(english.pk)})))
    assert of_one.points[-2].readers == 9
    of_section = Counted(period_of({"period": "7"}), scope_of({"section": str(newsroom.sections["city"].pk)}))
    assert curve_of(of_section).readers_a_day is None


def test_joins_are_counted_by_story_and_by_what_stories_have_in_common(newsroom: Newsroom) -> None:
    first, second, _third, fourth = newsroom.stories
    for story, days, amount in ((first, 1, 1200), (first, 2, 600), (second, 3, 500), (fourth, 20, 900)):
        money.pledge(source_story=story.pk, began_at=NOW - timedelta(days=days), amount=amount)
    money.pledge(source_story=first.pk, state="pending")
    money.pledge(began_at=NOW - timedelta(days=1))

    def joined(by: str, **given: str) -> dict[Any, int]:
        lines = GROUPS[by].lines(Counted(period_of({"period": "7"}), scope_of(given)))
        return {line.key: line.joined.number for line in lines if line.joined and line.joined.number}

    city, country = newsroom.sections["city"].pk, newsroom.sections["country"].pk
    assert joined("story") == {first.pk: 2, second.pk: 1}
    assert joined("section") == {country: 3, city: 1}
    assert joined("contributor") == {newsroom.people[0].pk: 3, newsroom.people[1].pk: 2}
    assert joined("edition") == {newsroom.editions[0].pk: 3}
    assert joined("story", section=str(city)) == {second.pk: 1}
    assert joined("referrer") == joined("story", referrer="t.me") == {}
    lines = GROUPS["story"].lines(Counted(period_of({"period": "7"}), scope_of({})))
    assert [line.joined.said for line in lines if line.key == first.pk and line.joined] == [["18.00 GEL a month"]]


def test_joins_are_counted_by_the_campaign_that_their_readers_arrived_with(newsroom: Newsroom) -> None:
    first, second, *_others = newsroom.stories
    StoryHour.objects.all().delete()
    for campaign, views in (("", 9), ("Spring mail", 3), ("spring mail", 5), ("Весна", 2)):
        StoryHour.objects.create(
            hour=NOW - timedelta(days=1), story_id=first.pk, edition_id=newsroom.editions[0].pk, campaign=campaign,
            source="a", views=views,
        )  # fmt: skip
    for story, source in (
        (first, "box;arrival=spring-mail"),
        (second, "box;campaign=goal;arrival=spring-mail"),
        (first, "end;arrival=spring-mail-2"),
        (first, "strip;appeal=3;campaign=spring-mail"),
        (second, "letter;letter=weekly"),
    ):
        money.pledge(source=source, source_story=story.pk, began_at=NOW - timedelta(days=1), amount=500)

    def joined(by: str, **given: str) -> dict[Any, int]:
        lines = GROUPS[by].lines(Counted(period_of({"period": "7"}), scope_of(given)))
        return {line.key: line.joined.number for line in lines if line.joined}

    assert joined("campaign") == {"spring mail": 2, "Spring mail": 0, "spring-mail-2": 1, "Весна": 0, "": 2}
    assert joined("campaign", edition=str(newsroom.editions[1].pk)) == {}
    assert joined("story", campaign="Spring mail") == {first.pk: 1, second.pk: 1}
    assert joined("story", campaign="") == {first.pk: 1, second.pk: 1}
    assert joined("story", campaign="Весна") == {first.pk: 0}
    of_one = Counted(period_of({"period": "7"}), scope_of({}), (second.pk,))
    assert {line.key: line.joined.number for line in GROUPS["campaign"].lines(of_one) if line.joined} == {
        "spring-mail": 1, "": 1,
    }  # fmt: skip


def test_joins_stand_at_the_hour_of_the_newsrooms_clock(newsroom: Newsroom) -> None:
    story = newsroom.stories[0]
    for hour in (21, 21, 3):
        began = datetime(2026, 11, 22, hour, 10, tzinfo=UTC)
        money.pledge(source_story=story.pk, began_at=began)

    def joined(**given: str) -> dict[Any, int]:
        counted = Counted(period_of({"period": "7"}), scope_of(given))
        lines = [*GROUPS["hour"].lines(counted), *GROUPS["story"].lines(counted)]
        return {line.key: line.joined.number for line in lines if line.joined and line.joined.number}

    assert joined() == {1: 2, 7: 1, story.pk: 3}
    assert joined(hour="1") == {1: 2, story.pk: 2}
    assert joined(hour="21") == joined(device="phone") == {}


def test_small_figures_are_of_today_and_of_all_time(newsroom: Newsroom) -> None:
    numbers = [story.pk for story in newsroom.stories]
    expected = {
        story: (
            sum(row.reads for row in newsroom.rows if row.story == story and row.local.date() == date(2026, 11, 23)),
            sum(row.reads for row in newsroom.rows if row.story == story),
        )
        for story in numbers
    }
    assert reads_of(numbers) == expected
    sum_round()
    assert reads_of(numbers) == expected
    assert reads_of([123_456]) == {}
