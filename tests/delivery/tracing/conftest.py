"""A page store that only takes notes."""

from __future__ import annotations

import pytest

from standfirst.delivery.models import Purge
from standfirst.delivery.tracing import log


class Store:
    """Takes marks like the page store."""

    def __init__(self) -> None:
        self.marks: list[tuple[list[str], int | None]] = []
        self.broken = False

    def mark(self, keys: list[str], *, log_id: int | None = None) -> int:
        if self.broken:
            raise OSError("the disk is full")
        self.marks.append((keys, log_id))
        return len(self.marks)


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch, transactional_db: None) -> Store:
    made = Store()
    monkeypatch.setattr(log, "current", lambda: made)
    Purge.objects.all().delete()  # emptying the database after the test before has been logged, too
    return made
