"""Which requests the edge logs, and how it says they were answered."""

from __future__ import annotations

import logging
import time
from typing import Any

import pytest
from django.test import override_settings
from tests.delivery.edge.conftest import HTML, FakeDjango, Reader

from standfirst.delivery import request_log


@pytest.fixture(autouse=True)
def _nothing_logged_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_log, "_limit", request_log._Limit())


def _lines(caplog: pytest.LogCaptureFixture) -> list[tuple[int, dict[str, Any]]]:
    return [(record.levelno, record.fields) for record in caplog.records if record.name == "standfirst.request"]  # type: ignore[attr-defined]


def test_what_went_well_leaves_no_line(reader: Reader, django: FakeDjango, caplog: pytest.LogCaptureFixture) -> None:
    for path in ("/en/a/", "/en/a/", "/desk/", "/healthz", "/en//a/", "/en/\x00"):
        reader.get(path)
    reader.get("/en/a/", host="evil.example")
    assert _lines(caplog) == []


@override_settings(SLOW_REQUEST_MS=20)
def test_a_slow_page_is_a_warning(reader: Reader, django: FakeDjango, caplog: pytest.LogCaptureFixture) -> None:
    def slow(environ: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
        time.sleep(0.05)
        return 200, HTML, b"<p>At last</p>"

    django.handler = slow
    reader.get("/en/a/", "utm_source=secret")
    reader.get("/en/a/")
    ((level, fields),) = _lines(caplog)
    assert level == logging.WARNING
    assert fields.pop("ms") >= 50
    assert fields == {"method": "GET", "path": "/en/a/", "status": 200, "outcome": "miss"}


@pytest.mark.parametrize(("path", "outcome"), [("/en/a/", "failed"), ("/desk/", "passed")])
def test_a_failure_is_an_error(
    reader: Reader, django: FakeDjango, caplog: pytest.LogCaptureFixture, path: str, outcome: str
) -> None:
    django.handler = lambda environ: (500, HTML, b"<p>Something broke</p>")
    reader.get(path)
    ((level, fields),) = _lines(caplog)
    assert (level, fields["status"], fields["outcome"]) == (logging.ERROR, 500, outcome)


def test_what_raises_is_logged_before_the_server_sees_it(
    reader: Reader, django: FakeDjango, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(environ: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
        raise RuntimeError("a bug")

    django.handler = broken
    with pytest.raises(RuntimeError, match="a bug"):
        reader.get("/desk/")
    ((level, fields),) = _lines(caplog)
    assert (level, fields["status"]) == (logging.ERROR, 500)
