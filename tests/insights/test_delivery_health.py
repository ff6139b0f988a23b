"""What the desk sees of delivery: a sentence for each thing that is wrong, and none when all is well."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.http import HttpRequest
from pytest_django import Settings
from tests import factories

from standfirst.delivery import health
from standfirst.delivery.heartbeat import Heartbeat
from standfirst.delivery.metrics import Counts
from standfirst.delivery.published import Slot
from standfirst.insights.delivery_health import report_delivery

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Iterator[Path]:
    """The run folder of a newsroom where all is well."""
    settings.RUN_FOLDER = tmp_path
    for name in ("background", "schedule"):
        Heartbeat(tmp_path, name).beat()
    return tmp_path


def _problems() -> list[str]:
    return [problem.text for problem in report_delivery(_request())]


def _request() -> HttpRequest:
    request = HttpRequest()
    request.user = factories.administrator()
    return request


def _beat(folder: Path, name: str, *, seconds_ago: float) -> None:
    Heartbeat(folder, name, clock=lambda: time.monotonic() - seconds_ago).beat()


def test_when_all_is_well_nothing_is_said(folder: Path) -> None:
    assert _problems() == []


def test_a_background_worker_that_went_silent_is_named_with_the_time(folder: Path) -> None:
    _beat(folder, "background", seconds_ago=90)

    (problem,) = _problems()

    assert problem.startswith("The background worker is silent since ")


def test_a_background_worker_that_never_ran_is_named(folder: Path) -> None:
    (folder / "background.beat").unlink()

    assert _problems() == ["The background worker does not run: tasks and scheduled stories wait."]


def test_a_schedule_that_cannot_look_is_named_while_the_worker_lives(folder: Path) -> None:
    _beat(folder, "schedule", seconds_ago=90)

    assert _problems() == ["Scheduled stories are not looked at: the background worker cannot read the database."]


def test_a_rendering_that_failed_lately_is_named_with_its_kind(folder: Path) -> None:
    counts = Counts()
    counts.render_failed("TemplateSyntaxError")
    slot = Slot.make(folder, "web", 1)
    assert slot is not None
    slot.write(counts.snapshot())

    (problem,) = report_delivery(_request())

    assert "TemplateSyntaxError" in problem.text
    assert problem.at is not None
    counts.failed_last = {"kind": "TemplateSyntaxError", "at": time.time() - 16 * 60}
    slot.write(counts.snapshot())
    assert _problems() == []


def test_a_full_disk_and_a_lost_store_are_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "check_disk", lambda: "is full")
    monkeypatch.setattr(health, "check_page_store", lambda: "cannot be opened")

    assert [problem.split(":")[0].split(",")[0] for problem in _problems()] == [
        "The disk is full",
        "The page store cannot be used",
    ]
