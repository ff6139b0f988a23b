"""What is read out of SQL: Django's own, and the simple forms that people write by hand."""

from __future__ import annotations

import pytest

from standfirst.delivery.tracing.conditions import Constraint
from standfirst.delivery.tracing.statements import statement_of


def test_joins_conditions_and_columns_of_a_select() -> None:
    found = statement_of(
        'SELECT "a"."id", T4."title" FROM "a" INNER JOIN "b" ON ("a"."b_id" = "b"."id") '
        'LEFT OUTER JOIN "c" T4 ON ("b"."c_id" = T4."id") '
        'WHERE ("a"."kind" = %s AND "b"."live" AND T4."k" IN (%s, %s) AND NOT ("a"."x" = %s)) ORDER BY "a"."y" LIMIT 3'
    )

    assert (found.verb, found.plain, found.tables) == ("select", True, {"a", "b", "c"})
    assert [(source.alias, source.table, source.optional) for source in found.sources] == [
        ("a", "a", False),
        ("b", "b", False),
        ("t4", "c", True),
    ]
    assert found.conditions.constraints == (Constraint(("a", "kind"), (0,)), Constraint(("t4", "k"), (1, 2)))
    assert set(found.conditions.links) == {
        (("a", "b_id"), ("b", "id")),
        (("b", "id"), ("a", "b_id")),
        (("b", "c_id"), ("t4", "id")),  # rows to the right of a LEFT JOIN decide nothing about those to the left
    }
    assert {("b", "live"), ("a", "x"), ("a", "y")} <= found.used


@pytest.mark.parametrize(
    ("sql", "nested"),
    [
        ('SELECT * FROM "a" WHERE "a"."id" IN (SELECT U0."a_id" FROM "b" U0)', {"b"}),
        ('SELECT 1 FROM "a" UNION SELECT 1 FROM "b"', {"a", "b"}),
        ('WITH q AS (SELECT 1 FROM "a") SELECT 1 FROM q, "b"', {"a", "b", "q"}),
        ('SELECT 1 FROM "a" NATURAL JOIN "b"', {"a", "b"}),
    ],
)
def test_tables_of_subqueries_and_of_what_is_not_understood_count_whole(sql: str, nested: set[str]) -> None:
    assert nested <= statement_of(sql).nested


def test_a_count_of_a_subquery_is_the_subquery() -> None:
    found = statement_of('SELECT COUNT(*) FROM (SELECT DISTINCT "a"."id" FROM "a" WHERE "a"."k" = %s) subquery')

    assert found.plain
    assert found.conditions.constraints == (Constraint(("a", "k"), (0,)),)
    assert found.nested == frozenset()


def test_conditions_joined_by_or_demand_nothing() -> None:
    found = statement_of('SELECT 1 FROM "a" WHERE ("a"."k" = %s OR "a"."live")')

    assert found.conditions.constraints == ()
    assert {("a", "k"), ("a", "live")} <= found.used


def test_sql_by_hand_without_quotes_is_read_as_well() -> None:
    assert statement_of("select token from furniture where id = 1").conditions.constraints == (
        Constraint(("", "id"), (), ("1",)),
    )
    found = statement_of("update a set x = 'it''s, where' , y = y + 1 where k = %s returning id")
    assert (found.table, found.columns, found.where_places) == ("a", ("x", "y"), (0, 1))
    assert "update a set x = 'it''s, where' , y = y + 1 where k = %s"[slice(*found.where)] == "k = %s"


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        ('INSERT INTO "a" ("x", "y") VALUES (%s, %s), (%s, NULL) RETURNING "a"."id"', ((0, 1), (2, -1))),
        ('INSERT OR IGNORE INTO "a" ("x", "y") VALUES (%s, %s)', ((0, 1),)),
        ('INSERT INTO "a" ("x", "y") VALUES (%s, lower(%s)) ON CONFLICT DO NOTHING', ((0, -1),)),
        ('INSERT INTO "a" ("x", "y") SELECT * FROM UNNEST((%s)::integer[], (%s)::varchar[])', ((0, 1),)),
    ],
)
def test_placeholders_of_inserted_rows(sql: str, rows: tuple[tuple[int, ...], ...]) -> None:
    found = statement_of(sql)

    assert (found.verb, found.table, found.columns, found.rows) == ("insert", "a", ("x", "y"), rows)


@pytest.mark.parametrize(
    ("sql", "tables"),
    [
        ("INSERT INTO a (x) VALUES (%s) ON CONFLICT (x) DO UPDATE SET x = 1", {"a"}),
        ("REPLACE INTO a (x) VALUES (1)", {"a"}),
        ("WITH q AS (SELECT 1) DELETE FROM a WHERE x IN (SELECT * FROM q)", {"a"}),
        ("TRUNCATE a, b", {"a", "b"}),
        ("UPDATE a SET x = b.x FROM b WHERE a.id = b.id", {"a"}),
        ("DELETE FROM a USING b WHERE a.id = b.id", {"a"}),
        ("UPDATE a AS t SET x = 1", {"a"}),
        ("UPDATE OR IGNORE a SET x = 1", {"a"}),
        ("UPDATE public.a SET x = 1", {"a"}),
        ("UPDATE a SET x = 1; DELETE FROM b", {"a", "b"}),
        ("SELECT 1 FROM c; UPDATE b SET y = 2;", {"b"}),
    ],
)
def test_unusual_writes_keep_their_tables_and_claim_nothing_else(sql: str, tables: set[str]) -> None:
    found = statement_of(sql)

    assert not found.plain
    assert tables <= ({found.table} if found.table else found.tables)


def test_names_without_quotes_are_folded_as_databases_do() -> None:
    found = statement_of("Update A Set X = 1 Where ID = %s;")

    assert (found.table, found.columns) == ("a", ("x",))
    assert "Update A Set X = 1 Where ID = %s;"[slice(*found.where)] == "ID = %s"
    assert statement_of('UPDATE "A" SET "X" = 1').table == "A"


@pytest.mark.parametrize("sql", ["SAVEPOINT x", "PRAGMA foreign_keys = ON", "BEGIN", "", "SET search_path TO x"])
def test_statements_about_no_rows_are_nothing_of_ours(sql: str) -> None:
    assert statement_of(sql).verb == ""


def test_a_statement_may_ask_the_clock_itself() -> None:
    assert statement_of('SELECT 1 FROM "a" WHERE "a"."ends" > CURRENT_TIMESTAMP').asks_clock
    assert not statement_of('SELECT "a"."now" FROM "a"').asks_clock
