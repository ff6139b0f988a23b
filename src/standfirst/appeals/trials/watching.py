"""Looks at running tests once an hour, beside all requests, and stops a variant that another one clearly beats.

One loop in the background worker of each node. Several may run at once: a decision is made under the appeal's lock, and
one that was made is not made again. The control is never stopped, and nobody but staff chooses a winner.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime

from django.db import InterfaceError, OperationalError, close_old_connections, connection, connections
from django.utils import timezone

from standfirst.appeals.models import Appeal, Variant
from standfirst.appeals.trials.actions.revive_variant import revived
from standfirst.appeals.trials.actions.stop_variant import stop_variant
from standfirst.appeals.trials.deciding import CannotDecide
from standfirst.appeals.trials.figures import figures_of
from standfirst.appeals.trials.rule import stand, total

logger = logging.getLogger("standfirst.appeals")
INTERVAL = 3600.0


class TrialKeeper:
    """One look an hour, the first at once."""

    def __init__(self, now: Callable[[], datetime] = timezone.now, interval: float = INTERVAL) -> None:
        """Take the clock from `now`; `interval` is in seconds."""
        self.now, self.interval = now, interval

    def run(self, stopping: threading.Event) -> None:
        """Look until `stopping` is set. What fails is logged and tried again at the next look."""
        while not stopping.is_set():
            close_old_connections()
            try:
                watch(self.now())
            except (OperationalError, InterfaceError) as error:
                logger.warning("tests of appeals could not be looked at (%s); trying again in an hour", error)
                connection.close()
            except Exception:  # a test that cannot be reckoned must not end the worker that looks after money
                logger.exception("tests of appeals could not be looked at; trying again in an hour")
            stopping.wait(self.interval)
        connections.close_all()


def watch(now: datetime) -> list[Variant]:
    """Stop the clear losers of all running tests; return them."""
    running = Appeal.objects.filter(trial_begun__isnull=False, trial_ended=None)
    return [loser for appeal in running.prefetch_related("variants") for loser in _stop_losers(appeal, now)]


def _stop_losers(appeal: Appeal, now: datetime) -> list[Variant]:
    figures = figures_of(appeal, now)
    losers = stand(figures.days, figures.numbers, figures.running).losers
    spared = revived(appeal)
    stopped = []
    for variant in figures.variants:
        if variant.pk not in losers or variant.pk in spared or variant.number == Variant.CONTROL:
            continue
        count = total(figures.days, variant.pk)
        why = f"clearly fewer members than another variant: {count.joins} joined, seen {count.seen} times"
        try:
            is_new = stop_variant(appeal=appeal, variant=variant, why=why)
        except CannotDecide:  # somebody ended the test meanwhile
            break
        if is_new:
            logger.warning("variant %s of the appeal %s was stopped: %s", variant.number, appeal.pk, why)
            stopped.append(variant)
    return stopped
