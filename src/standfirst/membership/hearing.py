"""What the news of an agreement means for its pledge. Runs in the transaction that brought the news.

The pledge's state follows from the agreement as it is now, never from what happened on the way, so that it does not
matter which news were heard, in what order, or how often.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from standfirst.membership.models import MembershipTerms, Pledge
from standfirst.payments.models import Agreement, Payment
from standfirst.payments.news import News

State = Pledge.State


def hear_of_pledge(news: News) -> None:
    """Bring the pledge that `news` is about up to its agreement."""
    number = news.agreement.reference.partition(":")[2]
    pledge = Pledge.objects.locked().filter(pk=number).first()
    if pledge is None or pledge.state == State.ENDED:
        return
    if pledge.agreement_id != news.agreement.pk:
        if news.agreement.state != Agreement.State.ACTIVE or not _is_newer(news.agreement, pledge):
            return  # another has replaced it: its payments are in the ledger, and it says nothing here
        pledge.agreement = news.agreement
    follow(pledge, news.agreement)


def _is_newer(agreement: Agreement, pledge: Pledge) -> bool:
    return pledge.agreement is None or agreement.pk > pledge.agreement.pk


def follow(pledge: Pledge, agreement: Agreement) -> None:
    """Set the pledge's dates, amount and state by `agreement`, and save."""
    now = timezone.now()
    paid = agreement.payments.filter(state__in=Payment.RECEIVED).order_by("-at").first()
    pledge.period_end = agreement.period_end or pledge.period_end
    pledge.paused_until = agreement.paused_until
    pledge.ends_at = agreement.ends_at
    if agreement.amount != pledge.amount and agreement.state == Agreement.State.ACTIVE and paid is not None:
        pledge.note(f"now {agreement.money} instead of {pledge.money}")
        pledge.amount = agreement.amount
        if pledge.next_amount == agreement.amount:
            pledge.next_amount = None
    state, why = wanted(pledge, agreement, is_paid=paid is not None, now=now)
    if state == State.PAST_DUE and pledge.state != State.PAST_DUE:
        pledge.lapses_at = now + timedelta(days=MembershipTerms.current().grace_days)
    elif state != State.PAST_DUE:
        pledge.lapses_at = None
    if not pledge.move_to(state, why=why):
        pledge.save()


def wanted(pledge: Pledge, agreement: Agreement, *, is_paid: bool, now: datetime) -> tuple[str, str]:
    """The state that `pledge` has to be in by `agreement`, and why."""
    match agreement.state:
        case Agreement.State.ACTIVE if not is_paid and agreement.amount:
            return pledge.state, ""
        case Agreement.State.ACTIVE if agreement.interval == Agreement.Interval.ONCE:
            return State.ACTIVE, "paid once"
        case Agreement.State.ACTIVE if agreement.ends_at is not None:
            return State.CANCELLING, "ends with the period that is paid"
        case Agreement.State.ACTIVE:
            return State.ACTIVE, "the provider collects"
        case Agreement.State.FAILING if pledge.state == State.PENDING:
            return State.PENDING, ""
        case Agreement.State.FAILING if pledge.state == State.LAPSED:
            return State.LAPSED, ""
        case Agreement.State.FAILING:
            return State.PAST_DUE, "a payment failed"
        case Agreement.State.PAUSED:
            return State.PAUSED, "paused"
        case Agreement.State.ENDED if pledge.state == State.PAST_DUE:
            return State.LAPSED, "the provider gave up on a payment that failed"
        case Agreement.State.ENDED if pledge.state == State.LAPSED:
            return State.LAPSED, ""
        case Agreement.State.ENDED:
            return State.ENDED, "the agreement ended"
    return pledge.state, ""
