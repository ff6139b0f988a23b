"""Code may say itself what it changed: in its transaction, or at once where there is none."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, transaction

from standfirst.delivery.engines import observed
from standfirst.delivery.tracing.changes import change


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> list[set[str]]:
    """What is written to the log, a set for each row."""
    rows: list[set[str]] = []

    def append(_connection: Any, keys: set[str]) -> None:
        rows.append(set(keys))

    monkeypatch.setattr(observed, "append", append)
    monkeypatch.setattr(observed, "commit_with_log", lambda _connection, keys, commit: (rows.append(keys), commit()))
    monkeypatch.setattr(observed, "mark", lambda keys, number: None)
    return rows


@pytest.mark.django_db(transaction=True)
def test_a_change_is_logged_with_its_transaction_or_not_at_all(logged: list[set[str]]) -> None:
    with transaction.atomic():
        change("furniture:pages")
        change("furniture:sections", "section:1")
        assert logged == []
    assert logged == [{"furniture:pages", "furniture:sections", "section:1"}]
    with transaction.atomic():
        change("furniture:pages")
        transaction.set_rollback(True)
    change()
    assert len(logged) == 1
    change("furniture:social")
    assert logged[1:] == [{"furniture:social"}]
    assert connection.changed_keys == set()  # type: ignore[attr-defined] # of our engines
