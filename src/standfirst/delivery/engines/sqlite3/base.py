"""The connection; Django finds it by the name of this module."""

from __future__ import annotations

from typing import Any

from django.db.backends.sqlite3 import base, operations

from standfirst.delivery.engines.observed import ObservedWrapper
from standfirst.delivery.engines.sqlite3.turns import Turn


class DatabaseOperations(operations.DatabaseOperations):
    """Django's own, with our compilers."""

    compiler_module = "standfirst.delivery.engines.sqlite3.compiler"


class DatabaseWrapper(ObservedWrapper, base.DatabaseWrapper):
    """Django's own, observed; who writes much leaves others a turn."""

    ops_class = DatabaseOperations

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._turn = Turn()

    def _start_transaction_under_autocommit(self) -> None:
        if not self.is_in_memory_db():
            self._turn.leave_to_others()
        super()._start_transaction_under_autocommit()  # type: ignore[misc] # Django has it, its stubs have not
        self._turn.begin()

    def _commit(self) -> None:
        super()._commit()
        self._turn.end()

    def _rollback(self) -> None:
        super()._rollback()
        self._turn.end()
