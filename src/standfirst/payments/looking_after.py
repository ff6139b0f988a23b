"""Looks after what no request and no message looks after: what was left undone, and what may have been lost.

One loop in the background worker of each node. Everything here may be done by several nodes at once and be killed at
any moment: whatever was begun is found again by its row.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TypeVar

from django.db import InterfaceError, OperationalError, close_old_connections, connection, connections
from django.utils import timezone

from standfirst.payments.actions.abandon_agreements import abandon, take_expired
from standfirst.payments.actions.process_event import EXPECTED, order_due_events
from standfirst.payments.actions.reconcile import reconcile, take_for_comparison
from standfirst.payments.actions.refund_payment import complete_refund, take_asked_refunds
from standfirst.payments.models import Agreement, Refund
from standfirst.payments.providers.interface import NotReached

logger = logging.getLogger("standfirst.payments")

INTERVAL = 10.0
PORTION = 20
"""Agreements a look: two a second, 170,000 a day, and far below what any provider allows."""
MOST_SILENCE = 3
"""So often in a row an account may give no answer; then its rows are left until they are due again, and those of
other accounts do not wait for it."""
Row = TypeVar("Row", Refund, Agreement)


class MoneyKeeper:
    """One look each ten seconds. What fails is logged, holds up nothing else, and is due again by its own row."""

    def __init__(self, now: Callable[[], datetime] = timezone.now) -> None:
        """Take the clock from `now`."""
        self.now = now
        self._stopping = threading.Event()
        self._silent: Counter[int] = Counter()
        """Accounts, and how often in a row they gave no answer within a look."""

    def run(self, stopping: threading.Event) -> None:
        """Look until `stopping` is set; what waits for an answer then is finished first."""
        self._stopping = stopping
        is_away = False
        while not stopping.wait(INTERVAL):
            close_old_connections()
            try:
                self.look()
                is_away = False
            except (OperationalError, InterfaceError) as error:
                if not is_away:
                    logger.warning("the keeper of money could not use the database (%s); trying again", error)
                is_away = True
                connection.close()
        connections.close_all()

    def look(self) -> int:
        """Do everything that is due now; return how many things were done. Raises what a database away raises."""
        now = self.now()
        self._silent.clear()
        done = order_due_events(now)
        done += self._each(take_asked_refunds(now, PORTION), lambda refund: complete_refund(refund=refund), "refund")
        done += self._each(take_expired(now, PORTION), abandon, "agreement that expired")
        done += self._each(take_for_comparison(now, PORTION), reconcile, "comparison of agreement")
        return done

    def _each(self, rows: Iterable[Row], act: Callable[[Row], object], what: str) -> int:
        """Do it for one row after the other until the worker stops; return for how many it went well."""
        done = 0
        for row in rows:
            if self._stopping.is_set():
                break
            account = (row.payment if isinstance(row, Refund) else row).account_id
            if self._silent[account] >= MOST_SILENCE:
                continue
            try:
                act(row)
                done += 1
                self._silent[account] = 0
            except NotReached as error:
                self._silent[account] += 1
                logger.warning("%s %s is put off: %s", what, row.pk, error)
            except (OperationalError, InterfaceError):
                raise
            except EXPECTED as error:
                logger.warning("%s %s is put off: %s", what, row.pk, error)
            except Exception:
                logger.exception("%s %s failed", what, row.pk)
        return done
