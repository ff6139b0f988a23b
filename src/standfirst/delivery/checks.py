"""What `standfirst doctor` and Django's system check find wrong with how pages are stored."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.db import DEFAULT_DB_ALIAS, connections

from standfirst.delivery.engines.observed import ObservedWrapper


def check_engine(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Return an error when pages are stored though nobody sees what is written to the database."""
    connection = connections[DEFAULT_DB_ALIAS]
    if settings.PAGE_STORE is None or isinstance(connection, ObservedWrapper):
        return []
    return [
        Error(
            f"Pages are stored, but the database engine {connection.settings_dict['ENGINE']!r} does not say what "
            "changes: stored pages would never be made anew.",
            hint="Set DATABASES['default']['ENGINE'] to 'standfirst.delivery.engines.sqlite3' or "
            "'standfirst.delivery.engines.postgresql', or a subclass of theirs; or set PAGE_STORE to None.",
            id="delivery.E001",
        )
    ]
