"""One row a transaction, written by it; the page store marked after it; nothing of what was rolled back."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, connection, transaction
from tests import factories

from standfirst.accounts.models import User
from standfirst.delivery.models import Purge
from standfirst.delivery.tracing import log

pytestmark = pytest.mark.django_db(transaction=True)


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
def store(monkeypatch: pytest.MonkeyPatch) -> Store:
    made = Store()
    monkeypatch.setattr(log, "current", lambda: made)
    Purge.objects.all().delete()  # emptying the database after the test before has been logged, too
    return made


def rows() -> list[Any]:
    return [(row.pk, row.keys) for row in Purge.objects.all()]


def test_a_transaction_is_one_row_and_one_mark_with_its_number(store: Store) -> None:
    with transaction.atomic():
        Group.objects.create(name="one")
        user = factories.user()
        assert store.marks == []
        assert rows() == []

    (row,) = rows()
    assert row[1] == ["any:accounts_user", "table:auth_group"]
    assert store.marks == [(row[1], row[0])]
    User.objects.filter(pk=user.pk).update(name="Somebody")
    assert store.marks[1:] == [(["any:accounts_user", f"staff:{user.pk}"], row[0] + 1)]


def test_what_is_rolled_back_is_neither_logged_nor_marked(store: Store) -> None:
    with transaction.atomic():
        Group.objects.create(name="one")
        transaction.set_rollback(True)

    Group.objects.filter(name="nobody").update(name="else")
    assert (rows(), store.marks) == ([], [])


def test_a_savepoint_that_is_rolled_back_may_change_too_much_but_forgets_nothing(store: Store) -> None:
    with transaction.atomic():
        Group.objects.create(name="one")
        with pytest.raises(IntegrityError), transaction.atomic():
            Group.objects.create(name="one")
    assert [keys for _number, keys in rows()] == [["table:auth_group"]]


def test_what_pages_never_show_and_what_stays_the_same_is_not_logged(store: Store) -> None:
    user = factories.user()
    store.marks.clear()

    User.objects.filter(pk=user.pk).update(last_login="2026-01-01T00:00:00Z")
    user.save()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_session")
        cursor.execute("UPDATE accounts_user SET name = name")

    assert store.marks == []


def test_sql_that_returns_rows_outside_a_transaction_is_logged(store: Store) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO auth_group (name) VALUES ('by hand') RETURNING id")
        assert cursor.fetchone()[0] > 0

    assert [keys for keys, _number in store.marks] == [["table:auth_group"]]


def test_a_page_store_that_fails_does_not_break_the_writer(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    store.broken = True

    Group.objects.create(name="one")

    assert Group.objects.filter(name="one").exists()
    assert [keys for _number, keys in rows()] == [["table:auth_group"]]
    assert "The page store took no mark" in caplog.text
