"""How much time a payment pays for, where no provider says so: the agreements that we collect by ourselves.

A payment that comes before the period before has ended, or up to `ON_TIME` after it, continues it. One that comes later
begins its own period at its own moment: nobody is charged for time that they were late with, or that we were down.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, datetime, timedelta

from django.utils import timezone

from standfirst.membership.models import PaidPeriod, Pledge, Price, Renewal
from standfirst.payments.models import Agreement, Payment

ON_TIME = timedelta(hours=24)
MONTHS = {Price.Interval.MONTH: 1, Price.Interval.YEAR: 12, Price.Interval.ONCE: 12}
"""What one payment is worth; who gives once is a member for a year."""
OUR_KEY = re.compile(r"(?P<agreement>[0-9a-f-]{36}):(?P<day>\d{4}-\d\d-\d\d):(?P<attempt>\d{1,4})")
"""The key of a renewal, as `Renewal.key` writes it."""


def months_after(start: datetime, months: int, day: int) -> datetime:
    """Return the moment `months` after `start`, on `day` of the month or its last one when it is shorter (in UTC)."""
    start = start.astimezone(UTC)
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return start.replace(year=year, month=month + 1, day=min(day, monthrange(year, month + 1)[1]))


def count_payments(pledge: Pledge, agreement: Agreement) -> list[PaidPeriod]:
    """Give `pledge` the time of those payments of `agreement` that have given none yet; return their periods.

    Sets `pledge.period_end` without saving. The caller holds the lock on the agreement and the pledge.
    """
    waiting = agreement.payments.filter(state__in=Payment.RECEIVED, paid_period=None).order_by("at", "pk")
    return [_count(pledge, payment) for payment in waiting]


def _count(pledge: Pledge, payment: Payment) -> PaidPeriod:
    # Whoever waited to become a member, because we heard late of the first payment, is not charged for the waiting.
    is_heard_late = pledge.state == Pledge.State.PENDING and payment.at < timezone.now() - ON_TIME
    start = timezone.now() if is_heard_late else payment.at
    day = start.astimezone(UTC).day
    if pledge.period_end is not None and payment.at <= pledge.period_end + ON_TIME:
        start = pledge.period_end
        before = pledge.paid_periods.filter(end=start).first()
        day = before.day if before else start.astimezone(UTC).day
    pledge.period_end = months_after(start, MONTHS[Price.Interval(_interval(pledge, payment))], day)
    return PaidPeriod.objects.create(payment=payment, pledge=pledge, start=start, end=pledge.period_end, day=day)


def _interval(pledge: Pledge, payment: Payment) -> str:
    """How long the payment is for: as its renewal asked for it, else as was chosen last."""
    renewal = renewal_of(payment)
    if renewal is not None:
        return renewal.interval
    return pledge.next_interval or pledge.interval


def renewal_of(payment: Payment) -> Renewal | None:
    """The renewal that collected `payment`; None when we did not."""
    ours = OUR_KEY.fullmatch(payment.key)
    if ours is None or ours["agreement"] != str(payment.agreement.key):
        return None
    return Renewal.objects.filter(
        agreement=payment.agreement_id, period_start=ours["day"], attempt=ours["attempt"]
    ).first()
