"""Collect the next payment of a pledge: once for its period, whatever crashes and however many try.

Three steps, each of which may be the last before a crash, and each of which may be done again:

1. `claim`: under the locks, write the attempt down and commit; its key follows from the row.
2. `collect`: ask the provider with that key, outside of any transaction. The same key never collects twice.
3. `refresh`: fetch what is true there; in one transaction the payment, the ledger, the renewal and the pledge follow.

An attempt whose answer never came is asked for again by its own key. A further attempt is only made when the one before
is known to have been refused.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from standfirst.membership.following_ours import follow_ours
from standfirst.membership.models import MembershipTerms, Pledge, Renewal
from standfirst.payments.actions.apply_snapshot import Contradiction, refresh
from standfirst.payments.models import Agreement, Payment
from standfirst.payments.providers.interface import Collect, ProviderError, RunBy
from standfirst.payments.states import StateError

logger = logging.getLogger("standfirst.membership")

LEASE = timedelta(minutes=10)
"""For so long whoever claimed an attempt has it to themselves; longer than any provider's time-out."""
BACK_OFF = (timedelta(minutes=10), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=6))
SETTLES_WITHIN = timedelta(days=1)
"""After that a request whose answer was lost, and of which the provider knows nothing, was never carried out."""
OURS = frozenset({"credentials", "configuration", "forbidden", "unauthorized", "permission"})
"""Codes of refusals that are about our account at the provider and not about the payer's card."""
NOTICE = "renewal"
"""The kind of a `PledgeNotice` that goes before a payment."""
UNDER_WAY = frozenset({Payment.State.PENDING, Payment.State.DISPUTED})
COLLECTABLE = frozenset({Pledge.State.ACTIVE, Pledge.State.PAST_DUE})


def renew_pledge(*, pledge: Pledge, now: datetime | None = None, at_once: bool = False) -> Renewal | None:
    """Collect what is due of `pledge`; return the attempt, None when nothing is to be collected now.

    `at_once`: the member asks for it, so that the next day of retrying is not waited for, nor the end of a lapse.
    """
    renewal = claim(pledge, now=now or timezone.now(), at_once=at_once)
    return collect(renewal) if renewal is not None else None


@transaction.atomic
def claim(pledge: Pledge, *, now: datetime, at_once: bool = False) -> Renewal | None:
    """Write an attempt down, or take one again whose answer is missing; None when there is nothing to do now."""
    if pledge.agreement_id is None:
        return None
    agreement = Agreement.objects.locked().select_related("account").get(pk=pledge.agreement_id)
    kept = Pledge.objects.locked().select_related("member", "tier", "next_tier").get(pk=pledge.pk)
    open_one = Renewal.objects.locked().filter(agreement=agreement, state=Renewal.State.ASKED).first()
    if open_one is not None:
        return _take_again(open_one, kept, now)
    due = what_is_due(kept, agreement, now=now, at_once=at_once)
    if due is None:
        return None
    return Renewal.objects.create(
        pledge=kept,
        agreement=agreement,
        period_start=due.day,
        attempt=due.attempt,
        amount=kept.amount if kept.next_amount is None else kept.next_amount,
        currency=kept.currency,
        interval=kept.next_interval or kept.interval,
        made_at=now,
        next_try_at=now + LEASE,
        tries=1,
    )


def _take_again(renewal: Renewal, pledge: Pledge, now: datetime) -> Renewal | None:
    if renewal.next_try_at > now:
        return None  # somebody else is about it, or its pause is not over
    renewal.tries += 1
    renewal.next_try_at = now + LEASE
    renewal.save()
    return renewal


@dataclass(frozen=True)
class Due:
    """The day whose period is to be collected for, and the number of the attempt."""

    day: date
    attempt: int


def what_is_due(pledge: Pledge, agreement: Agreement, *, now: datetime, at_once: bool) -> Due | None:
    """Return which attempt is due of `pledge` now. The rules of docs/explanation/money.md, "How a pledge lives"."""
    is_wanted = pledge.state in COLLECTABLE or (at_once and pledge.state == Pledge.State.LAPSED)
    if not is_wanted or pledge.agreement_id != agreement.pk or pledge.ends_at is not None:
        return None
    if agreement.state not in {Agreement.State.ACTIVE, Agreement.State.FAILING} or not agreement.mandate_id:
        return None
    if agreement.account.verbs.abilities.run_by is not RunBy.US or pledge.interval == Agreement.Interval.ONCE:
        return None
    if pledge.period_end is None or pledge.period_end > now or pledge.next_amount == 0 or pledge.amount == 0:
        return None
    if agreement.payments.filter(state__in=UNDER_WAY).exists():
        return None  # nobody is charged again while another payment is open, or taken back at the bank
    day = pledge.period_end.astimezone(UTC).date()
    before = Renewal.objects.filter(agreement=agreement, period_start=day).order_by("-attempt").first()
    if before is None:
        return Due(day, 1) if at_once or _is_told_in_time(pledge, day, now) else None
    if before.state == Renewal.State.SETTLED or not (at_once or _is_retry_due(pledge, before, now)):
        return None
    return Due(day, before.attempt + 1)


