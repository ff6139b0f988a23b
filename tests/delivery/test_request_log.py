"""Which requests the log has, and what it does not say about them."""

from __future__ import annotations

import json
import logging

import pytest
from django.test import override_settings

from standfirst.config.logs import JsonFormatter
from standfirst.delivery import request_log
from standfirst.delivery.request_log import LONGEST_PATH, MOST_A_SECOND, log_request


@pytest.fixture(autouse=True)
def _nothing_logged_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_log, "_limit", request_log._Limit())


def _logged(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    return [(record.levelname, record.getMessage()) for record in caplog.records if record.name == "standfirst.request"]


def test_a_quick_request_that_went_well_leaves_no_line(caplog: pytest.LogCaptureFixture) -> None:
    for status in (200, 304, 404, 429):
        log_request(method="GET", path="/en/", status=status, seconds=0.999, outcome="miss")

    assert _logged(caplog) == []


def test_a_slow_request_is_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    log_request(method="GET", path="/en/", status=200, seconds=1.2344, outcome="miss")

    assert _logged(caplog) == [("WARNING", "method=GET path=/en/ status=200 ms=1234 outcome=miss")]


def test_a_failed_request_is_an_error_however_quick(caplog: pytest.LogCaptureFixture) -> None:
    log_request(method="POST", path="/desk/", status=503, seconds=0.01, outcome="passed")

    assert _logged(caplog) == [("ERROR", "method=POST path=/desk/ status=503 ms=10 outcome=passed")]


def test_without_a_limit_only_failures_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    with override_settings(SLOW_REQUEST_MS=0):
        log_request(method="GET", path="/en/", status=200, seconds=60, outcome="miss")
        log_request(method="GET", path="/en/", status=500, seconds=60, outcome="miss")

    assert [level for level, _words in _logged(caplog)] == ["ERROR"]


def test_a_path_can_neither_forge_a_line_nor_fill_the_log(caplog: pytest.LogCaptureFixture) -> None:
    log_request(method="GET", path="/a b\r\nERROR x", status=500, seconds=0, outcome="miss")
    log_request(method="GET", path="/" + "a" * 10_000, status=500, seconds=0, outcome="miss")

    first, second = (words for _level, words in _logged(caplog))
    assert first == "method=GET path=/a\\x20b\\x0d\\x0aERROR\\x20x status=500 ms=0 outcome=miss"
    assert len(second) < LONGEST_PATH + 60


def test_in_json_each_fact_has_its_own_name(caplog: pytest.LogCaptureFixture) -> None:
    log_request(method="GET", path="/en/", status=500, seconds=0.5, outcome="miss")

    line = json.loads(JsonFormatter().format(caplog.records[-1]))

    assert {"level": "error", "logger": "standfirst.request"}.items() <= line.items()
    assert {"method": "GET", "path": "/en/", "status": 500, "ms": 500, "outcome": "miss"}.items() <= line.items()


def test_other_records_have_no_fields_in_json() -> None:
    record = logging.LogRecord("standfirst.serve", logging.INFO, "", 0, "said", (), None)

    assert set(json.loads(JsonFormatter().format(record))) == {"time", "level", "logger", "message"}


def test_a_flood_of_failures_does_not_fill_the_log(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    for number in range(5000):
        log_request(method="GET", path=f"/en/{number}/", status=503, seconds=0, outcome="busy")
    assert len(_logged(caplog)) == MOST_A_SECOND

    now = 1001.0
    log_request(method="GET", path="/en/later/", status=503, seconds=0, outcome="busy")
    said, line = _logged(caplog)[-2:]
    assert said == ("WARNING", "4980 more requests that were slow or failed have no line of their own")
    assert "/en/later/" in line[1]
