"""Looks after members beside all requests: renews, reminds, ends, resumes, and tells providers what they do not know.

One loop in the background worker of each node. Several may run at once, and each may be killed at any moment: whatever
is done follows from rows, under their locks.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TypeVar

from django.db import InterfaceError, OperationalError, close_old_connections, connection, connections
from django.db.models import Model, Q
from django.utils import timezone

from standfirst.membership import dunning
from standfirst.membership.actions.become_free import become_free_when_due, to_become_free
from standfirst.membership.actions.deliver_gifts import deliver_gift, due_gifts
from standfirst.membership.actions.end_pledge import end_pledge
from standfirst.membership.actions.end_superseded import end_superseded, superseded
from standfirst.membership.actions.forget_unpaid import forget_unpaid, to_forget
from standfirst.membership.actions.lapse_pledge import lapse_pledge
from standfirst.membership.actions.resume_pledge import resume_pledge
from standfirst.membership.changing import CannotChange, tell_provider
from standfirst.membership.first_transfers import awaited, remind_of_first_transfer
from standfirst.membership.goal import show_goal
from standfirst.membership.models import ChangeOrder, Pledge, Price
from standfirst.membership.renewing import accounts_run_by, renew_all
from standfirst.membership.trying_cards import forget_attempts
from standfirst.payments.providers.fakes import fakes_allowed
from standfirst.payments.providers.interface import RunBy

logger = logging.getLogger("standfirst.membership")

INTERVAL, IN_THE_DEMO = 60.0, 5.0
"""Seconds between two looks. Who lets a month pass at the fake of a provider watches what becomes of it."""
PORTION = 500
State = Pledge.State
Row = TypeVar("Row", bound=Model)


class MemberKeeper:
    """One look after the other. What fails is logged, holds up nothing else, and is found again by its own row."""

    def __init__(self, now: Callable[[], datetime] = timezone.now) -> None:
        """Take the clock from `now`."""
        self.now = now
        self.interval = IN_THE_DEMO if fakes_allowed() else INTERVAL
        self._stopping = threading.Event()

    def run(self, stopping: threading.Event) -> None:
        """Look until `stopping` is set; the pledge that is worked on then is finished first."""
        self._stopping = stopping
        is_away = False
        while not stopping.wait(self.interval):
            close_old_connections()
            try:
                self.look()
                is_away = False
            except (OperationalError, InterfaceError) as error:
                if not is_away:
                    logger.warning("the keeper of members could not use the database (%s); trying again", error)
                is_away = True
                connection.close()
        connections.close_all()

    def look(self) -> int:
        """Do everything that is due now; return how many things were done. Raises what a database away raises."""
        now = self.now()
        done = self._each(waiting_changes(now), lambda order: tell_provider(order, now))
        done += self._each(superseded(), end_superseded)
        done += self._each(to_resume(now), lambda pledge: bool(resume_pledge(pledge=pledge)))
        done += self._each(to_end(now), lambda pledge: end_pledge(pledge=pledge, now=now))
        done += self._each(to_become_free(now), lambda pledge: become_free_when_due(pledge=pledge, now=now))
        done += self._each(dunning.to_notice(now), lambda pledge: dunning.give_notice(pledge, now))
        done += self._each(awaited(now), lambda agreement: remind_of_first_transfer(agreement, now))
        done += renew_all(now, is_stopping=self._stopping.is_set)
        done += self._each(due_gifts(), deliver_gift)
        done += self._each(dunning.late(), lambda pledge: dunning.remind(pledge, now))
        done += self._each(dunning.to_lapse(now), lambda pledge: lapse_pledge(pledge=pledge, now=now))
        done += self._each(to_forget(now), lambda member: forget_unpaid(member=member, now=now))
        forget_attempts(now)
        show_goal(now)
        return done

    def _each(self, rows: Iterable[Row], act: Callable[[Row], bool]) -> int:
        """Do it for one row after the other until the worker stops; return for how many something was done."""
        done = 0
        for row in list(rows):
            if self._stopping.is_set():
                break
            try:
                done += act(row)
            except (OperationalError, InterfaceError):
                raise
            except CannotChange as error:
                logger.info("%s %s is left as it is: %s", row._meta.verbose_name, row.pk, error)
            except Exception:  # one row that is wrong must not keep the others from their members
                logger.exception("%s %s failed", row._meta.verbose_name, row.pk)
        return done


def waiting_changes(now: datetime) -> Iterable[ChangeOrder]:
    """Changes that a provider has not been told of yet, the oldest first."""
    waiting = ChangeOrder.objects.filter(state=ChangeOrder.State.ASKED, next_try_at__lte=now)
    return waiting.order_by("pk")[:PORTION]


def to_resume(now: datetime) -> Iterable[Pledge]:
    """Pauses of ours that are over; a provider that pauses by itself goes on by itself."""
    ours = accounts_run_by(RunBy.US)
    return Pledge.objects.filter(state=State.PAUSED, paused_until__lte=now, agreement__account__in=ours)[:PORTION]


def to_end(now: datetime) -> Iterable[Pledge]:
    """Pledges whose time is over for good: cancelled, given, paid once."""
    given = Q(state=State.ACTIVE, period_end__lte=now) & (Q(agreement=None) | Q(interval=Price.Interval.ONCE))
    return Pledge.objects.filter(given | Q(state=State.CANCELLING, ends_at__lte=now)).order_by("pk")[:PORTION]
