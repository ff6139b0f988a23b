"""How a pledge follows the payments that we collect ourselves: dates and states are our own rows."""

from __future__ import annotations

from datetime import UTC, datetime

from standfirst.membership.actions.begin_period import begin_period
from standfirst.membership.actions.fall_behind import catch_up, fall_behind
from standfirst.membership.models import Pledge, Renewal
from standfirst.membership.periods import count_payments
from standfirst.payments.models import Agreement, Payment

State = Pledge.State


def follow_ours(pledge: Pledge, agreement: Agreement, now: datetime) -> None:
    """Set dates, amount and state by the payments of `agreement`, and save. The caller holds both locks."""
    conclude_renewals(agreement, now)
    for period in count_payments(pledge, agreement):
        asked_before = bool(period.payment.key) and period.payment.amount != pledge.next_amount
        if pledge.next_amount is None or not asked_before:
            begin_period(pledge, takes_amount=True)
    _end_when_charged_back(pledge, agreement)
    state, why = wanted(pledge, agreement, now=now)
    if state == State.PAST_DUE:
        fall_behind(pledge, now=now)
    elif state != State.LAPSED:
        catch_up(pledge)
    if not pledge.move_to(state, why=why):
        pledge.save()


def conclude_renewals(agreement: Agreement, now: datetime) -> None:
    """Write down what became of the renewals of `agreement` whose payments have come to an end, either way."""
    open_states = (Renewal.State.ASKED, Renewal.State.REFUSED, Renewal.State.DROPPED)
    waiting = list(Renewal.objects.locked().filter(agreement=agreement, state__in=open_states))
    if not waiting:
        return
    for renewal in waiting:
        renewal.agreement = agreement  # their keys name it
    renewals = {renewal.key: renewal for renewal in waiting}
    for payment in agreement.payments.filter(key__in=renewals):
        renewal = renewals[payment.key]
        if payment.state in Payment.RECEIVED:
            moved = renewal.move_to(Renewal.State.SETTLED)
        else:
            moved = payment.state == Payment.State.FAILED and renewal.move_to(Renewal.State.REFUSED)
        if moved:
            renewal.done_at, renewal.failure = now, payment.failure
            renewal.save()


def _end_when_charged_back(pledge: Pledge, agreement: Agreement) -> None:
    """Whoever took their money back at the bank is never charged again: the pledge ends with its period."""
    newest = agreement.payments.filter(state__in=Payment.RECEIVED).order_by("-at", "-pk").first()
    if newest is not None and newest.state == Payment.State.LOST and pledge.ends_at is None:
        pledge.ends_at = pledge.period_end
        pledge.note("the last payment was charged back: nothing more is collected")


def wanted(pledge: Pledge, agreement: Agreement, *, now: datetime) -> tuple[str, str]:
    """The state that `pledge` has to be in by what was paid, and why."""
    if pledge.period_end is None:
        return pledge.state, ""  # nothing was paid yet
    is_over = pledge.period_end <= now
    if agreement.state == Agreement.State.ENDED or (pledge.ends_at is not None and is_over):
        return _ended(pledge, is_over=is_over)
    if pledge.state == State.PAUSED:
        return State.PAUSED, ""
    if pledge.ends_at is not None:
        pledge.ends_at = pledge.period_end
        return State.CANCELLING, "ends with the period that is paid"
    if is_over and pledge.state in {State.PAST_DUE, State.LAPSED}:
        return pledge.state, ""
    if is_over and is_refused(pledge, agreement):
        return State.PAST_DUE, "a payment failed"
    return State.ACTIVE, "paid"


def _ended(pledge: Pledge, *, is_over: bool) -> tuple[str, str]:
    """Where a pledge stands that nothing more is collected for."""
    if pledge.state in {State.PAST_DUE, State.LAPSED}:
        return State.LAPSED, "the agreement ended with a payment open"
    if is_over:
        return State.ENDED, "the period that was paid is over"
    pledge.ends_at = pledge.period_end
    return State.CANCELLING, "ends with the period that is paid"


def is_refused(pledge: Pledge, agreement: Agreement) -> bool:
    """Whether the last attempt to collect for the period to come was refused."""
    if pledge.period_end is None:
        return False
    day = pledge.period_end.astimezone(UTC).date()
    newest = pledge.renewals.filter(agreement=agreement, period_start=day).order_by("-attempt").first()
    return newest is not None and newest.state == Renewal.State.REFUSED
