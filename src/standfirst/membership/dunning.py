"""What happens while a payment is late: polite mails, then the end of the grace. And the notices before a payment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from standfirst.membership import telling
from standfirst.membership.actions.renew_pledge import NOTICE
from standfirst.membership.changing import Held, hold
from standfirst.membership.models import MembershipTerms, Pledge, PledgeNotice, Price, Renewal
from standfirst.membership.renewing import accounts_run_by
from standfirst.payments.models import Payment
from standfirst.payments.providers.interface import RunBy

State = Pledge.State
FAILED = "failed"
PAYER_NOTICE = timedelta(days=7)
"""So long before the end of what is paid a payer who sends the money is reminded."""


def to_notice(now: datetime) -> QuerySet[Pledge]:
    """Pledges whose next payment is near, and of which notice is promised: yearly ones, and what payers send."""
    days = timedelta(days=MembershipTerms.current().notice_days)
    yearly = Q(period_end__lte=now + days) & (Q(interval="year", next_interval="") | Q(next_interval="year"))
    by_payer = Q(period_end__lte=now + PAYER_NOTICE, agreement__account__in=accounts_run_by(RunBy.PAYER))
    return (
        Pledge.objects.filter(yearly | by_payer, state=State.ACTIVE, ends_at=None, amount__gt=0)
        .exclude(Q(agreement=None) | Q(interval=Price.Interval.ONCE) | Q(next_amount=0))
        .order_by("period_end")
    )


@transaction.atomic
def give_notice(pledge: Pledge, now: datetime) -> bool:
    """Tell of the next payment, once for its day; return whether it was told now."""
    held = hold(pledge)
    kept = held.pledge
    if kept.state != State.ACTIVE or kept.period_end is None or kept.ends_at is not None:
        return False
    if kept.period_end < now and held.is_theirs:
        return False  # the provider has collected, or is about to: it is no notice any more
    about = kept.period_end.astimezone(UTC).date()
    notice, is_new = PledgeNotice.objects.get_or_create(
        pledge=kept, kind=NOTICE, about=about, step=0, defaults={"at": now}
    )
    if is_new:
        telling.tell_of_renewal(kept, notice, expected_at(held, now))
    return is_new


def expected_at(held: Held, now: datetime) -> datetime:
    """When the payment of which notice is given now will be; if we collect, not before the days of notice are over."""
    end = held.pledge.period_end or now
    is_ours = held.agreement is not None and held.agreement.account.verbs.abilities.run_by is RunBy.US
    return max(end, now + timedelta(days=MembershipTerms.current().notice_days)) if is_ours else end


def late() -> QuerySet[Pledge]:
    """Pledges with a payment that failed."""
    return Pledge.objects.filter(state=State.PAST_DUE).exclude(failed_at=None).order_by("failed_at")


@transaction.atomic
def remind(pledge: Pledge, now: datetime) -> bool:
    """Send the mail that is due about a late payment, once; return whether it was ordered now.

    One on the day of the failure and one on each day of retrying. Of several that were missed only the newest is sent.
    """
    held = hold(pledge)
    kept = held.pledge
    if kept.state != State.PAST_DUE or kept.failed_at is None or held.is_being_collected():
        return False
    days = (0, *MembershipTerms.current().retries)
    step = max((number for number, day in enumerate(days) if kept.failed_at + timedelta(days=day) <= now), default=0)
    about = kept.failed_at.astimezone(UTC).date()
    told = PledgeNotice.objects.filter(pledge=kept, kind=FAILED, about=about).order_by("-step").first()
    if told is not None and told.step >= step:
        return False
    notice = PledgeNotice.objects.create(pledge=kept, kind=FAILED, about=about, step=step, at=now)
    telling.tell_of_failure(kept, notice, code=_code(held), next_try=_next_try(held, step, days))
    return True


def _code(held: Held) -> str:
    """Why it was refused, as far as the provider tells."""
    if held.agreement is None:
        return ""
    failed = held.agreement.payments.filter(state=Payment.State.FAILED).order_by("-at", "-pk").first()
    refused = held.pledge.renewals.filter(state=Renewal.State.REFUSED).order_by("-pk").first()
    return (failed.failure if failed else "") or (refused.failure if refused else "")


def _next_try(held: Held, step: int, days: tuple[int, ...]) -> datetime | None:
    """When we try again; None when we do not, or do not know."""
    is_ours = held.agreement is not None and held.agreement.account.verbs.abilities.run_by is RunBy.US
    if not is_ours or step + 1 >= len(days) or held.pledge.failed_at is None:
        return None
    return held.pledge.failed_at + timedelta(days=days[step + 1])


def to_lapse(now: datetime) -> QuerySet[Pledge]:
    """Pledges whose grace is over."""
    return Pledge.objects.filter(state=State.PAST_DUE, lapses_at__lte=now).order_by("lapses_at")
