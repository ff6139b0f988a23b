"""Keeps the related stories true: looks every second or two whether a story changed.

One loop in the background worker of each node; several may run at once, and each may be killed at any moment.
"""

from __future__ import annotations

import logging
import threading

from django.db import InterfaceError, OperationalError, close_old_connections, connection, connections

logger = logging.getLogger("standfirst.related")

INTERVAL = 2.0


class RelatedKeeper:
    """One look every two seconds; what fails is logged and found again by its row."""

    def run(self, stopping: threading.Event) -> None:
        """Look until `stopping` is set."""
        from standfirst.discovery.related.waiting import work_off

        is_away = False
        while not stopping.wait(INTERVAL):
            close_old_connections()
            try:
                work_off(is_stopping=stopping.is_set)
                is_away = False
            except (OperationalError, InterfaceError) as error:
                if not is_away:
                    logger.warning("the keeper of related stories could not use the database (%s); trying again", error)
                is_away = True
                connection.close()
        connections.close_all()
