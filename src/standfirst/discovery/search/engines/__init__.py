"""The indexes behind the search, each in its own words."""

from __future__ import annotations

from django.db import connection

from standfirst.discovery.search.engines.interface import Index
from standfirst.discovery.search.engines.postgresql import PostgresqlIndex
from standfirst.discovery.search.engines.sqlite import SqliteIndex


def current_index() -> Index:
    """Return the index of the database that is configured."""
    return SqliteIndex() if connection.vendor == "sqlite" else PostgresqlIndex()
