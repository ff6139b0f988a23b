"""What the account page shows of a member."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from standfirst.kit.money import Money
from standfirst.membership.models import Gift, Member, Pledge, Price
from standfirst.payments.models import Payment
from standfirst.payments.providers.interface import RunBy


@dataclass(frozen=True)
class OwnPledge:
    """A pledge as its member sees it."""

    pledge: Pledge
    name: str
    amount: str
    next_amount: str
    next_payment: datetime | None
    instrument: str
    lines: list[list[str]]
    can_pause: bool
    can_change: bool
    can_change_card: bool


@dataclass(frozen=True)
class OwnPayment:
    """A payment as its member sees it."""

    payment: Payment
    amount: str


@dataclass(frozen=True)
class AccountPage:
    """Everything of a member: what runs, what is over, what was paid."""

    running: list[OwnPledge]
    ended: list[OwnPledge]
    payments: list[OwnPayment]
    gifts: list[Gift]


def account_page(member: Member, language: str) -> AccountPage:
    """Return what `member` sees, in `language`."""
    pledges = member.pledges.exclude(state=Pledge.State.PENDING).select_related(
        "tier", "next_tier", "agreement__account"
    )
    rows = [own_pledge(pledge, language) for pledge in pledges.order_by("-made_at")]
    over = {Pledge.State.ENDED}
    references = [row.pledge.reference for row in rows]
    payments = Payment.objects.filter(agreement__reference__in=references, state__in=Payment.RECEIVED)
    return AccountPage(
        [row for row in rows if row.pledge.state not in over],
        [row for row in rows if row.pledge.state in over],
        [OwnPayment(payment, payment.money.format(language)) for payment in payments.order_by("-at")],
        list(member.gifts_given.exclude(state=Gift.State.ORDERED).select_related("tier")),
    )


def own_pledge(pledge: Pledge, language: str) -> OwnPledge:
    """Return `pledge` with what its member can do about it."""
    agreement, state = pledge.agreement, pledge.state
    is_regular = pledge.interval != Price.Interval.ONCE
    abilities = agreement.account.verbs.abilities if agreement else None
    is_running = state in {Pledge.State.ACTIVE, Pledge.State.PAST_DUE}
    pauses = abilities is not None and (abilities.pauses or abilities.run_by is not RunBy.PROVIDER)
    now, later = _now_and_later(pledge)
    return OwnPledge(
        pledge=pledge,
        name=pledge.tier.text(language).name,
        amount=now.format(language),
        next_amount="" if later is None else later.format(language),
        next_payment=pledge.period_end if is_regular and is_running and pledge.amount else None,
        instrument=agreement.instrument if agreement else "",
        lines=agreement.lines if agreement else [],
        can_pause=is_regular and is_running and pauses,
        can_change=is_regular and (is_running or state == Pledge.State.PAUSED),
        can_change_card=is_regular and is_running and abilities is not None and abilities.run_by is not RunBy.PAYER,
    )


def _now_and_later(pledge: Pledge) -> tuple[Money, Money | None]:
    """What is paid for the running period, and from the next one on where that is something else.

    A provider that collects by itself charges a changed amount from the next period on, and says at once that it will.
    """
    if pledge.next_amount is not None:
        return pledge.money, Money(pledge.next_amount, pledge.currency)
    paid = _paid_for_this_period(pledge)
    if paid is None or paid.money == pledge.money:
        return pledge.money, None
    return paid.money, pledge.money


def _paid_for_this_period(pledge: Pledge) -> Payment | None:
    if pledge.agreement is None or pledge.period_end is None or pledge.interval == Price.Interval.ONCE:
        return None
    received = pledge.agreement.payments.filter(state__in=Payment.RECEIVED, currency=pledge.currency)
    return received.filter(period_end=pledge.period_end).order_by("-at", "-pk").first()
