"""Renders a page of each frequent kind before the workers are forked: what that loads, they share."""

from __future__ import annotations

import logging

logger = logging.getLogger("standfirst.serve")
LOCK_PATIENCE = 500
"""Milliseconds to wait for a locked SQLite database: the first readers will render what this could not."""


def warm() -> None:
    """Render the first edition's front page and its newest story, and keep nothing of them.

    Compiled templates and the words of languages are then in memory that all workers share, instead of once in each.
    Raises nothing: without a database the group starts all the same.
    """
    from django.db import connection, connections

    from standfirst.config import wsgi
    from standfirst.delivery import store
    from standfirst.delivery.edge.application import Edge
    from standfirst.delivery.edge.asked import Asked

    if not isinstance(wsgi.application, Edge):
        return
    try:
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute(f"PRAGMA busy_timeout={LOCK_PATIENCE}")
        for path in _paths():
            wsgi.application.pages.renderer.render(Asked(path))
    except Exception as error:  # noqa: BLE001 - whatever it is, the workers will meet it and say so
        logger.info("nothing was rendered before the start (%s)", type(error).__name__)
    finally:
        connections.close_all()
        store.close()


def _paths() -> list[str]:
    """Return the addresses, as bytes in Latin-1 (PEP 3333)."""
    from standfirst.stories.models import Article, Edition

    edition = Edition.objects.live().order_by("path").first()
    if edition is None:
        return []
    newest = Article.objects.live().descendant_of(edition).order_by("-first_published_at").first()
    found = [page.get_url_parts() for page in (edition, newest) if page is not None]
    return [parts[2].encode().decode("latin-1") for parts in found if parts and parts[2]]
