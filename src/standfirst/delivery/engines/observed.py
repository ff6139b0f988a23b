"""What both engines add to Django's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from standfirst.delivery.tracing.changes import complete
from standfirst.delivery.tracing.declare import is_left_out
from standfirst.delivery.tracing.log import append, commit_with_log, mark
from standfirst.delivery.tracing.observing import making_objects, observe, own_transaction

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models.sql.compiler import SQLCompiler as _Compiler

    class _Wrapper(BaseDatabaseWrapper):
        """With what the stubs leave out."""

        def _commit(self) -> None: ...
        def _rollback(self) -> None: ...

else:
    _Wrapper = _Compiler = object


class ObservedWrapper(_Wrapper):
    """A connection that watches its statements and ends its transactions with a row of the log.

    `changed_keys` are the keys that the running transaction has changed so far. A savepoint that is rolled back leaves
    its keys: changing too many is harmless, forgetting one is not.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.changed_keys: set[str] = set()
        self.log_exists = False
        self.execute_wrappers.append(observe)

    def connect(self) -> None:
        """Begin anew: what an earlier connection did not commit never was."""
        self.changed_keys = set()
        self.log_exists = False
        super().connect()

    def log_changes(self) -> None:
        """Log and mark what a statement outside every transaction changed."""
        complete(self)
        keys, self.changed_keys = self.changed_keys, set()
        mark(keys, append(self, keys))

    def _commit(self) -> None:
        complete(self)
        keys, self.changed_keys = self.changed_keys, set()
        if keys and self.connection is not None:
            commit_with_log(self, keys, super()._commit)
        else:
            super()._commit()

    def _rollback(self) -> None:
        self.changed_keys = set()
        super()._rollback()


class ReadingCompiler(_Compiler):
    """Knows whether the rows of a SELECT become objects."""

    def execute_sql(self, *args: Any, **kwargs: Any) -> Any:
        with making_objects(self.query.default_cols):
            return super().execute_sql(*args, **kwargs)


class WritingCompiler(_Compiler):
    """Writes inside a transaction of its own where there is none."""

    def execute_sql(self, *args: Any, **kwargs: Any) -> Any:
        meta = self.query.get_meta()
        if meta is None or is_left_out(meta.db_table):
            return super().execute_sql(*args, **kwargs)
        with own_transaction(self.connection):
            return super().execute_sql(*args, **kwargs)
