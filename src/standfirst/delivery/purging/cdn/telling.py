"""Sends batches to the CDN: as often as it allows, again when it failed, and once more some seconds later."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from standfirst.delivery.purging.cdn.allowance import Allowance
from standfirst.delivery.purging.cdn.batches import Batch
from standfirst.delivery.purging.cdn.calling import PurgeFailed
from standfirst.delivery.purging.cdn.service import Ability
from standfirst.delivery.purging.hearing import DEAF_AFTER
from standfirst.delivery.purging.position import Position

logger = logging.getLogger("standfirst.purging")

REPEAT_AFTER = DEAF_AFTER + 1.0
"""Seconds after which a purge is sent again. An answer that left the origin before the change may reach the CDN after
the first purge, from a slow rendering or from a node that has not heard of it and does not know so yet."""
MOST_REPEATS = 10
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 60.0


class Purger(Protocol):
    """One service. Both raise PurgeFailed."""

    def forget(self, targets: list[str]) -> None:
        """Let it forget keys or addresses."""

    def forget_everything(self) -> None:
        """Let it forget all pages."""


@dataclass(frozen=True)
class Waiting:
    """What still has to be told: how much, since when (seconds), and why it does not go on ("" when it does)."""

    targets: int = 0
    seconds: float = 0.0
    cause: str = ""


class Teller:
    """Tells one service, in order. `done` is the last position of which nothing is left to tell, `None` at first."""

    def __init__(self, ability: Ability, purger: Purger, clock: Callable[[], float] = time.monotonic) -> None:
        self.done: Position | None = None
        self._ability = ability
        self._purger = purger
        self._clock = clock
        self._allowance = Allowance(ability, clock)
        self._first: Batch | None = None
        self._repeats: list[Batch] = []
        self._not_before = clock()
        self._pause = FIRST_PAUSE
        self._cause = ""

    def add(self, position: Position, targets: Iterable[str] | None) -> None:
        """Let everything up to the row `position` be told; targets `None` means that the service forgets all."""
        if targets is None and not self._ability.forgets_everything:
            logger.info("this kind of cache cannot forget everything; what it keeps ends with its lifetime")
            targets = ()
        if self._first is None:
            self._first = Batch(position, self._clock())
        self._first.add(position, targets, may_be_everything=self._ability.forgets_everything)

    def work(self) -> float | None:
        """Tell what may be told now; return the seconds until there is more to do, `None` when nothing waits."""
        if self._clock() >= self._not_before:
            try:
                if self._first is None or self._tell_first(self._first):
                    self._repeat_what_is_due()
            except PurgeFailed as failure:
                self._failed(failure)
        return self._next()

    def waiting(self) -> Waiting:
        """What was not told even once."""
        if self._first is None:
            return Waiting(cause=self._cause)
        return Waiting(max(1, len(self._first.targets)), self._clock() - self._first.since, self._cause)

    def _tell_first(self, batch: Batch) -> bool:
        if not self._tell(batch):
            return False
        self._first = None
        if self._ability.repeats:
            self._repeat_later(batch)
        else:
            self.done = batch.position
        return True

    def _repeat_later(self, batch: Batch) -> None:
        """Queue `batch` once more; what comes within a second of the last, or when many wait, goes with the last."""
        again = batch.again(self._clock() + REPEAT_AFTER)
        last = self._repeats[-1] if len(self._repeats) > 1 else None
        if last is None or (again.since - last.since > 1.0 and len(self._repeats) < MOST_REPEATS):
            self._repeats.append(again)
            return
        again.add(
            again.position,
            None if last.everything else last.targets,
            may_be_everything=self._ability.forgets_everything,
        )
        self._repeats[-1] = again

    def _repeat_what_is_due(self) -> None:
        while self._repeats and self._repeats[0].since <= self._clock():
            if not self._tell(self._repeats[0]):
                return
            self.done = self._repeats.pop(0).position

    def _tell(self, batch: Batch) -> bool:
        """Tell all of `batch` that the allowance has room for; return whether nothing is left of it."""
        while not batch.empty and self._allowance.take():
            if batch.everything:
                self._purger.forget_everything()
                batch.told_everything()
            else:
                targets = list(batch.targets)[: self._ability.batch]
                self._purger.forget(targets)
                batch.told(targets)
            self._recovered()
        return batch.empty

    def _next(self) -> float | None:
        now = self._clock()
        if self._first is None and not self._repeats:
            return None
        due = self._repeats[0].since if self._first is None else now
        return max(0.0, due - now, self._not_before - now, self._allowance.wait())

    def _failed(self, failure: PurgeFailed) -> None:
        if not self._cause:
            logger.error("the CDN could not be told what changed: %s", failure)
        self._cause = str(failure)
        self._not_before = self._clock() + max(self._pause, failure.retry_after)
        self._pause = min(self._pause * 2, LONGEST_PAUSE)

    def _recovered(self) -> None:
        if self._cause:
            logger.warning("the CDN is told again what changed")
        self._cause, self._pause = "", FIRST_PAUSE
