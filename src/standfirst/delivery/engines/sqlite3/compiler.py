"""The compilers; Django finds them by their names."""

from __future__ import annotations

from django.db.models.sql import compiler as django
from django.db.models.sql.compiler import SQLAggregateCompiler

from standfirst.delivery.engines.observed import ReadingCompiler, WritingCompiler

__all__ = ["SQLAggregateCompiler", "SQLCompiler", "SQLDeleteCompiler", "SQLInsertCompiler", "SQLUpdateCompiler"]


class SQLCompiler(ReadingCompiler, django.SQLCompiler):
    """SELECT."""


class SQLInsertCompiler(WritingCompiler, django.SQLInsertCompiler):
    """INSERT."""


class SQLUpdateCompiler(WritingCompiler, django.SQLUpdateCompiler):
    """UPDATE."""


class SQLDeleteCompiler(WritingCompiler, django.SQLDeleteCompiler):
    """DELETE."""
