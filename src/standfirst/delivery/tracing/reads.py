"""What a page that reads depends on: the keys behind a SELECT.

A key is exact when the statement says so itself: it demands a value of a column that has keys, or it follows a foreign
key to rows that become objects, each of which records its own. Everything else depends on any row of the table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from standfirst.delivery.trace import Trace
from standfirst.delivery.tracing.clock import SECONDS_OF_CLOCK, compares_with_now, now
from standfirst.delivery.tracing.conditions import Column, Constraint
from standfirst.delivery.tracing.declare import (
    Declaration,
    any_key,
    declaration_of,
    is_left_out,
    key_of,
    table_key,
    when_changed,
)
from standfirst.delivery.tracing.statements import Source, Statement, statement_of

Parameters = Sequence[Any] | Mapping[str, Any] | None


@dataclass(frozen=True)
class Plan:
    """Keys that are known from the text alone, and constraints whose values give further ones."""

    keys: frozenset[str]
    constrained: tuple[tuple[str, Constraint], ...]
    asks_clock: bool
    reads_left_out: bool


def record_read(trace: Trace, sql: str, params: Parameters, *, objects: bool) -> None:
    """Record in `trace` what `sql` reads. `objects`: its rows become model instances, which record themselves."""
    plan = _plan(sql, objects)
    trace.keys |= plan.keys
    if not isinstance(params, Mapping):
        values = params or ()
        for prefix, constraint in plan.constrained:
            trace.keys.update(key_of(prefix, values[place]) for place in constraint.places)
            trace.keys.update(key_of(prefix, value) for value in constraint.values)
    if plan.reads_left_out or (not trace.timed and (plan.asks_clock or compares_with_now(params))):
        trace.limit(now() + SECONDS_OF_CLOCK)


@lru_cache(maxsize=4096)
def _plan(sql: str, objects: bool) -> Plan:
    statement = statement_of(sql)
    tables = {table for table in statement.tables if not is_left_out(table)}
    constrained, any_row = _Coverage(statement, objects=objects).found() if statement.plain else ([], set(tables))
    any_row |= statement.nested
    keys = {table_key(table) for table in tables}
    keys |= {any_key(table) for table in any_row if declaration_of(table)}
    return Plan(frozenset(keys), tuple(constrained), statement.asks_clock, len(tables) < len(statement.tables))


when_changed(_plan.cache_clear)


class _Coverage:
    """Finds for each table of a statement the narrowest keys that cover every row that could matter."""

    def __init__(self, statement: Statement, *, objects: bool) -> None:
        self.statement = statement
        self.objects = objects
        self.sources = {source.alias: source for source in statement.sources}
        self.declared = {alias: declaration_of(source.table) for alias, source in self.sources.items()}
        self.covered = {alias: "table" for alias, declared in self.declared.items() if declared is None}
        self.constraints = self._spread_constraints()

    def found(self) -> tuple[list[tuple[str, Constraint]], set[str]]:
        """Return constraints with the prefix of their keys, and the tables of which any row matters."""
        constrained: list[tuple[str, Constraint]] = []
        any_row: set[str] = set()
        for alias, declared in self.declared.items():
            exact = self._constraint_of(alias, declared) if declared else None
            if exact:
                constrained.append(exact)
                self.covered[alias] = "values"
        while waiting := [alias for alias in self.sources if alias not in self.covered]:
            if not any(self._follow(alias) for alias in waiting):
                alias = max(waiting, key=lambda name: len(self._declared(name).parents))
                self.covered[alias] = "any"
                any_row.add(self.sources[alias].table)
        return constrained, any_row

    def _declared(self, alias: str) -> Declaration:
        declared = self.declared[alias]
        assert declared is not None  # noqa: S101 - what nobody declared is covered from the start
        return declared

    def _resolved(self, column: Column) -> Column:
        """Give a column without an alias the statement's only table."""
        return (next(iter(self.sources)), column[1]) if not column[0] and len(self.sources) == 1 else column

    def _spread_constraints(self) -> dict[Column, Constraint]:
        """Constraints by column, and by each column that must equal it."""
        conditions = self.statement.conditions
        found = {self._resolved(constraint.column): constraint for constraint in conditions.constraints}
        pairs = [pair for left, right in conditions.links for pair in ((left, right), (right, left))]
        for _ in range(len(self.sources)):
            for left, right in pairs:
                if left in found:
                    found.setdefault(right, found[left])
        return found

    def _constraint_of(self, alias: str, declared: Declaration) -> tuple[str, Constraint] | None:
        for column, prefix in declared.keyed.items():
            constraint = self.constraints.get((alias, column))
            if constraint:
                return prefix, constraint
        return None

    def _follow(self, alias: str) -> bool:
        """Cover `alias` by the rows of another table that point at its primary key."""
        declared = self._declared(alias)
        key = (alias, declared.primary)
        for (other, column), target in self.statement.conditions.links:
            if target != key or other not in self.covered or other == alias:
                continue
            is_child = self._is_child(self.sources.get(other), column, declared)
            if is_child and self.covered[other] == "any":  # every change of a child's row, inherited columns included
                self.covered[alias] = "any"
                return True
            made = self.objects and bool({key, (other, column) if is_child else key} & self.statement.selected)
            if not self._decides(alias, declared) and (made or not self._shows(alias, declared)):
                self.covered[alias] = "rows"
                return True
        return False

    def _decides(self, alias: str, declared: Declaration) -> bool:
        """Whether columns of `alias` decide which rows are found, or in which order. A primary key never changes."""
        own = declared.columns - {declared.primary}
        return any(owner in (alias, "") and column in own for owner, column in self.statement.used)

    def _shows(self, alias: str, declared: Declaration) -> bool:
        """Whether anything of `alias` is selected but its primary key."""
        own = {*declared.columns, "*"} - {declared.primary}
        return any(owner in (alias, "") and column in own for owner, column in self.statement.selected)

    def _is_child(self, source: Source | None, column: str, parent: Declaration) -> bool:
        child = declaration_of(source.table) if source else None
        return child is not None and column == child.primary and parent in child.parents
