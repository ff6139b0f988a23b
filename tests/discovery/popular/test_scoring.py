"""How reads become places, with numbers worked out by hand."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standfirst.counting.models import OWN_REFERRER
from standfirst.discovery.popular.fragments import parse
from standfirst.discovery.popular.scoring import (
    DAY,
    DIRECT,
    FEWEST,
    HOURS,
    KEPT,
    WEEK,
    Period,
    Reads,
    damping,
    listed,
    score,
    standings,
    weight,
)

NOW = datetime(2025, 4, 28, 12, tzinfo=UTC)
NEW = timedelta(hours=1)


def even(source: str, reads: int) -> Reads:
    """Reads that did not decay."""
    return Reads(source, reads, float(reads))


@pytest.mark.parametrize(
    ("period", "ago", "weighs"),
    [
        (HOURS, timedelta(), 1.0),
        (HOURS, timedelta(hours=1), 0.5),
        (HOURS, timedelta(hours=3), 0.125),
        (HOURS, timedelta(hours=3, seconds=1), 0.0),
        (DAY, timedelta(hours=8), 0.5),
        (WEEK, timedelta(hours=112), 0.25),
        (DAY, timedelta(seconds=-40), 1.0),  # another node's clock is ahead
    ],
)
def test_a_read_weighs_half_after_each_third_of_the_period(period: Period, ago: timedelta, weighs: float) -> None:
    assert weight(period, ago) == pytest.approx(weighs)


@pytest.mark.parametrize(
    ("period", "days", "keeps"),
    [
        (HOURS, 2, 1.0),
        (HOURS, 8, 0.25),
        (DAY, 7, 1.0),
        (DAY, 70, 0.1),
        (WEEK, 28, 1.0),
        (WEEK, 280, 0.1),
        (DAY, -1, 1.0),
    ],
)
def test_an_old_story_keeps_a_part_of_its_score(period: Period, days: int, keeps: float) -> None:
    assert damping(period, timedelta(days=days)) == pytest.approx(keeps)


def test_one_site_counts_no_more_than_all_others_and_the_floor() -> None:
    found = score(DAY, [even("social.example", 1000), even("search.example", 40), even(DIRECT, 60)], NEW)

    assert found.value == 40 + 60 + (100 + DAY.floor)
    assert (found.reads, found.weighed, found.limited) == (1100, 1100, "social.example")


@pytest.mark.parametrize("source", [DIRECT, OWN_REFERRER])
def test_direct_reads_and_those_from_our_own_pages_count_twice_the_others(source: str) -> None:
    found = score(DAY, [even(source, 1000), even("search.example", 40)], NEW)

    assert found.value == 40 + (2 * 40 + DAY.floor)
    assert found.limited == source


def test_a_story_with_one_source_alone_counts_the_floor() -> None:
    assert score(WEEK, [even("social.example", 9000)], NEW).value == WEEK.floor


def test_nothing_is_limited_where_sources_are_mixed() -> None:
    found = score(DAY, [even("a.example", 50), even("b.example", 40), even(DIRECT, 90)], NEW)

    assert (found.value, found.limited) == (180, None)


def test_what_is_needed_at_least_is_counted_after_the_limit_and_before_decay() -> None:
    old = [Reads("a.example", 6, 0.8), Reads("b.example", 4, 0.5)]
    one_site = [even("a.example", 500)]
    dates = {1: NOW - NEW, 2: NOW - NEW, 3: NOW - NEW}

    found = standings(Period("day", DAY.length, 10, 9, DAY.fresh_for), {1: old, 2: one_site, 3: old[:1]}, dates, NOW)

    assert [standing.story for standing in found] == [1]


def test_ties_go_to_the_newest_and_then_to_the_highest_number() -> None:
    reads = [even("a.example", 20), even(DIRECT, 20)]
    dates = {4: NOW - NEW, 9: NOW - 2 * NEW, 5: NOW - NEW, 7: NOW - 3 * NEW}
    stories = list(dates)
    for seed in range(5):
        random.Random(seed).shuffle(stories)  # noqa: S311 - no secret
        found = standings(DAY, dict.fromkeys(stories, reads), dates, NOW)
        assert [standing.story for standing in found] == [5, 4, 9, 7]


def test_the_order_of_sources_makes_no_difference_in_the_last_digit() -> None:
    sources = [Reads(f"s{at}.example", at, at * 0.1) for at in range(1, 9)]
    assert score(DAY, sources, NEW).value == score(DAY, sources[::-1], NEW).value


def test_two_stories_are_no_list_and_a_long_list_is_cut() -> None:
    many = standings(
        DAY, {n: [even(DIRECT, n), even("a.example", n)] for n in range(10, 40)}, dict.fromkeys(range(40), NOW), NOW
    )

    assert listed(many[: FEWEST - 1]) == []
    assert [standing.story for standing in listed(many[:FEWEST])] == [39, 38, 37]
    assert len(listed(many)) == KEPT


def test_a_story_that_is_not_public_is_not_ranked() -> None:
    assert standings(DAY, {1: [even(DIRECT, 90), even("a.example", 90)]}, {}, NOW) == []


sources = st.dictionaries(st.sampled_from([DIRECT, OWN_REFERRER, "a", "b", "c"]), st.integers(0, 5000), max_size=5)


@settings(max_examples=25, deadline=None)
@given(reads=sources, attack=st.integers(0, 10**6), site=st.sampled_from(["a", "b", "evil"]))
def test_one_site_can_lift_a_story_by_no_more_than_its_other_reads_and_the_floor(
    reads: dict[str, int], attack: int, site: str
) -> None:
    others = sum(amount for source, amount in reads.items() if source != site)
    attacked = {**reads, site: reads.get(site, 0) + attack}

    before = score(DAY, [even(*item) for item in reads.items()], NEW).value
    after = score(DAY, [even(*item) for item in attacked.items()], NEW).value

    assert before <= after <= 2 * others + DAY.floor


@pytest.mark.parametrize(
    ("of", "found"),
    [
        ("", ("", DAY)),
        ("hours", ("", HOURS)),
        ("section:12", ("section:12", WEEK)),
        ("section:12 day", ("section:12", DAY)),
        ("week section:3", ("section:3", WEEK)),
    ],
)
def test_a_template_names_a_section_and_a_period(of: str, found: tuple[str, Period]) -> None:
    assert parse(of) == found


@pytest.mark.parametrize("of", ["month", "section:", "section:x", "day week", "section:1 section:2", "edition:1"])
def test_what_is_neither_is_refused_with_what_there_is(of: str) -> None:
    with pytest.raises(ValueError, match="write section:ID, one of hours, day, week"):
        parse(of)
