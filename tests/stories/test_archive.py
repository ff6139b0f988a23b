"""The archive by day, in the newsroom's time zone (Asia/Tbilisi in tests: UTC+4)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from tests import factories

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
