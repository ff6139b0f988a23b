"""What the conditions of a statement demand: columns that equal each other, and columns that equal given values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from standfirst.delivery.tracing.tokens import Token, depth_of, split, without_brackets

Column = tuple[str, str]
"""An alias ("" where the statement names none) and a column."""


@dataclass(frozen=True, slots=True)
class Constraint:
    """`column` equals one of the values: placeholders by their number, and values that stand in the text."""

    column: Column
    places: tuple[int, ...] = ()
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Conditions:
    """Conditions that all hold at once. `used` are columns that anything but an equality of two columns looks at.

    `links` are pairs `(from, to)`: which rows of the second's table matter is known from the first's.
    """

    constraints: tuple[Constraint, ...] = ()
    links: tuple[tuple[Column, Column], ...] = ()
    used: frozenset[Column] = frozenset()

    def joined_by(self, other: Conditions) -> Conditions:
        """Return these and the `other` conditions."""
        return Conditions(self.constraints + other.constraints, self.links + other.links, self.used | other.used)

    def of_join(self, alias: str, *, optional: bool) -> Conditions:
        """The conditions of a join of `alias`.

        A LEFT JOIN filters nothing: its constraints hold for no other table, and rows to the right of it do not decide
        about those to the left.
        """
        if not optional:
            return self
        links = tuple(link for link in self.links if link[1][0] == alias)
        return Conditions((), links, self.used | {constraint.column for constraint in self.constraints})


def read_conditions(tokens: Sequence[Token]) -> Conditions:
    """Read conditions joined by AND; what is joined by OR or anything else only counts as used."""
    tokens = without_brackets(tokens)
    if not tokens:
        return Conditions()
    depth = depth_of(tokens)
    if any(token.key == "OR" and token.depth == depth for token in tokens):
        return Conditions(used=columns_in(tokens))
    parts = split(tokens, "AND")
    if len(parts) > 1:
        found = Conditions()
        for part in parts:
            found = found.joined_by(read_conditions(part))
        return found
    return _one(tokens)


def _one(tokens: Sequence[Token]) -> Conditions:
    column, rest = column_at(tokens)
    if column is None or not rest:
        return Conditions(used=columns_in(tokens))
    used = frozenset({column})
    if rest[0].value == "=":
        other, left = column_at(rest[1:])
        if other is not None and not left and not _is_value(rest[1:]):
            return Conditions(links=((column, other), (other, column)))
        constraint = _constraint(column, [rest[1:]])
    elif rest[0].key == "IN" and len(rest) > 2 and rest[1].value == "(" and rest[-1].value == ")":
        constraint = _constraint(column, split(rest[2:-1], ","))
    else:
        constraint = None
    if constraint is None:
        return Conditions(used=columns_in(tokens))
    return Conditions(constraints=(constraint,), used=used)


def _is_value(tokens: Sequence[Token]) -> bool:
    return len(tokens) == 1 and (tokens[0].value.isdigit() or tokens[0].key in {"TRUE", "FALSE", "NULL"})


def _constraint(column: Column, values: Sequence[Sequence[Token]]) -> Constraint | None:
    """`column` equals one of `values`; `None` when one of them is neither a placeholder nor a plain value."""
    places: list[int] = []
    texts: list[str] = []
    for value in values:
        if len(value) != 1:
            return None
        if value[0].kind == "place":
            places.append(value[0].place)
        elif value[0].kind == "text" and value[0].value.startswith("'"):
            texts.append(value[0].value[1:-1].replace("''", "'"))
        elif value[0].value.isdigit():
            texts.append(value[0].value)
        else:
            return None
    return Constraint(column, tuple(places), tuple(texts))


def column_at(tokens: Sequence[Token]) -> tuple[Column | None, Sequence[Token]]:
    """The column with which `tokens` begin, and what follows it."""
    if not tokens or not tokens[0].is_name:
        return None, tokens
    if len(tokens) > 2 and tokens[1].value == "." and tokens[2].is_name:
        return (tokens[0].value, tokens[2].value), tokens[3:]
    if len(tokens) > 1 and tokens[1].value == "(":
        return None, tokens
    return ("", tokens[0].value), tokens[1:]


def columns_in(tokens: Sequence[Token]) -> frozenset[Column]:
    """Every `alias.column` in `tokens`; names without an alias, and `*`, have the alias "". `COUNT(*)` reads none."""
    found: set[Column] = set()
    index = 0
    while index < len(tokens):
        token = tokens[index]
        if token.is_name and index + 2 < len(tokens) and tokens[index + 1].value == ".":
            found.add((token.value, tokens[index + 2].value))
            index += 3
            continue
        star = token.value == "*" and (index == 0 or tokens[index - 1].value != "(")
        if star or token.kind == "name" or (token.kind == "word" and not token.value.isdigit()):
            found.add(("", token.value))
        index += 1
    return frozenset(found)
