"""What the news of an agreement means for its pledge or gift. Runs in the transaction that brought the news.

The pledge's state follows from the agreement as it is now, never from what happened on the way, so that it does not
matter which news were heard, in what order, or how often. Where we collect, it follows the payments and our own rows
(`following_ours`).
"""

from __future__ import annotations

from datetime import UTC, datetime

from django.utils import timezone

from standfirst.membership import telling
from standfirst.membership.actions.begin_period import become_free, begin_period
from standfirst.membership.actions.fall_behind import catch_up, fall_behind
from standfirst.membership.following_ours import follow_ours
from standfirst.membership.models import ChangeOrder, Gift, Pledge, Price
from standfirst.membership.periods import MONTHS, months_after
from standfirst.membership.receipting import send_receipts
from standfirst.membership.tasks import collect_at_once
from standfirst.payments.models import Agreement, Payment
from standfirst.payments.news import News
from standfirst.payments.providers.interface import RunBy

State = Pledge.State
NOT_IN_FORCE = frozenset({Agreement.State.NEW, Agreement.State.OPEN, Agreement.State.ABANDONED, Agreement.State.ENDED})


def hear_of_pledge(news: News) -> None:
    """Bring the pledge that `news` is about up to its agreement."""
    number = news.agreement.reference.partition(":")[2]
    read = Pledge.objects.locked().select_related("member__user", "tier", "agreement")
    pledge = read.filter(pk=number).first()
    if pledge is None or pledge.state == State.ENDED:
        return
    if pledge.agreement_id != news.agreement.pk:
        if not _replaces(news.agreement, pledge.agreement):
            return  # another has replaced it: its payments are in the ledger, and it says nothing here
        _take_agreement(pledge, news.agreement)
    follow(pledge, news.agreement)
    send_receipts(pledge, news)
    if news.has_new_card and pledge.state == State.PAST_DUE:
        # Whoever puts it right is not left late until the next day of retrying, nor lapses after the last one.
        collect_at_once.enqueue(pledge.pk)


def _replaces(agreement: Agreement, kept: Agreement | None) -> bool:
    """Whether `agreement` is what is paid by from now on: a newer one that was paid, or the first in force.

    A newer one also counts when the first that we hear of it is a failure or its end.
    """
    is_newer = kept is None or agreement.pk > kept.pk
    if agreement.state == Agreement.State.ACTIVE:
        return is_newer or (kept is not None and kept.state in NOT_IN_FORCE)
    return is_newer and agreement.payments.filter(state__in=Payment.RECEIVED).exists()


def _take_agreement(pledge: Pledge, agreement: Agreement) -> None:
    """Pay by `agreement` from now on, on its terms. What it replaces is ended by `look_after_members`."""
    if pledge.state != State.PENDING:
        pledge.note(f"paid by agreement {agreement.pk} from now on: {agreement}")
        _tell_of_other_terms(pledge, agreement)
    pledge.agreement = agreement
    pledge.amount, pledge.interval = agreement.amount, agreement.interval
    pledge.next_amount, pledge.next_interval = None, ""


def _tell_of_other_terms(pledge: Pledge, agreement: Agreement) -> None:
    """What the member agreed to anew; nothing when only the card is another one."""
    if (agreement.amount, agreement.interval) == (pledge.amount, pledge.interval):
        return
    begun = agreement.payments.filter(state__in=Payment.RECEIVED).exists()
    telling.tell_of_change(
        pledge,
        before=pledge.money,
        after=agreement.money,
        interval=agreement.interval,
        at=None if begun else pledge.period_end,
        key=f"pledge:{pledge.pk}:changed:agreement:{agreement.pk}",
    )


def hear_of_gift(news: News) -> None:
    """Bring the gift that `news` is about up to its agreement: paid, or taken back with its money."""
    number = news.agreement.reference.partition(":")[2]
    gift = Gift.objects.select_for_update(of=("self",)).select_related("giver__user").filter(pk=number).first()
    if gift is None or gift.state == Gift.State.CANCELLED:
        return
    payments = list(news.agreement.payments.filter(state__in=Payment.RECEIVED))
    if not payments and gift.state == Gift.State.ORDERED:
        return
    if not any(payment.state == Payment.State.DISPUTED or payment.kept for payment in payments):
        _take_back(gift)
    elif gift.state == Gift.State.ORDERED:
        gift.move_to(Gift.State.PAID)
        gift.agreement = news.agreement
        gift.save()
        telling.tell_of_gift(gift)


