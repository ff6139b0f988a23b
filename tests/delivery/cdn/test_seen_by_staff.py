"""A CDN that cannot be told is seen by everybody who can do something about it: desk, doctor, metrics."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from django.http import HttpRequest
from pytest_django import Settings
from tests import factories

from standfirst.cli.commands.doctor import DJANGO_CHECKS
from standfirst.cli.examination.delivery import check_cdn
from standfirst.cli.examination.finding import Grade
from standfirst.cli.home import Home
from standfirst.cli.serving.exporter import Asked, NewsroomCollector
from standfirst.delivery.heartbeat import Heartbeat
from standfirst.delivery.purging.cdn.service import Service
from standfirst.delivery.purging.cdn.status import make_slot, publish
from standfirst.delivery.purging.cdn.telling import Waiting
from standfirst.insights.delivery_health import report_delivery

pytestmark = pytest.mark.django_db
VARNISH = Service("varnish", urls=("http://127.0.0.1:6081",))
HOME = cast(Home, SimpleNamespace(options=SimpleNamespace(cdn="varnish")))
Tell = Callable[[Waiting], None]


@pytest.fixture
def tell(tmp_path: Path, settings: Settings) -> Tell:
    """Let the background worker say how the CDN does."""
    settings.RUN_FOLDER, settings.CDN = tmp_path, VARNISH
    for name in ("background", "schedule"):
        Heartbeat(tmp_path, name).beat()
    return lambda waiting: publish(make_slot(tmp_path), VARNISH, waiting)


def problems() -> list[str]:
    request = HttpRequest()
    request.user = factories.administrator()
    return [problem.text for problem in report_delivery(request)]


def metrics(folder: Path) -> dict[str, float]:
    collector = NewsroomCollector(folder, "release", cast(Asked, None))
    return {sample.name: sample.value for metric in collector._cdn() for sample in metric.samples}


def finding() -> tuple[Grade, str]:
    (found,) = check_cdn(HOME)
    return found.grade, found.found


def test_a_cdn_that_was_told_is_no_news(tell: Tell, tmp_path: Path) -> None:
    tell(Waiting())

    assert problems() == []
    assert finding() == (Grade.GOOD, "varnish has been told of every change")
    assert metrics(tmp_path) == {
        "standfirst_cdn_waiting": 0,
        "standfirst_cdn_lag_seconds": 0,
        "standfirst_cdn_failing": 0,
    }


def test_a_cdn_that_is_away_is_said_with_the_cause(tell: Tell, tmp_path: Path) -> None:
    tell(Waiting(3, 150.0, "127.0.0.1:6081 cannot be reached"))

    assert problems() == [
        "The CDN shows pages that have changed: it was not told for 2 minutes (127.0.0.1:6081 cannot be reached)."
    ]
    assert finding() == (Grade.PROBLEM, "3 changes wait for 150 s: 127.0.0.1:6081 cannot be reached")
    assert metrics(tmp_path) == {
        "standfirst_cdn_waiting": 3,
        "standfirst_cdn_lag_seconds": 150,
        "standfirst_cdn_failing": 1,
    }


def test_a_hiccup_does_not_trouble_the_desk(tell: Tell) -> None:
    tell(Waiting(3, 20.0, "127.0.0.1:6081 cannot be reached"))

    assert problems() == []


def test_a_cdn_that_nobody_told_yet_is_a_note(tell: Tell, tmp_path: Path) -> None:
    assert finding()[0] is Grade.NOTE
    assert metrics(tmp_path) == {}


def test_without_a_cdn_nobody_speaks_of_one(tell: Tell, tmp_path: Path, settings: Any) -> None:
    tell(Waiting(3, 150.0, "no route"))
    settings.CDN = Service()

    assert problems() == []
    assert metrics(tmp_path) == {}
    assert list(check_cdn(cast(Home, SimpleNamespace(options=SimpleNamespace(cdn="none"))))) == []


def test_the_doctor_looks_at_it() -> None:
    assert check_cdn in DJANGO_CHECKS
