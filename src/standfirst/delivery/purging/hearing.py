"""Whether this node still hears of changes that other nodes make."""

from __future__ import annotations

import time
from functools import cache
from typing import Protocol

from django.conf import settings

DEAF_AFTER = 5.0
"""Seconds without a look at the log after which nothing here is called fresh. The follower looks once a second."""


class Heard(Protocol):
    """The part of the store's state that is needed here."""

    @property
    def heard_at(self) -> float:
        """When the log was last read to its end, in seconds of `time.monotonic()`; 0 when never."""


@cache
def is_shared() -> bool:
    """Return whether other nodes may write to the database: only then can this one miss a change."""
    return "postgresql" in settings.DATABASES["default"]["ENGINE"]


def heard(state: Heard) -> float | None:
    """Return since how many seconds this node has heard of no change, or `None` when what it keeps is up to date.

    More than `DEAF_AFTER` seconds mean that another node may have changed any page: it is served, but as stale (RFC
    9111 section 4.2.4), with an age counted from then. A node with a database of its own marks its changes itself at
    commit and never needs to hear of them.
    """
    if not is_shared():
        return None
    silence = time.monotonic() - state.heard_at
    return silence if silence > DEAF_AFTER else None
