"""Rows that go over are counted and summed; what differs afterwards is found."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from standfirst.cli.errors import Refusal
from standfirst.cli.moving.copying import copy_tables, verify
from standfirst.cli.moving.databases import Column, SqliteDatabase, Table, Write
from standfirst.cli.moving.kinds import kind_of

KINDS = {"id": "bigint", "headline": "text", "live": "boolean", "body": "jsonb"}
ROWS = [(1, "Trains", 1, '{"b": 1, "a": 2}'), (2, "Bridges", 0, "[]"), (3, None, 1, "[1.0]")]


def _table() -> Table:
    columns = [Column(name, kind) for name, declared in KINDS.items() if (kind := kind_of(declared))]
    return Table("story", tuple(columns), ("id",))


def _database(rows: list[tuple[object, ...]]) -> SqliteDatabase:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute("CREATE TABLE story (id INTEGER PRIMARY KEY AUTOINCREMENT, headline TEXT, live BOOL, body TEXT)")
    connection.executemany("INSERT INTO story VALUES (?, ?, ?, ?)", rows)
    return SqliteDatabase(connection)


@pytest.fixture
def databases() -> Iterator[tuple[SqliteDatabase, SqliteDatabase]]:
    source, target = _database(list(ROWS)), _database([])
    yield source, target
    source.connection.close()
    target.connection.close()


Pair = tuple[SqliteDatabase, SqliteDatabase]


def _copy(databases: Pair) -> dict[str, object]:
    return dict(copy_tables([_table()], *databases, lambda _table, _rows: None))


def test_all_rows_arrive_as_they_were(databases: Pair) -> None:
    sums = copy_tables([_table()], *databases, lambda _table, _rows: None)
    assert list(databases[1].rows(_table())) == ROWS
    assert sums["story"].rows == 3
    verify([_table()], databases[1], sums, lambda _table, _rows: None)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE story SET headline = 'Train' WHERE id = 1",
        "UPDATE story SET live = NOT live WHERE id = 1",
        "UPDATE story SET body = '[2]' WHERE id = 3",
        "UPDATE story SET headline = '' WHERE id = 3",
        "UPDATE story SET id = 4 WHERE id = 3",
        "DELETE FROM story WHERE id = 2",
        "INSERT INTO story VALUES (4, 'More', 1, '[]')",
        "UPDATE story SET headline = CASE id WHEN 1 THEN 'Bridges' ELSE 'Trains' END WHERE id < 3",
    ],
)
def test_a_table_that_arrived_otherwise_is_found(damage: str, databases: Pair) -> None:
    sums = copy_tables([_table()], *databases, lambda _table, _rows: None)
    databases[1].connection.execute(damage)
    with pytest.raises(Refusal, match="the table story did not arrive as it was"):
        verify([_table()], databases[1], sums, lambda _table, _rows: None)


def test_json_written_otherwise_is_the_same_data(databases: Pair) -> None:
    sums = copy_tables([_table()], *databases, lambda _table, _rows: None)
    databases[1].connection.execute("""UPDATE story SET body = '{"a":2,"b":1.0}' WHERE id = 1""")
    verify([_table()], databases[1], sums, lambda _table, _rows: None)


def test_every_value_that_cannot_go_over_is_told_at_once(databases: Pair) -> None:
    databases[0].connection.execute("UPDATE story SET headline = 'a' || char(0), body = '{' WHERE id = 1")
    databases[0].connection.execute("UPDATE story SET headline = CAST(x'ff' AS TEXT) WHERE id = 3")
    with pytest.raises(Refusal) as refused:
        _copy(databases)
    assert str(refused.value).splitlines()[1:] == [
        "story, id 1, headline: the value holds a NUL character",
        "story, id 1, body: the value is no JSON",
        "story, id 3, headline: the value holds bytes that are no UTF-8 text",
    ]
    assert str(refused.value).startswith("3 values cannot be moved")


def test_of_very_many_values_the_first_are_told(databases: Pair) -> None:
    databases[0].connection.executemany(
        "INSERT INTO story VALUES (?, 'a' || char(0), 1, '[]')", [(n,) for n in range(10, 40)]
    )
    with pytest.raises(Refusal) as refused:
        _copy(databases)
    lines = str(refused.value).splitlines()
    assert (len(lines), lines[-1]) == (22, "… and 10 more")


def test_ids_go_on_after_the_last_one_given_also_when_its_row_is_gone(databases: Pair) -> None:
    source, target = databases
    source.connection.execute("INSERT INTO story VALUES (99, '', 1, '[]')")
    source.connection.execute("DELETE FROM story WHERE id = 99")
    _copy(databases)
    target.set_last_ids(source.last_ids())
    target.connection.execute("INSERT INTO story (headline) VALUES ('next')")
    assert target.connection.execute("SELECT max(id) FROM story").fetchone() == (100,)


def test_a_large_table_is_written_in_batches_and_tells_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    source, target = _database([(n, str(n), 1, "[]") for n in range(1, 1204)]), _database([])
    monkeypatch.setattr("standfirst.cli.moving.copying.TOLD_EVERY", 500)
    most = _watch_batches(target)
    told: list[int] = []
    copy_tables([_table()], source, target, lambda _table, rows: told.append(rows))
    assert target.connection.execute("SELECT count(*) FROM story").fetchone() == (1203,)
    assert told == [500, 1000]
    assert most == [500, 500, 203]
    source.connection.close()
    target.connection.close()


def _watch_batches(database: SqliteDatabase) -> list[int]:
    """Note how many rows are in the table's file each time a row was taken."""
    original, seen = database.writing, []

    @contextmanager
    def writing(table: Table) -> Iterator[Write]:
        before = database.connection.total_changes
        with original(table) as write:

            def watched(read: tuple[object, ...], plain: tuple[object, ...]) -> None:
                nonlocal before
                write(read, plain)
                if (now := database.connection.total_changes) != before:
                    seen.append(now - before)
                    before = now

            yield watched
        seen.append(database.connection.total_changes - before)

    database.writing = writing  # type: ignore[method-assign]
    return seen