def _take_back(gift: Gift) -> None:
    """Its money went back: it cannot be redeemed any more, and what it became ends."""
    gift.move_to(Gift.State.CANCELLED)
    gift.save()
    if gift.pledge_id is None:
        return
    pledge = Pledge.objects.locked().select_related("member").get(pk=gift.pledge_id)
    if pledge.state != State.ENDED:
        pledge.move_to(State.ENDED, why="the gift that it came from was taken back with its money")


def follow(pledge: Pledge, agreement: Agreement) -> None:
    """Set the pledge's dates, amount and state by `agreement`, and save. The caller holds both locks."""
    if agreement.account.verbs.abilities.run_by is RunBy.US:
        follow_ours(pledge, agreement, timezone.now())
    else:
        _follow_theirs(pledge, agreement, timezone.now())


def _follow_theirs(pledge: Pledge, agreement: Agreement, now: datetime) -> None:
    """By an agreement of which the provider says how it stands."""
    paid = agreement.payments.filter(state__in=Payment.RECEIVED).order_by("-at").first()
    before = pledge.period_end
    pledge.period_end = agreement.period_end or _paid_elsewhere(pledge, agreement)
    pledge.paused_until = agreement.paused_until
    pledge.ends_at = _ends_at(pledge, agreement)
    if agreement.interval == Agreement.Interval.ONCE and paid is not None:
        pledge.period_end = months_after(paid.at, MONTHS[Price.Interval.ONCE], paid.at.astimezone(UTC).day)
    if before is not None and pledge.period_end is not None and pledge.period_end > before:
        begin_period(pledge, takes_amount=False)
    if agreement.amount != pledge.amount and paid is not None:
        pledge.note(f"now {agreement.money} instead of {pledge.money}")
        pledge.amount = agreement.amount
        if pledge.next_amount == agreement.amount:
            pledge.next_amount = None
    if agreement.state == Agreement.State.ENDED and pledge.next_amount == 0:
        become_free(pledge)
        return
    state, why = wanted(pledge, agreement, is_paid=paid is not None, now=now)
    if state == State.PAST_DUE:
        fall_behind(pledge, now=now)
    elif state != State.LAPSED:
        catch_up(pledge)
    if not pledge.move_to(state, why=why):
        pledge.save()


def _paid_elsewhere(pledge: Pledge, agreement: Agreement) -> datetime | None:
    """Until when it is paid when `agreement` says nothing: as before, unless that was somebody else's money."""
    withdrawn = Payment.State.WITHDRAWN
    is_others = pledge.period_end is not None and agreement.payments.filter(state=withdrawn).exists()
    return None if is_others else pledge.period_end


def _ends_at(pledge: Pledge, agreement: Agreement) -> datetime | None:
    """When it ends: as the provider says, unless it has still to be told what the member wants."""
    untold = ChangeOrder.objects.filter(agreement=agreement, state=ChangeOrder.State.ASKED, ends__isnull=False)
    order = untold.order_by("-pk").first()
    if order is None:
        return agreement.ends_at
    return (agreement.ends_at or pledge.period_end) if order.ends else None


def wanted(pledge: Pledge, agreement: Agreement, *, is_paid: bool, now: datetime) -> tuple[str, str]:
    """The state that `pledge` has to be in by an agreement that we do not collect by, and why."""
    match agreement.state:
        case Agreement.State.ACTIVE if not is_paid and agreement.amount:
            return pledge.state, ""
        case Agreement.State.ACTIVE if agreement.interval == Agreement.Interval.ONCE:
            return State.ACTIVE, "paid once"
        case Agreement.State.ACTIVE if pledge.ends_at is not None:
            return State.CANCELLING, "ends with the period that is paid"
        case Agreement.State.ACTIVE:
            return State.ACTIVE, "paid"
        case Agreement.State.FAILING if pledge.state == State.PENDING and not is_paid:
            return State.PENDING, ""
        case Agreement.State.FAILING if pledge.state == State.LAPSED:
            return State.LAPSED, ""
        case Agreement.State.FAILING:
            return State.PAST_DUE, "a payment failed"
        case Agreement.State.PAUSED if pledge.state == State.LAPSED:
            return State.LAPSED, ""
        case Agreement.State.PAUSED:
            return State.PAUSED, "paused"
        case Agreement.State.ENDED if pledge.state == State.LAPSED:
            return State.LAPSED, ""
        case Agreement.State.ENDED if is_paid and _was_given_up(agreement):
            return State.LAPSED, "the provider gave up on a payment that failed"
        case Agreement.State.ENDED:
            return State.ENDED, "the agreement ended"
    return pledge.state, ""


def _was_given_up(agreement: Agreement) -> bool:
    """Whether the last payment that was due never came; by the payments, also when nobody told us that it failed."""
    newest = agreement.payments.order_by("-at", "-pk").first()
    return newest is not None and newest.state not in Payment.RECEIVED
