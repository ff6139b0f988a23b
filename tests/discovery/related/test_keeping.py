"""The loop of the background worker: what it takes in when it begins, and how it ends."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import OperationalError
from tests import factories

from standfirst.discovery.related import keeping
from standfirst.discovery.related.keeping import RelatedKeeper, take_in_unknown
from standfirst.discovery.related.models import RelatedList, StoryProfile, WaitingStory
from standfirst.stories.models import Article

pytestmark = pytest.mark.django_db


@pytest.fixture
def stories() -> list[Article]:
    """Stories of an archive from before there were related articles."""
    section = factories.section(factories.edition(), "Georgia")
    made = [factories.story(section, f"Trains to Kars {number}") for number in range(3)]
    WaitingStory.objects.all().delete()
    return made


def test_a_few_unknown_stories_are_noted(stories: list[Article]) -> None:
    assert take_in_unknown(lambda: False) == 3

    assert set(WaitingStory.objects.values_list("pk", flat=True)) == {story.pk for story in stories}


def test_many_unknown_stories_are_related_at_once(stories: list[Article], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "MANY", 3)

    assert take_in_unknown(lambda: False) == 3

    assert RelatedList.objects.count() == 3
    assert WaitingStory.objects.count() == 0
    assert take_in_unknown(lambda: False) == 0


def test_a_worker_that_ends_meanwhile_leaves_the_rest_for_the_next(
    stories: list[Article], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "MANY", 3)

    with pytest.raises(keeping._Stopping):
        take_in_unknown(lambda: True)

    assert StoryProfile.objects.count() == 3
    assert RelatedList.objects.count() == 0
    assert take_in_unknown(lambda: False) == 3
    assert RelatedList.objects.count() == 3


def test_a_database_that_is_away_is_waited_for(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    stopping = threading.Event()
    looked: list[int] = []

    def look(**_options: Any) -> int:
        looked.append(1)
        if len(looked) < 3:
            raise OperationalError("gone")
        stopping.set()
        return 0

    monkeypatch.setattr(keeping, "INTERVAL", 0)
    monkeypatch.setattr(keeping, "work_off", look)
    monkeypatch.setattr(keeping, "close_old_connections", lambda: None)
    monkeypatch.setattr(keeping, "connection", type("Closed", (), {"close": staticmethod(lambda: None)}))
    monkeypatch.setattr(keeping, "connections", type("Closed", (), {"close_all": staticmethod(lambda: None)}))

    RelatedKeeper().run(stopping)

    assert len(looked) == 3
    assert caplog.text.count("could not use the database (gone)") == 1
