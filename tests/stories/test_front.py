"""Front pages: pins stay, the rest is the latest, nothing stands twice."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests import factories

from standfirst.stories.actions.kill_story import kill_story
from standfirst.stories.front import compose_front
from standfirst.stories.models import Article, Edition, Pick, Section, ThreadEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition() -> Edition:
    return factories.edition()


@pytest.fixture
def section(edition: Edition) -> Section:
    return factories.section(edition)


def stories(section: Section, number: int) -> list[Article]:
    """Oldest first, a day each."""
    return [
        factories.story(section, f"Day {day}", published_at=datetime(2025, 4, day, tzinfo=UTC))
        for day in range(1, number + 1)
    ]


def set_front(edition: Edition, *containers: tuple[str, dict[str, Any]]) -> None:
    edition.front = json.dumps([{"type": kind, "value": value} for kind, value in containers])
    edition.save()
    edition.refresh_from_db()


def pins(*articles: Article) -> list[dict[str, Any]]:
    return [{"type": "item", "value": article.pk} for article in articles]


def test_the_latest_fill_what_is_not_pinned(edition: Edition, section: Section) -> None:
    one, _two, three, four = stories(section, 4)
    set_front(edition, ("lead", {"pinned": pins(one), "secondary": 2}))

    (lead,) = compose_front(edition)

    assert lead.lead == one
    assert lead.stories == [four, three]


@pytest.mark.whole
def test_no_story_stands_twice(edition: Edition, section: Section) -> None:
    stories(section, 12)
    Pick.objects.create(edition=edition, article=Article.objects.first())
    set_front(
        edition,
        ("lead", {"pinned": [], "secondary": 3}),
        ("picks", {"size": 4}),
        ("section", {"section": section.pk, "pinned": [], "size": 4}),
        ("latest", {"title": "", "size": 20}),
    )

    containers = compose_front(edition)

    shown = [story.pk for container in containers for story in container.articles]
    shown += [pick.article_id for container in containers for pick in container.picks]
    assert len(shown) == len(set(shown)) == 12


def test_a_pin_further_down_is_not_taken_by_a_container_above(edition: Edition, section: Section) -> None:
    one, two, three = stories(section, 3)
    set_front(
        edition,
        ("lead", {"pinned": [], "secondary": 2}),
        ("section", {"section": section.pk, "pinned": pins(three), "size": 2}),
    )

    lead, strip = compose_front(edition)

    assert lead.articles == [two, one]
    assert strip.stories == [three]


def test_killed_and_unpublished_pins_disappear_and_the_latest_take_their_place(
    edition: Edition, section: Section
) -> None:
    one, two, three = stories(section, 3)
    draft = factories.draft(section)
    set_front(edition, ("lead", {"pinned": pins(three, draft), "secondary": 2}))
    kill_story(article=three, reason="Wrong.", by=None)

    (lead,) = compose_front(edition)

    assert lead.articles == [two, one]


def test_containers_with_nothing_to_show_are_left_out(edition: Edition, section: Section) -> None:
    set_front(edition, ("picks", {"size": 4}), ("section", {"section": section.pk, "pinned": [], "size": 4}))

    assert compose_front(edition) == []


def test_a_thread_whose_stories_stand_higher_keeps_its_chronology(
    edition: Edition, section: Section, client: Client
) -> None:
    border = factories.thread(edition, "A border")
    ThreadEvent.objects.create(thread=border, date=date(2025, 3, 1), text="The gate opened.")
    only = factories.story(section, "The gate", thread=border)
    set_front(edition, ("lead", {"pinned": [], "secondary": 0}), ("thread", {"thread": border.pk, "size": 3}))

    lead, container = compose_front(edition)

    assert lead.lead == only
    assert (container.stories, [event.text for event in container.events]) == ([], ["The gate opened."])
    page = client.get(edition.url).content.decode()
    (shown,) = re.findall(r'<section class="cluster cluster--thread">(.*?)</section>', page, re.DOTALL)
    assert "A border" in shown
    assert "The gate opened." in shown
    assert "row--phone" not in shown


def test_a_thread_without_stories_and_chronology_is_left_out(edition: Edition) -> None:
    set_front(edition, ("thread", {"thread": factories.thread(edition).pk, "size": 3}))

    assert compose_front(edition) == []


def test_picks_end_at_their_time(edition: Edition, section: Section) -> None:
    ended, lasting = stories(section, 2)
    Pick.objects.create(edition=edition, article=ended, ends_at=timezone.now())
    Pick.objects.create(edition=edition, article=lasting)
    set_front(edition, ("picks", {"size": 4}))

    (picks,) = compose_front(edition)

    assert [pick.article for pick in picks.picks] == [lasting]


@pytest.mark.whole
def test_a_front_page_costs_the_same_queries_with_many_stories(
    edition: Edition, section: Section, django_assert_max_num_queries: Any
) -> None:
    stories(section, 25)
    set_front(
        edition,
        ("lead", {"pinned": [], "secondary": 4}),
        ("section", {"section": section.pk, "pinned": [], "size": 8}),
        ("latest", {"title": "", "size": 10}),
    )

    with django_assert_max_num_queries(6):
        compose_front(edition)


def test_containers_stored_without_some_fields_use_the_defaults(edition: Edition, section: Section) -> None:
    stories(section, 6)
    Pick.objects.create(edition=edition, article=Article.objects.first())
    kinds = ("lead", "latest", "picks", "opinion", "appeal", "section", "thread", "contributors")
    set_front(edition, *((kind, {}) for kind in kinds))

    assert [container.kind for container in compose_front(edition)] == ["lead", "latest", "appeal"]
