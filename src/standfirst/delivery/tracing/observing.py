"""Stands between Django and the database: what is read goes to the trace, what is changed to the log at commit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from typing import Any

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from standfirst.delivery import trace
from standfirst.delivery.tracing.reads import record_read
from standfirst.delivery.tracing.statements import statement_of
from standfirst.delivery.tracing.writes import Write, run

_makes_objects: ContextVar[bool] = ContextVar("standfirst_makes_objects", default=False)


def observe(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Execute one statement: an execute wrapper that every connection of our engines has."""
    traced = trace.current()
    text = sql if isinstance(sql, str) else _text(sql, context)
    statement = statement_of(text)
    if statement.verb == "select":
        if traced is not None:
            record_read(traced, text, params, objects=_makes_objects.get())
        return execute(sql, params, many, context)
    if not statement.verb:
        return execute(sql, params, many, context)
    connection = context["connection"]
    write = Write(connection, text, params, many, context["cursor"], statement)
    if not write.tables:
        return execute(sql, params, many, context)
    with own_transaction(connection) if _is_complete(write) else nullcontext():
        result, keys = run(write, lambda: execute(sql, params, many, context))
        connection.changed_keys |= keys
    if connection.changed_keys and connection.get_autocommit():
        connection.log_changes()
    return result


def _text(sql: Any, context: dict[str, Any]) -> str:
    """The text of a statement that psycopg composes."""
    return str(sql.as_string(context["cursor"].cursor))


def _is_complete(write: Write) -> bool:
    """Whether a transaction may end here: SQLite cannot commit while a statement has rows to be fetched."""
    return write.connection.vendor != "sqlite" or not write.returns_rows


@contextmanager
def making_objects(wanted: bool) -> Iterator[None]:
    """Inside, the rows of a SELECT become model instances (or not)."""
    token = _makes_objects.set(wanted)
    try:
        yield
    finally:
        _makes_objects.reset(token)


@contextmanager
def own_transaction(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Give a write that stands alone a transaction, so that what it changed is logged with it or not at all."""
    if connection.get_autocommit() and not connection.in_atomic_block:
        with transaction.atomic(using=connection.alias):
            yield
    else:
        yield
