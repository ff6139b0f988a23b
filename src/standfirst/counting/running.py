"""Counting by the settings: the endpoints of web workers, and the loop of the background worker."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.utils.timezone import get_default_timezone

from standfirst.counting.counter import ReadCounter
from standfirst.counting.intake import Intake
from standfirst.counting.ledger.folder import Folder
from standfirst.counting.robots import read_data_centres
from standfirst.delivery.metrics import publish_also


def endpoints() -> dict[str, Callable[..., Any]]:
    """Return what the edge answers for counting, by path; nothing where `settings.COUNTS` names no folder."""
    if settings.COUNTS is None:
        return {}
    counter = ReadCounter(Folder(settings.COUNTS), get_default_timezone())
    publish_also("beacons", lambda: counter.numbers)
    centres = read_data_centres(settings.DATA_CENTRES)
    return Intake(counter, address_key=settings.READER_ADDRESS_KEY, data_centres=centres).endpoints()


def loops() -> list[Callable[[threading.Event], None]]:
    """Return the loop that copies what was counted to the database."""
    from standfirst.counting.copying import Copier

    if settings.COUNTS is None:
        return []
    copier = Copier(Folder(settings.COUNTS), get_default_timezone())
    publish_also("counting", lambda: copier.numbers)
    return [copier.run]
