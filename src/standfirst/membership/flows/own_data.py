"""Everything the newsroom knows of a member, for the member (GDPR, article 20)."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import Q

from standfirst.membership.models import Gift, Member, Pledge
from standfirst.payments.models import HandEntry, Payment, StatementLine


def own_data(member: Member) -> dict[str, Any]:
    """Return it as what JSON can hold: times in ISO 8601, amounts as decimal texts with their currency."""
    pledges = list(member.pledges.select_related("tier", "agreement").order_by("pk"))
    references = [pledge.reference for pledge in pledges]
    references += [gift.reference for gift in member.gifts_given.all()]
    return {
        "email": member.email,
        "pseudonym": member.pseudonym,
        "language": member.language,
        "number": str(member.number),
        "came_by": member.source,
        "joined_at": member.joined_at.isoformat(),
        "last_signed_in_at": _time(member.user.last_login if member.user else None),
        "memberships": [_pledge(pledge) for pledge in pledges],
        "payments": [_payment(payment) for payment in _payments(references)],
        "bank_transfers": _bank_transfers(references),
        "paid_by_hand": _paid_by_hand(references),
        "gifts_given": [
            {
                "made_at": gift.made_at.isoformat(),
                "amount": str(gift.money),
                "for": gift.recipient_email,
                "name": gift.recipient_name,
                "message": gift.message,
                "state": gift.state,
                "came_by": gift.source,
            }
            for gift in member.gifts_given.order_by("pk")
        ],
        "mails": [
            {"kind": mail.kind, "ordered_at": mail.made_at.isoformat(), "sent_at": _time(mail.sent_at)}
            for mail in member.mails.order_by("pk")
        ],
        "gifts_received": [
            {
                "made_at": gift.made_at.isoformat(),
                "from": gift.giver_name,
                "name": gift.recipient_name,
                "message": gift.message,
            }
            for gift in _gifts_received(member)
        ],
        "addresses": list(EmailAddress.objects.filter(user=member.user).values_list("email", flat=True)),
        "sessions": _sessions(member),
        "passkeys": _passkeys(member),
        "notes_by_staff": [{"at": note.at.isoformat(), "text": note.text} for note in member.notes.order_by("pk")],
    }


def _gifts_received(member: Member) -> list[Gift]:
    received = Q(pledge__member=member)
    if member.email:
        received |= Q(recipient_email__iexact=member.email)
    return list(Gift.objects.filter(received).order_by("pk"))


def _sessions(member: Member) -> list[dict[str, Any]]:
    return [
        {
            "ip": session.ip,
            "browser": session.user_agent,
            "began_at": _time(session.created_at),
            "last_seen_at": _time(session.last_seen_at),
        }
        for session in UserSession.objects.filter(user=member.user).order_by("pk")
    ]


def _passkeys(member: Member) -> list[dict[str, Any]]:
    """Their kind and dates; the keys themselves are of use to nobody."""
    kept = Authenticator.objects.filter(user=member.user).order_by("pk")
    return [
        {"kind": one.type, "made_at": _time(one.created_at), "used_at": _time(one.last_used_at)}
        | ({"name": one.data["name"]} if isinstance(one.data, dict) and one.data.get("name") else {})
        for one in kept
    ]


def _bank_transfers(references: list[str]) -> list[dict[str, Any]]:
    """What the bank told us of transfers that are booked to the member."""
    lines = StatementLine.objects.filter(agreement__reference__in=references).order_by("booked_on", "pk")
    return [
        {
            "day": line.booked_on.isoformat(),
            "amount": str(line.money),
            "name": line.payer_name,
            "account": line.payer_account,
            "purpose": line.text,
            "decided_because": line.reason,
        }
        for line in lines
    ]


def _paid_by_hand(references: list[str]) -> list[dict[str, Any]]:
    entries = HandEntry.objects.filter(agreement__reference__in=references).select_related("agreement")
    return [
        {"day": entry.paid_on.isoformat(), "amount": str(entry.money), "kind": entry.kind, "note": entry.note}
        for entry in entries.order_by("paid_on", "pk")
    ]


def _payments(references: list[str]) -> list[Payment]:
    return list(
        Payment.objects.filter(agreement__reference__in=references).prefetch_related("refunds").order_by("at", "pk")
    )


def _pledge(pledge: Pledge) -> dict[str, Any]:
    return {
        "number": str(pledge.number),
        "tier": pledge.tier.name,
        "amount": str(pledge.money),
        "interval": pledge.interval,
        "state": pledge.state,
        "made_at": pledge.made_at.isoformat(),
        "paid_until": _time(pledge.period_end),
        "paid_with": pledge.agreement.instrument if pledge.agreement else "",
        "came_by": pledge.source,
        "history": [{"at": event.at.isoformat(), "what": event.why} for event in pledge.events.order_by("pk")],
    }


def _payment(payment: Payment) -> dict[str, Any]:
    return {
        "number": str(payment.number),
        "at": payment.at.isoformat(),
        "amount": str(payment.money),
        "state": payment.state,
        "given_back": str(type(payment.money)(payment.refunded, payment.currency)),
        "given_back_because": [refund.reason for refund in payment.refunds.all()],
    }


def _time(value: Any) -> str | None:
    return value.isoformat() if value else None
