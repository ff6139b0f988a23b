"""Who sees an appeal: the cases that the script on the device is held to as well (`test_script.py`)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from standfirst.appeals.rules import Reason, known_countries, reasons_against, zones_of

CASES = json.loads((Path(__file__).parent / "cases.json").read_text())
READER = {
    "state": ["stranger"],
    "section": [],
    "thread": [],
    "topic": [],
    "zone": ["Europe/London"],
    "visit": ["returning"],
    "device": ["desktop"],
    "stories": 1,
    "seen": {},
    "today": 20000,
}
"""Whoever a case does not describe further."""


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_an_appeal_is_for_a_reader_or_there_are_reasons(case: dict[str, Any]) -> None:
    found = reasons_against(case["rules"], READER | case.get("reader", {}))
    assert sorted(found) == sorted(case["against"])


def test_every_reason_has_a_case() -> None:
    assert {reason for case in CASES for reason in case["against"]} == set(Reason)


def test_a_country_has_the_time_zones_that_browsers_name_old_and_new() -> None:
    assert zones_of(["AM"]) == ["Asia/Yerevan"]
    assert {"Europe/Kiev", "Europe/Kyiv"} <= set(zones_of(["UA"]))
    assert {"Asia/Calcutta", "Asia/Kolkata"} <= set(zones_of(["IN"]))
    assert zones_of([]) == zones_of(["XX"]) == []
    assert {"AM", "AZ", "GE", "IR", "RU"} <= known_countries()
    assert "001" not in known_countries()
