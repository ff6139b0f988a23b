"""One row a transaction, written by it; the page store marked after it; nothing of what was rolled back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import IntegrityError, connection, connections, transaction
from tests import factories
from tests.delivery.tracing.conftest import Store

from standfirst.accounts.models import User
from standfirst.delivery.models import Purge
from standfirst.delivery.tracing.changes import change

pytestmark = pytest.mark.django_db(transaction=True)


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


def test_a_savepoint_keeps_what_was_changed_before_and_after_it(store: Store) -> None:
    user = factories.user()
    store.marks.clear()

    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(name="Before")
        inner = transaction.savepoint()
        Group.objects.create(name="taken back")
        transaction.savepoint_rollback(inner)
        Permission.objects.filter(codename="add_group").update(name="after")

    (keys,) = [keys for keys, _number in store.marks]
    assert {f"staff:{user.pk}", "table:auth_permission"} <= set(keys)
    assert not Group.objects.filter(name="taken back").exists()


def test_what_is_left_after_a_rollback_does_not_reach_the_next_transaction(store: Store) -> None:
    def make_two() -> None:
        with transaction.atomic():
            Group.objects.create(name="one")
            Group.objects.create(name="one")

    with pytest.raises(IntegrityError):
        make_two()

    Permission.objects.filter(codename="add_group").update(name="after")

    assert [keys for keys, _number in store.marks] == [["table:auth_permission"]]


@pytest.mark.parametrize(
    "text",
    [
        "INSERT INTO auth_group (name) VALUES ('by hand') RETURNING id",
        "UPDATE auth_group SET name = 'again' WHERE name = 'one' RETURNING id",
        "DELETE FROM auth_group WHERE name = 'one' RETURNING id",
    ],
)
def test_rows_that_a_write_returns_can_be_fetched_and_the_write_is_logged(text: str, store: Store) -> None:
    Group.objects.create(name="one")
    store.marks.clear()

    with connection.cursor() as cursor:
        cursor.execute(text)
        assert len(cursor.fetchall()) == 1

    assert connection.get_autocommit()
    assert store.marks == [(["table:auth_group"], rows()[-1][0])]


@pytest.fixture
def other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A second database. Tests are kept from all that were not there when they began: not from this one."""
    ours = {"ENGINE": "standfirst.delivery.engines.sqlite3", "NAME": str(tmp_path / "other.sqlite3"), "OPTIONS": {}}
    connections.databases["other"] = {**connections.databases["default"], **ours}
    made: Any = connections["other"]
    monkeypatch.setattr(made, "ensure_connection", lambda: made.connection or made.connect())
    yield made
    made.close()
    del connections["other"], connections.databases["other"]


def test_changes_of_another_database_are_marked_by_themselves(store: Store, other: Any) -> None:
    with transaction.atomic():
        Group.objects.create(name="here")
        with other.cursor() as cursor:
            cursor.execute("CREATE TABLE scores (points integer)")
            cursor.execute("INSERT INTO scores VALUES (3)")
        change("weather:tbilisi", using="other")
        transaction.set_rollback(True)

    assert store.marks == [(["table:scores"], None), (["weather:tbilisi"], None)]
    assert rows() == []


def test_a_page_store_that_fails_does_not_break_the_writer(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    store.broken = True

    Group.objects.create(name="one")

    assert Group.objects.filter(name="one").exists()
    assert [keys for _number, keys in rows()] == [["table:auth_group"]]
    assert "The page store took no mark" in caplog.text
