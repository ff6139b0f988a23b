"""Which tables are moved, column by column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from standfirst.cli.errors import Refusal
from standfirst.cli.moving.databases import Column, PostgresqlDatabase, SqliteDatabase, Table
from standfirst.cli.moving.kinds import kind_of

# The search indexes differ in their form from one database to the other; they are built anew.
BUILT_ANEW = (
    "wagtailsearch_indexentry",
    "story_search_publicdocument_index",
    "story_search_staffdocument_index",
)


@dataclass(frozen=True)
class Plan:
    """The tables to move, and the names of those that this version of Standfirst does not know."""

    tables: list[Table]
    left_out: list[str]


def plan(sqlite: SqliteDatabase, postgresql: PostgresqlDatabase, *, from_sqlite: bool) -> Plan:
    """Compare both databases, of which one has just been migrated.

    A table that only the old database has is left out and named: an app that was removed leaves such behind.

    Raises Refusal when a table is not the same on both sides.
    """
    here, there = sqlite.columns(), postgresql.columns()
    old, new = (set(here), set(there)) if from_sqlite else (set(there), set(here))
    for name in sorted(new - old - set(BUILT_ANEW)):
        raise Refusal(f"the newsroom's database lacks the table {name}; run `standfirst doctor`.")
    keys = postgresql.keys()
    shared = sorted(name for name in old & new if name not in BUILT_ANEW)
    tables = [_table(name, here[name], there[name], keys.get(name, ())) for name in shared]
    return Plan(tables, sorted(old - new))


def _table(name: str, here: list[str], there: Mapping[str, str], key: tuple[str, ...]) -> Table:
    if differing := set(here) ^ set(there):
        raise Refusal(f"the table {name} differs in its column {min(differing)}; run `standfirst doctor`.")
    columns = []
    for column, declared in there.items():
        kind = kind_of(declared)
        if kind is None:
            raise Refusal(
                f"the column {name}.{column} is of the type {declared}, which is not moved; please report it."
            )
        columns.append(Column(column, kind))
    return Table(name, tuple(columns), key)
