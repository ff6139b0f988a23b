"""The connection; Django finds it by the name of this module."""

from __future__ import annotations

from django.db.backends.postgresql import base, operations

from standfirst.delivery.engines.observed import ObservedWrapper


class DatabaseOperations(operations.DatabaseOperations):
    """Django's own, with our compilers."""

    compiler_module = "standfirst.delivery.engines.postgresql.compiler"


class DatabaseWrapper(ObservedWrapper, base.DatabaseWrapper):
    """Django's own, observed."""

    ops_class = DatabaseOperations
