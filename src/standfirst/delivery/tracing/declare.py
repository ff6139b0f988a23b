"""Which tables have keys of their own: said once by each app, when it is ready.

A table that nobody declares is covered as a whole: reading it records `table:NAME`, and every write to it changes that.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Model

LONGEST_KEY = 80
_PLAIN = re.compile(r"[a-z0-9:._/@+-]*").fullmatch


@dataclass(frozen=True)
class Declaration:
    """How rows of one table become keys.

    `keyed` maps columns to the prefix of their keys, the narrowest first; `unseen` are columns that no page shows;
    `coarse` gives the part of a column's value that pages show; `kind` is the column with the content type, where rows
    of child models (multi-table inheritance) hang on this one.
    """

    model: type[Model]
    keyed: Mapping[str, str]
    unseen: frozenset[str]
    coarse: Mapping[str, Callable[[Any], Any]]
    kind: str

    @cached_property
    def table(self) -> str:
        return self.model._meta.db_table

    @cached_property
    def primary(self) -> str:
        """The column of the primary key."""
        return str(self.model._meta.pk.column)

    @cached_property
    def parents(self) -> list[Declaration]:
        """The declared models that this one inherits its columns from."""
        above = (declaration_of(parent._meta.db_table) for parent in self.model._meta.get_parent_list())
        return [found for found in above if found]

    @cached_property
    def columns(self) -> frozenset[str]:
        """The table's own columns."""
        return frozenset(field.column for field in self.model._meta.local_concrete_fields)

    def keys_of(self, row: Mapping[str, Any]) -> set[str]:
        """The keys that a change of `row` (values by column, perhaps not all) changes, those of any row left out."""
        return {key_of(prefix, row[column]) for column, prefix in self.keyed.items() if row.get(column) is not None}


_declared: dict[str, Declaration] = {}
_left_out: set[str] = set()
_on_change: list[Callable[[], None]] = []
_on_declared: list[Callable[[type[Model]], None]] = []


def declare(
    model: type[Model],
    *,
    row: str = "",
    columns: Mapping[str, str] | None = None,
    owner: Mapping[str, str] | None = None,
    unseen: Collection[str] = (),
    coarse: Mapping[str, Callable[[Any], Any]] | None = None,
    kind: str = "",
) -> None:
    """Give the rows of `model` keys of their own.

    Args:
        row: prefix of each row's own key: `story` makes `story:12`.
        owner: columns that name the row this one is a part of, and the prefix of that row's key.
        columns: further columns by which pages find rows, and the prefix of their keys.
        unseen: columns that no page shows: writing them changes nothing.
        coarse: what of a column's value pages show: `{"numchild": bool}` when they only ask whether there are any.
        kind: the column with the content type, for a model that others inherit their table's rows from.

    Raises:
        ValueError: neither `row` nor `owner` is given, or a column does not exist.
    """
    known = {field.column for field in model._meta.local_concrete_fields}
    keyed = {**({str(model._meta.pk.column): row} if row else {}), **(owner or {}), **(columns or {})}
    unknown = sorted({*keyed, *unseen, *(coarse or {}), *([kind] if kind else [])} - known)
    if unknown:
        raise ValueError(f"{model.__name__} has no column {unknown[0]!r}; its own are {', '.join(sorted(known))}.")
    if not row and not owner:
        raise ValueError(f"Say how a row of {model.__name__} is named: give `row` or `owner`.")
    _declared[model._meta.db_table] = Declaration(model, keyed, frozenset(unseen), coarse or {}, kind)
    _changed()
    for action in _on_declared:
        action(model)


def leave_out(*tables: str) -> None:
    """Say that no page shows anything of these tables: writing them changes nothing and is not logged.

    A page that reads one nevertheless is fresh for a minute at most.
    """
    _left_out.update(tables)
    _changed()


def declaration_of(table: str) -> Declaration | None:
    """Return what was declared about `table`."""
    return _declared.get(table)


def declarations() -> list[Declaration]:
    """Return everything that was declared."""
    return list(_declared.values())


def is_left_out(table: str) -> bool:
    """Return whether no page shows anything of `table`."""
    return table in _left_out


def when_changed(action: Callable[[], None]) -> None:
    """Call `action` after each declaration: for what was worked out from the earlier ones."""
    _on_change.append(action)


def when_declared(action: Callable[[type[Model]], None]) -> None:
    """Call `action` with each model that is declared."""
    _on_declared.append(action)


def _changed() -> None:
    for action in _on_change:
        action()


def key_of(prefix: str, value: Any) -> str:
    """Return the key of `value`: plain ASCII, at most 80 characters; what is not plain or is longer becomes a digest.

    >>> key_of("story", 12)
    'story:12'
    """
    if isinstance(value, UUID):
        value = value.hex
    elif isinstance(value, bool):
        value = int(value)
    key = f"{prefix}:{value}"
    if len(key) <= LONGEST_KEY and _PLAIN(key):
        return key
    return f"{prefix}:{hashlib.blake2b(key.encode(errors='surrogatepass'), digest_size=16).hexdigest()}"


def table_key(table: str) -> str:
    """Return the key that a change of `table` changes when nobody knows of which row."""
    return key_of("table", table)


def any_key(table: str) -> str:
    """Return the key that every change of a row of `table` changes."""
    return key_of("any", table)