def _is_told_in_time(pledge: Pledge, day: date, now: datetime) -> bool:
    """Whether the notice that is promised before a yearly payment was sent, and its days are over."""
    if (pledge.next_interval or pledge.interval) != Agreement.Interval.YEAR:
        return True
    notice = pledge.notices.filter(kind=NOTICE, about=day).first()
    return notice is not None and notice.at + timedelta(days=MembershipTerms.current().notice_days) <= now


def _is_retry_due(pledge: Pledge, before: Renewal, now: datetime) -> bool:
    """Whether a day of retrying has come since the last attempt; days that were missed are not made up for."""
    if before.state == Renewal.State.DROPPED:
        return True
    first = pledge.failed_at or before.made_at
    days = [first + timedelta(days=days) for days in MembershipTerms.current().retries]
    return any(before.made_at < day <= now for day in days)


def collect(renewal: Renewal) -> Renewal:
    """Ask the provider for a claimed attempt, and write down what came of it. Never raises what a provider says."""
    agreement = renewal.agreement
    refusal: ProviderError | None = None
    try:
        if renewal.tries > 1:
            refresh(agreement)  # an answer that was lost may be read there
        if _is_to_be_asked(renewal):
            agreement.account.verbs.start(agreement.account.credentials, _order(renewal, agreement))
    except ProviderError as error:
        refusal = error
    except (Contradiction, StateError) as error:
        return _conclude(renewal, str(error), is_final=False)
    try:
        refresh(agreement)
    except (ProviderError, Contradiction, StateError) as error:
        return _conclude(renewal, str(refusal or error), is_final=False)
    if refusal is None:
        return _conclude(renewal, "", is_final=False)
    is_theirs = not refusal.retry and refusal.code not in OURS
    return _conclude(renewal, refusal.code if is_theirs else str(refusal), is_final=is_theirs)


def _order(renewal: Renewal, agreement: Agreement) -> Collect:
    tier = renewal.pledge.next_tier or renewal.pledge.tier
    description = tier.text(renewal.pledge.member.language).name
    return Collect(renewal.key, agreement.mandate_id, renewal.money, description, agreement.token)


def _is_to_be_asked(renewal: Renewal) -> bool:
    """Whether the attempt is open still and wanted; what its member has taken back meanwhile is dropped.

    Read without locks, which would say no more: the provider is asked outside of any transaction.
    """
    kept = Renewal.objects.select_related("pledge").get(pk=renewal.pk)
    if kept.state == Renewal.State.ASKED and _is_wanted(kept.pledge, kept):
        return True
    return kept.state == Renewal.State.ASKED and _is_wanted_after_all(renewal)


@transaction.atomic
def _is_wanted_after_all(renewal: Renewal) -> bool:
    """Look again under the locks, and drop what is not wanted."""
    Agreement.objects.locked().get(pk=renewal.agreement_id)
    pledge = Pledge.objects.locked().get(pk=renewal.pledge_id)
    kept = Renewal.objects.locked().get(pk=renewal.pk)
    if kept.state != Renewal.State.ASKED:
        return False
    if _is_wanted(pledge, kept):
        return True
    now = timezone.now()
    if kept.tries == 1 or kept.made_at < now - SETTLES_WITHIN:
        kept.move_to(Renewal.State.DROPPED)
        kept.done_at = now
        kept.save()
    return False


def _is_wanted(pledge: Pledge, renewal: Renewal) -> bool:
    """Whether its member still wants to pay what `renewal` asks for: has not cancelled, paused or gone elsewhere."""
    is_asked_for_again = pledge.state == Pledge.State.LAPSED and pledge.ended_at and pledge.ended_at <= renewal.made_at
    is_going_on = pledge.state in COLLECTABLE or is_asked_for_again
    return bool(is_going_on) and pledge.ends_at is None and pledge.agreement_id == renewal.agreement_id


def _conclude(renewal: Renewal, failure: str, *, is_final: bool) -> Renewal:
    """Close the attempt when it was refused for good; else, while it is open, say when to ask again."""
    kept = Renewal.objects.get(pk=renewal.pk)
    # Nothing opens an attempt again, so that one that is closed needs no lock: nearly all are, by their payment.
    return kept if kept.state != Renewal.State.ASKED else _conclude_open(renewal, failure, is_final=is_final)


@transaction.atomic
def _conclude_open(renewal: Renewal, failure: str, *, is_final: bool) -> Renewal:
    agreement = Agreement.objects.locked().select_related("account").get(pk=renewal.agreement_id)
    pledge = Pledge.objects.locked().select_related("member", "tier").get(pk=renewal.pledge_id)
    kept = Renewal.objects.locked().select_related("agreement").get(pk=renewal.pk)
    if kept.state != Renewal.State.ASKED:
        return kept
    now = timezone.now()
    kept.failure = failure[:200]
    if is_final:
        kept.move_to(Renewal.State.REFUSED)
        kept.done_at = now
        kept.save()
        if pledge.agreement_id == agreement.pk and pledge.state != Pledge.State.ENDED:
            follow_ours(pledge, agreement, now)
        return kept
    kept.next_try_at = now + BACK_OFF[min(kept.tries, len(BACK_OFF)) - 1]
    kept.save()
    if failure:
        logger.warning("renewal %s of pledge %s is asked for again: %s", kept.pk, kept.pledge_id, failure)
    return kept
