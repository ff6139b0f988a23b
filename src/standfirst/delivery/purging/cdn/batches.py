"""What waits to be told: in order, each target once, and nothing struck until the service has accepted it."""

from __future__ import annotations

from collections.abc import Iterable

from standfirst.delivery.purging.cdn.targets import MOST
from standfirst.delivery.purging.position import Position


class Batch:
    """Targets of all rows up to `position` that go together; `everything` stands for all that there could be.

    `since` is the clock's time when the batch began. What was told is kept apart, because it is told once more later;
    a target that changes again meanwhile is told again at once.
    """

    def __init__(self, position: Position, since: float) -> None:
        self.position = position
        self.since = since
        self.everything = False
        self.targets: dict[str, None] = {}
        self._everything_told = False
        self._told: dict[str, None] = {}

    def add(self, position: Position, targets: Iterable[str] | None, *, may_be_everything: bool) -> None:
        """Let the batch reach up to `position`; targets `None` means everything."""
        self.position = position
        if targets is not None:
            self.targets.update(dict.fromkeys(targets))
        if targets is None or (may_be_everything and len(self.targets) > MOST):
            self.everything = True
            self.targets.clear()

    def told(self, targets: Iterable[str]) -> None:
        """Strike what the service has accepted."""
        for target in targets:
            del self.targets[target]
            self._told[target] = None

    def told_everything(self) -> None:
        """Strike everything."""
        self.everything = False
        self._everything_told = True

    @property
    def empty(self) -> bool:
        """Whether there is nothing to tell any more."""
        return not self.everything and not self.targets

    def again(self, due: float) -> Batch:
        """The same once more, from `due` on."""
        batch = Batch(self.position, due)
        batch.everything = self._everything_told
        batch.targets = dict(self._told)
        return batch
