"""What happened with a member, in one line each, the latest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from standfirst.accounts.models import User
from standfirst.membership.models import Gift, Member, PledgeEvent
from standfirst.payments.models import Payment, Refund


@dataclass(frozen=True)
class Line:
    """`what` happened `at`; `by` somebody of the staff, the member, or nobody in particular."""

    at: datetime
    kind: str
    what: str
    by: User | None = None


def payments_of(member: Member) -> list[Payment]:
    """All payments of the member's pledges and of gifts that they gave, the latest first."""
    references = [f"pledge:{pk}" for pk in member.pledges.values_list("pk", flat=True)]
    references += [f"gift:{pk}" for pk in member.gifts_given.values_list("pk", flat=True)]
    found = Payment.objects.filter(agreement__reference__in=references).select_related("account", "agreement")
    return list(found.prefetch_related("refunds__by").order_by("-at", "-pk"))


def timeline_of(member: Member, payments: list[Payment]) -> list[Line]:
    """Everything that is known to have happened; `payments` are the member's."""
    lines = [Line(note.at, _("Note"), note.text, note.by) for note in member.notes.select_related("by")]
    lines += [_of_event(event) for event in PledgeEvent.objects.filter(pledge__member=member).select_related("by")]
    lines += [Line(payment.at, _("Payment"), str(payment)) for payment in payments]
    lines += [_of_refund(refund) for payment in payments for refund in payment.refunds.all()]
    lines += [Line(gift.made_at, _("Gift"), str(gift)) for gift in Gift.objects.filter(giver=member)]
    return sorted(lines, key=lambda line: line.at, reverse=True)


def _of_event(event: PledgeEvent) -> Line:
    if event.was == event.became:
        return Line(event.at, _("Pledge"), event.why, event.by)
    moved = f"{event.get_was_display()} → {event.get_became_display()}"
    return Line(event.at, _("Pledge"), f"{moved}: {event.why}" if event.why else moved, event.by)


def _of_refund(refund: Refund) -> Line:
    return Line(refund.at, _("Refund"), f"{refund}: {refund.reason}", refund.by)
