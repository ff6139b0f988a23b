"""Everything the newsroom knows of a member, for the member (GDPR, article 20)."""

from __future__ import annotations

from typing import Any

from standfirst.membership.models import Member, Pledge
from standfirst.payments.models import Payment


def own_data(member: Member) -> dict[str, Any]:
    """Return it as what JSON can hold: times in ISO 8601, amounts as decimal texts with their currency."""
    pledges = list(member.pledges.select_related("tier", "agreement").order_by("pk"))
    return {
        "email": member.email,
        "pseudonym": member.pseudonym,
        "language": member.language,
        "number": str(member.number),
        "came_by": member.source,
        "joined_at": member.joined_at.isoformat(),
        "last_signed_in_at": _time(member.user.last_login if member.user else None),
        "memberships": [_pledge(pledge) for pledge in pledges],
        "payments": [_payment(payment) for payment in _payments(pledges)],
        "gifts_given": [
            {
                "made_at": gift.made_at.isoformat(),
                "amount": str(gift.money),
                "for": gift.recipient_email,
                "name": gift.recipient_name,
                "message": gift.message,
                "state": gift.state,
            }
            for gift in member.gifts_given.order_by("pk")
        ],
        "mails": [
            {"kind": mail.kind, "ordered_at": mail.made_at.isoformat(), "sent_at": _time(mail.sent_at)}
            for mail in member.mails.order_by("pk")
        ],
        "notes_by_staff": [{"at": note.at.isoformat(), "text": note.text} for note in member.notes.order_by("pk")],
    }


def _payments(pledges: list[Pledge]) -> list[Payment]:
    references = [pledge.reference for pledge in pledges]
    return list(Payment.objects.filter(agreement__reference__in=references).order_by("at", "pk"))


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
    }


def _time(value: Any) -> str | None:
    return value.isoformat() if value else None
