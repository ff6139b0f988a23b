"""Records money that a member gave by hand, and keeps it away from what they pay otherwise."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction

from standfirst.accounts.models import User
from standfirst.kit.money import Money
from standfirst.membership.models import Member, MemberNote, Pledge, Tier
from standfirst.payments.actions.start_agreement import make_agreement, start_agreement
from standfirst.payments.models import Agreement, HandEntry, ProviderAccount
from standfirst.payments.providers.by_hand.recording import CannotRecord, record
from standfirst.payments.providers.interface import Agree, Interval


@transaction.atomic
def record_gift_of_money(
    *,
    member: Member,
    account: ProviderAccount,
    kind: str,
    money: Money,
    paid_on: date,
    tier: Tier,
    interval: str,
    note: str,
    key: UUID,
    by: User,
) -> HandEntry:
    """Record `money`, once for the key, as a payment of the member's pledge by hand or of a new one.

    A pledge that is paid in another way is left alone: an envelope with cash must not end a card's subscription.
    Raises CannotRecord.
    """
    Member.objects.select_for_update(of=("self",), no_key=True).get(pk=member.pk)
    known = HandEntry.objects.filter(key=str(key)).first()
    if known is not None:
        return known
    agreement = _running(member, account, money.currency, interval) or _new(member, account, money, tier, interval)
    entry = record(agreement=agreement, amount=money, kind=kind, paid_on=paid_on, note=note, key=str(key), by=by)
    text = f"Recorded {money} by hand ({entry.get_kind_display()}, {paid_on}): {note.strip()}"
    MemberNote.objects.create(member=member, by=by, text=text)
    return entry


def _running(member: Member, account: ProviderAccount, currency: str, interval: str) -> Agreement | None:
    """What the member pays by hand again and again already, in this currency and at this interval."""
    if interval == Interval.ONCE:
        return None
    pledge = (
        member.pledges.filter(agreement__account=account, currency=currency, interval=interval)
        .exclude(state__in=[Pledge.State.ENDED, Pledge.State.CANCELLING])
        .exclude(agreement__state=Agreement.State.ENDED)
        .select_related("agreement")
        .order_by("-pk")
        .first()
    )
    return pledge.agreement if pledge else None


def _new(member: Member, account: ProviderAccount, money: Money, tier: Tier, interval: str) -> Agreement:
    if money.amount <= 0:
        raise CannotRecord("Give an amount above zero.")
    price = tier.prices.filter(currency=money.currency, interval=interval).first()
    pledge = Pledge.objects.create(
        member=member,
        tier=tier,
        amount=money.amount,
        currency=money.currency,
        interval=interval,
        price_amount=price.amount if price else 0,
        source="staff",
    )
    agreement = make_agreement(account=account, reference=pledge.reference, amount=money, interval=Interval(interval))
    return start_agreement(agreement=agreement, order=lambda row: _order(row, tier, member))


def _order(agreement: Agreement, tier: Tier, member: Member) -> Agree:
    """What is agreed; nobody is sent anywhere."""
    return Agree(
        key=str(agreement.key),
        reference=agreement.reference,
        amount=agreement.money,
        interval=Interval(agreement.interval),
        description=tier.name,
        email=member.email,
        language=member.language,
        return_url="",
        cancel_url="",
        webhook_url="",
    )
