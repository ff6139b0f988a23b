"""Statements that compare with the clock: what they find holds for a while only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.utils import timezone

SECONDS_OF_CLOCK = 60.0
"""How long a page holds that compares with the clock in a way nobody explained; see `trace.timed`."""
NEAR = 2.0
"""Seconds around now within which a parameter is taken for now."""


def now() -> float:
    """Return seconds since the epoch."""
    return timezone.now().timestamp()


def compares_with_now(params: Sequence[Any] | Mapping[str, Any] | None) -> bool:
    """Return whether one of `params` is the present moment."""
    if not params:
        return False
    values = params.values() if isinstance(params, Mapping) else params
    return any(_is_now(value) for value in values)


def _is_now(value: Any) -> bool:
    if isinstance(value, str):
        if not 19 <= len(value) <= 32 or value[4:5] != "-" or value[10:11] not in (" ", "T"):
            return False
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return False
    if not isinstance(value, datetime):
        return False
    moment = value if value.tzinfo else value.replace(tzinfo=UTC)  # SQLite holds UTC without saying so
    return abs(moment.timestamp() - now()) < NEAR
