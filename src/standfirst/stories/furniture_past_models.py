"""Furniture that is written past its models: `update` of a query, SQL by hand, a page written as a plain `Page`."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from contextlib import closing
from typing import TYPE_CHECKING

from standfirst.delivery.tracing.changes import before_commit
from standfirst.stories import furniture_parts as parts

if TYPE_CHECKING:
    from standfirst.delivery.engines.observed import ObservedWrapper

VERSION = "table:stories_furnitureversion"
"""Changed whenever the version was renewed, as the models' signals do."""
ROWS = frozenset(
    {f"{word}:stories_{kind}" for word in ("any", "table") for kind in ("edition", "section", "informationpage")}
    | {"table:stories_newsroomsettings", "table:stories_sociallink", "table:wagtailcore_page", "table:wagtailcore_site"}
)
EVERY_PART = (
    *(parts.SITE, parts.SETTINGS, parts.SOCIAL, parts.COLOURS, parts.EDITIONS),
    *(parts.APPEAL, parts.SECTIONS, parts.PAGES, parts.OFFICIAL_PAGES),
)


def connect() -> None:
    """Look at every transaction right before its commit; called once when the app is ready."""
    before_commit(renew_when_unnoticed)


def renew_when_unnoticed(connection: ObservedWrapper, keys: frozenset[str]) -> Collection[str]:
    """Renew the furniture's version when its rows have changed and no signal said so; which part is then unknown."""
    if VERSION in keys or not keys & ROWS:
        return ()
    with connection.wrap_database_errors, closing(connection.create_cursor()) as cursor:
        cursor.execute("UPDATE stories_furnitureversion SET token = %s WHERE id = 1", [secrets.token_hex(8)])
    return (VERSION, *EVERY_PART)
