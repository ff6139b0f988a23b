"""The schedule: what is due goes out or comes down, the rest stays, and one failure holds up nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db.models import Model
from wagtail.models import Page, PageLogEntry, Revision

from standfirst.cli.serving import schedule
from standfirst.cli.serving.schedule import Schedule
from standfirst.stories.models import Article, Section
from tests import factories

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
SOON = NOW + timedelta(minutes=1)


@pytest.fixture
def clock() -> Iterator[time_machine.Coordinates]:
    """A clock that moves only when it is told to."""
    with time_machine.travel(NOW, tick=False) as frozen:
        yield frozen


@pytest.fixture
def section(clock: time_machine.Coordinates) -> Section:
    return factories.section(factories.edition())


def _scheduled(section: Section, at: datetime) -> Article:
    """A draft that goes live at `at`."""
    article = factories.draft(section)
    article.go_live_at = at
    article.save_revision().publish()
    return article


def _is_live(article: Article) -> bool:
    return Article.objects.get(pk=article.pk).live


def test_a_story_goes_out_at_its_second_and_not_before(section: Section, clock: time_machine.Coordinates) -> None:
    article, planned = _scheduled(section, SOON), Schedule()
    clock.move_to(SOON - timedelta(seconds=1))
    assert (planned.look(), _is_live(article)) == (0, False)
    clock.move_to(SOON)
    assert (planned.look(), _is_live(article)) == (1, True)
    assert planned.look() == 0
    assert PageLogEntry.objects.filter(page=article, action="wagtail.publish.scheduled").count() == 1


def test_a_story_comes_down_at_its_second(section: Section, clock: time_machine.Coordinates) -> None:
    article = factories.story(section)
    Article.objects.filter(pk=article.pk).update(expire_at=SOON)
    planned = Schedule()
    assert (planned.look(), _is_live(article)) == (0, True)
    clock.move_to(SOON)
    assert (planned.look(), _is_live(article)) == (1, False)
    assert Article.objects.get(pk=article.pk).expired


def test_an_expiry_set_meanwhile_is_found_within_ten_seconds(section: Section, clock: time_machine.Coordinates) -> None:
    article, planned = factories.story(section), Schedule()
    planned.look()
    Article.objects.filter(pk=article.pk).update(expire_at=NOW + timedelta(seconds=20))
    for second in range(1, 21):
        assert _is_live(article)
        clock.move_to(NOW + timedelta(seconds=second))
        planned.look()
    assert not _is_live(article)


def test_one_failure_holds_up_nothing_and_is_tried_again(
    section: Section, clock: time_machine.Coordinates, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken, sound = _scheduled(section, SOON), _scheduled(section, SOON + timedelta(seconds=1))
    publish, attempts = schedule._publish, []

    def fails_for_the_first(revision: Model) -> bool:
        if revision.object_id == str(broken.pk):  # type: ignore[attr-defined]
            attempts.append(revision)
            raise LookupError("no picture")
        return publish(revision)

    monkeypatch.setattr(schedule, "_publish", fails_for_the_first)
    planned = Schedule()
    clock.move_to(SOON + timedelta(seconds=2))
    assert planned.look() == 1
    assert (_is_live(broken), _is_live(sound)) == (False, True)
    assert "could not be published" in caplog.text
    assert (planned.look(), len(attempts)) == (0, 1)
    clock.shift(timedelta(minutes=5))
    monkeypatch.setattr(schedule, "_publish", publish)
    assert (planned.look(), _is_live(broken)) == (1, True)


def test_looking_when_nothing_is_due_is_one_query(
    section: Section, clock: time_machine.Coordinates, django_assert_num_queries: object
) -> None:
    planned = Schedule()
    planned.look()
    with django_assert_num_queries(1):  # type: ignore[operator]
        planned.look()


def test_what_another_node_published_meanwhile_is_left_alone(section: Section, clock: time_machine.Coordinates) -> None:
    article = _scheduled(section, SOON)
    clock.move_to(SOON)
    (due,) = Revision.objects.filter(approved_go_live_at__lte=SOON)
    assert schedule._publish(due) is True
    assert schedule._publish(due) is False
    assert PageLogEntry.objects.filter(page=article, action="wagtail.publish.scheduled").count() == 1


def test_what_another_node_took_down_meanwhile_is_left_alone(section: Section, clock: time_machine.Coordinates) -> None:
    article = factories.story(section)
    Article.objects.filter(pk=article.pk).update(expire_at=NOW)
    page = Page.objects.get(pk=article.pk)
    assert schedule._expire(page) is True
    assert schedule._expire(page) is False
    assert PageLogEntry.objects.filter(page=article, action="wagtail.unpublish.scheduled").count() == 1
