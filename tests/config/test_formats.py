"""How the desk writes dates."""

from __future__ import annotations

from datetime import datetime

from django.utils import translation
from django.utils.formats import date_format


def test_the_desk_in_english_writes_the_day_before_the_month() -> None:
    moment = datetime(2026, 11, 9, 15, 4)  # noqa: DTZ001 - as on the newsroom's clock
    with translation.override("en"):
        forms = ("DATE_FORMAT", "SHORT_DATE_FORMAT", "DATETIME_FORMAT", "SHORT_DATETIME_FORMAT", "TIME_FORMAT")
        assert [date_format(moment, form) for form in forms] == [
            "9 November 2026",
            "9 Nov 2026",
            "9 November 2026, 15:04",
            "9 Nov 2026, 15:04",
            "15:04",
        ]
