"""Keeps the search true: writes what changed, a second after it did.

One loop in the background worker of each node; several may run at once, and each may be killed at any moment.
"""

from __future__ import annotations

import logging
import threading

from django.db import InterfaceError, OperationalError, close_old_connections, connection, connections

from standfirst.discovery.search.rebuilding import fill_when_empty
from standfirst.discovery.search.waiting import work_off

logger = logging.getLogger("standfirst.search")

INTERVAL = 1.0


class SearchKeeper:
    """One look a second; what fails is logged and found again by its row."""

    def run(self, stopping: threading.Event) -> None:
        """Look until `stopping` is set; first, whether there is an archive that was never written."""
        is_away = is_begun = False
        while not stopping.wait(INTERVAL):
            close_old_connections()
            try:
                if not is_begun:
                    fill_when_empty()
                    is_begun = True
                work_off(is_stopping=stopping.is_set)
                is_away = False
            except (OperationalError, InterfaceError) as error:
                if not is_away:
                    logger.warning("the keeper of the search could not use the database (%s); trying again", error)
                is_away = True
                connection.close()
        connections.close_all()
