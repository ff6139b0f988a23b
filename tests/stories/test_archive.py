"""The archive by day, in the newsroom's time zone (Asia/Tbilisi in tests: UTC+4)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.utils import translation
from tests import factories

from standfirst.delivery.edge.asked import Asked
from standfirst.delivery.edge.questions import kind_of
from standfirst.stories.archive import Archive
from standfirst.stories.models import Edition

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition() -> Edition:
    edition = factories.edition()
    section = factories.section(edition)
    factories.story(section, "Late on the 9th in London", published_at=datetime(2025, 3, 9, 21, 0, tzinfo=UTC))
    factories.story(section, "Noon", published_at=datetime(2025, 3, 10, 8, 0, tzinfo=UTC))
    factories.story(section, "January", published_at=datetime(2025, 1, 1, 8, 0, tzinfo=UTC))
    factories.draft(section, "Draft")
    return edition


def test_a_day_begins_at_the_newsrooms_midnight(edition: Edition) -> None:
    assert [story.title for story in Archive(edition).stories(date(2025, 3, 10))] == [
        "Noon",
        "Late on the 9th in London",
    ]
    assert Archive(edition).stories(date(2025, 3, 9)) == []


def test_months_and_days_count_what_is_public_and_leave_empty_ones_out(edition: Edition) -> None:
    archive = Archive(edition)

    assert [(span.date, span.count, span.url) for span in archive.months()] == [
        (date(2025, 3, 1), 2, "/en/archive/2025/03/"),
        (date(2025, 1, 1), 1, "/en/archive/2025/01/"),
    ]
    assert [(span.date, span.count, span.url) for span in archive.days(date(2025, 3, 1))] == [
        (date(2025, 3, 10), 2, "/en/archive/2025/03/10/")
    ]


def test_neighbouring_days_are_those_with_stories(edition: Edition) -> None:
    archive = Archive(edition)

    assert archive.previous(date(2025, 3, 10)) == date(2025, 1, 1)
    assert archive.next(date(2025, 1, 1)) == date(2025, 3, 10)
    assert archive.next(date(2025, 3, 10)) is None
    assert archive.previous(date(2025, 1, 1)) is None


def test_an_edition_without_stories_has_no_months() -> None:
    assert Archive(factories.edition("ru")).months() == []


def calendar(edition: Edition, language: str) -> list[list[str]]:
    with translation.override(language):
        weeks = Archive(edition).weeks(date(2025, 3, 1))
    return [
        ["" if cell.day is None else f"{cell.day.day}{'*' if cell.span else ''}" for cell in week] for week in weeks
    ]


def test_a_month_is_a_calendar_whose_weeks_begin_as_the_language_has_it(edition: Edition) -> None:
    assert calendar(edition, "en")[0] == ["", "", "", "", "", "1", "2"]
    assert calendar(edition, "en")[2] == ["10*", "11", "12", "13", "14", "15", "16"]
    assert calendar(edition, "fa")[0] == ["1", "2", "3", "4", "5", "6", "7"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("2025-03-10", "/en/archive/2025/03/10/"),
        ("2025-03-09", "/en/archive/2025/01/01/"),
        ("2024-07-01", "/en/archive/2025/01/01/"),
        ("2030-01-01", "/en/archive/2025/03/10/"),
    ],
)
def test_a_day_leads_to_the_nearest_one_with_stories(edition: Edition, client: Client, asked: str, found: str) -> None:
    response = client.get(f"/en/archive/?day={asked}")
    assert (response.status_code, response["Location"]) == (302, found)


@pytest.mark.parametrize("asked", ["", "tomorrow", "0001-01-01", "9999-12-31", "2025-02-30", "%00"])
def test_what_is_no_day_shows_the_archive(edition: Edition, client: Client, asked: str) -> None:
    assert client.get(f"/en/archive/?day={asked}").status_code == 200


def test_a_day_in_an_empty_archive_leads_to_the_archive(client: Client) -> None:
    factories.edition("ru")
    assert client.get("/ru/archive/?day=2025-03-10")["Location"] == "/ru/archive/"


@pytest.mark.parametrize("day", ["0001/01/01", "9999/12/31", "2025/13/01", "2025/03/09"])
def test_days_that_hold_nothing_or_do_not_exist_have_no_page(edition: Edition, client: Client, day: str) -> None:
    assert client.get(f"/en/archive/{day}/").status_code == 404


def test_months_lead_to_their_neighbours_and_days_to_their_month(edition: Edition, client: Client) -> None:
    month = client.get("/en/archive/2025/03/").content.decode()
    assert '<a href="/en/archive/2025/01/" rel="next">January 2025</a>' in month
    assert 'rel="prev"' not in month[month.index("<main") :]
    assert client.get("/en/archive/2025/02/").status_code == 404
    day = client.get("/en/archive/2025/03/10/").content.decode()
    assert '<a href="/en/archive/2025/03/">March 2025</a>' in day
    assert '<a href="/en/archive/2025/03/10/" aria-current="date">10<small>' in day


def test_the_edge_keeps_the_day_of_the_query_and_nothing_else() -> None:
    kind = kind_of(Asked("/en/archive/", (("day", "2025-03-10"),)))
    assert kind is not None
    assert kind.normalised("/en/archive/", {"day": "2025-03-10", "x": "y"}) == {"day": "2025-03-10"}
    assert kind.normalised("/en/archive/", {"day": "10 March"}) == {}


def test_the_date_of_a_story_leads_to_its_day(edition: Edition, client: Client) -> None:
    html = client.get("/en/azerbaijan/late-on-the-9th-in-london/").content.decode()
    assert re.search(r'href="/en/archive/2025/03/10/"><time datetime="2025-03-10T01:00', html)
