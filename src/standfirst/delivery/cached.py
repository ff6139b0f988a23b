"""Django's cache in the database, for nodes that share nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.cache.backends.db import DatabaseCache

from standfirst.delivery.trace import untraced


class SharedCache(DatabaseCache):
    """Django's, whose reads are no dependency of a page: what is cached was read from tables that are."""

    def get_many(self, keys: Iterable[Any], version: int | None = None) -> dict[Any, Any]:
        """As Django's; `get` goes through here too."""
        with untraced():
            return super().get_many(keys, version=version)

    def has_key(self, key: Any, version: int | None = None) -> bool:
        """As Django's."""
        with untraced():
            return super().has_key(key, version=version)
