"""What a page that no store holds may cost in queries, and that a larger archive costs no more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests import factories

from standfirst.stories.models import Pick, Picture, Section

pytestmark = pytest.mark.django_db
START = datetime(2025, 1, 1, tzinfo=UTC)


@pytest.fixture
def section() -> Section:
    edition = factories.edition()
    section = factories.section(edition, "Azerbaijan")
    publish(section, 0, 6)
    return section


def publish(section: Section, first: int, last: int) -> None:
    edition = section.get_parent().specific
    thread = edition.get_descendants().filter(slug="a-border").first()
    thread = thread.specific if thread else factories.thread(edition, "A border")
    picture = Picture.objects.first() or factories.picture()
    person = factories.contributor(edition, f"Person {first}")
    for number in range(first, last):
        story = factories.story(
            section,
            f"Story {number}",
            slug=f"story-{number}",
            thread=thread,
            bylines=[person],
            lead_picture=picture,
            published_at=START + timedelta(days=number),
        )
        Pick.objects.create(edition=edition, article=story)


def queries(client: Client, address: str) -> int:
    client.get(address)  # content types and site root paths are cached by the process
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize(
    ("address", "at_most"),
    [("/en/azerbaijan/story-3/", 21), ("/en/", 16), ("/en/azerbaijan/", 16), ("/en/contributors/person-0/", 16)],
)
@pytest.mark.whole
def test_queries_are_bounded_and_do_not_grow_with_the_archive(
    section: Section, client: Client, address: str, at_most: int
) -> None:
    before = queries(client, address)

    publish(section, 6, 30)

    assert queries(client, address) <= before <= at_most


def test_a_page_of_a_story_asks_nobody_else_and_writes_nothing(section: Section, client: Client) -> None:
    client.get("/en/azerbaijan/story-3/")
    with CaptureQueriesContext(connection) as captured:
        client.get("/en/azerbaijan/story-3/")

    writing: list[Any] = [query["sql"] for query in captured if not query["sql"].startswith("SELECT")]
    assert writing == []
