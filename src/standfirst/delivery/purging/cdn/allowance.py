"""How often a service may be called: it refuses those who ask more."""

from __future__ import annotations

import time
from collections.abc import Callable

from standfirst.delivery.purging.cdn.service import Ability


class Allowance:
    """A token bucket, which is how the services count: room for `burst` calls at once, refilled evenly."""

    def __init__(self, ability: Ability, clock: Callable[[], float] = time.monotonic) -> None:
        self._room = float(ability.burst or ability.calls)
        self._rate = ability.calls / ability.per_seconds
        self._clock = clock
        self._left = self._room
        self._counted_at = clock()

    def take(self) -> bool:
        """Count one call and return True, or return False when there is no room for it now."""
        self._refill()
        if self._left < 1:
            return False
        self._left -= 1
        return True

    def wait(self) -> float:
        """Seconds until there is room for a call."""
        self._refill()
        return max(0.0, (1 - self._left) / self._rate)

    def _refill(self) -> None:
        now = self._clock()
        self._left = min(self._room, self._left + (now - self._counted_at) * self._rate)
        self._counted_at = now
