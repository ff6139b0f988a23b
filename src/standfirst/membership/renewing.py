"""Which pledges are to be collected for now, and how fast.

After we were down for long what waits is not collected in one burst: each look takes a part of it, the oldest period
first, so that it is spread over some hours. The rules: docs/explanation/money.md, "How a pledge lives".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models import QuerySet

from standfirst.membership.actions.renew_pledge import COLLECTABLE, renew_pledge
from standfirst.membership.models import Pledge, Price, Renewal
from standfirst.payments.models import ProviderAccount
from standfirst.payments.providers.interface import RunBy

PORTION = 500
"""As many a look: ten thousand that are due in the same minute take twenty looks."""
BACKLOG = timedelta(hours=2)
"""What is due for longer waited because we were down."""
SPREAD = 60
"""Each look takes this part of the backlog: half of it is done after three quarters of an hour, all in six hours."""
LEAST = 5
SILENT = 5
"""After so many requests without an answer, one after the other, an account is left alone until the next look."""


def accounts_run_by(*who: RunBy) -> list[int]:
    """The accounts at providers whose recurring payments are collected by `who`."""
    return [account.pk for account in ProviderAccount.objects.all() if account.verbs.abilities.run_by in who]


def due(now: datetime) -> QuerySet[Pledge]:
    """Pledges whose paid time is over and that we collect for, the oldest period first."""
    return (
        Pledge.objects.filter(
            state__in=COLLECTABLE,
            period_end__lte=now,
            ends_at=None,
            amount__gt=0,
            agreement__account__in=accounts_run_by(RunBy.US),
        )
        .exclude(interval=Price.Interval.ONCE)
        .exclude(renewals__state=Renewal.State.ASKED)
        .order_by("period_end", "pk")
    )


def unanswered(now: datetime) -> QuerySet[Pledge]:
    """Those of which an attempt was asked for, and its answer never came."""
    waiting = Renewal.objects.filter(state=Renewal.State.ASKED, next_try_at__lte=now)
    return Pledge.objects.filter(pk__in=waiting.values("pledge")).order_by("period_end", "pk")


def renew_all(now: datetime, *, is_stopping: Callable[[], bool] = lambda: False) -> int:
    """Collect what is due in this look: what is due on time, and a part of what has waited. Returns the attempts."""
    first = due(now).filter(state=Pledge.State.ACTIVE)
    backlog = first.filter(period_end__lte=now - BACKLOG)
    look = Look(now, is_stopping)
    look.renew(unanswered(now), PORTION)
    look.renew(first.filter(period_end__gt=now - BACKLOG), PORTION)
    look.renew(backlog, max(LEAST, -(-backlog.count() // SPREAD)))
    look.renew(due(now).filter(state=Pledge.State.PAST_DUE), PORTION)
    return look.attempts


class Look:
    """One look: how many attempts were made, and which accounts do not answer and are left alone until the next."""

    def __init__(self, now: datetime, is_stopping: Callable[[], bool]) -> None:
        self.now = now
        self.is_stopping = is_stopping
        self.attempts = 0
        self._silent: Counter[int] = Counter()

    def renew(self, pledges: QuerySet[Pledge], most: int) -> None:
        """Make at most `most` attempts. Whether one is due indeed is tested under the lock of each pledge."""
        enough = self.attempts + most
        for pledge in pledges.select_related("agreement").iterator(chunk_size=200):
            if self.is_stopping() or self.attempts >= enough:
                return
            account = pledge.agreement.account_id if pledge.agreement else 0
            if self._silent[account] >= SILENT:
                continue
            done = renew_pledge(pledge=pledge, now=self.now)
            self.attempts += done is not None
            if done is not None:
                is_silent = done.state == Renewal.State.ASKED and bool(done.failure)
                self._silent[account] = self._silent[account] + 1 if is_silent else 0
