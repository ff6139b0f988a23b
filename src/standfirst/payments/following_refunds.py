"""What became of the refunds that staff asked for: on their way, done, failed, or never made.

Follows from what the provider says of the payment now, in the transaction that applies it. A provider that lists
refunds names ours by our key; of one that tells only the sum, the oldest that fit into it are done.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from standfirst.payments.models import Agreement, Refund
from standfirst.payments.providers.interface import PaymentFact, RefundFact, RefundState

ASK_AT_MOST = timedelta(hours=20)
"""For so long a refund without an answer is asked for again: providers forget keys (Stripe after 24 hours)."""
NEVER_MADE_AFTER = ASK_AT_MOST + timedelta(hours=1)
"""Nobody asks any more, and no question can be under way: what the provider does not have then it never made."""
LISTED_WITHIN = timedelta(minutes=10)
"""A refund that was made so lately may be missing in an answer that was asked for before."""
NEVER_CAME_AFTER = timedelta(days=30)
"""So long a refund that is on its way is waited for where only the sum of refunds is told."""
STATES = {
    RefundState.PENDING: Refund.State.PENDING,
    RefundState.DONE: Refund.State.DONE,
    RefundState.FAILED: Refund.State.FAILED,
}
State = Refund.State


def follow_refunds(agreement: Agreement, facts: Iterable[PaymentFact]) -> None:
    """Bring the refunds of `agreement` up to `facts`. The caller holds the lock on the agreement."""
    living = Refund.objects.select_for_update(of=("self",)).exclude(state__in=[State.REFUSED, State.FAILED])
    waiting: dict[str, list[Refund]] = {}
    for refund in living.filter(payment__agreement=agreement).select_related("payment").order_by("at", "pk"):
        waiting.setdefault(refund.payment.provider_id, []).append(refund)
    if not waiting:
        return
    now = timezone.now()
    for fact in facts:
        refunds = waiting.get(fact.payment_id, [])
        if fact.refunds is None:
            _by_sum(refunds, fact.refunded, now)
        else:
            _by_list(refunds, fact.refunds, now)


def _by_list(refunds: Iterable[Refund], listed: Sequence[RefundFact], now: datetime) -> None:
    by_name = {name: one for one in listed for name in (one.key, one.refund_id) if name}
    for refund in refunds:
        found = by_name.get(str(refund.key)) or by_name.get(refund.provider_id)
        if found is None and refund.state != State.ASKED and refund.at <= now - LISTED_WITHIN:
            _move(refund, State.FAILED, now, failure=_("the provider does not list it any more"))
        elif found is None:
            _never_made(refund, now)
        elif STATES[found.state] in Refund.ALLOWED[refund.state]:
            _move(refund, STATES[found.state], now, provider_id=found.refund_id, failure=found.failure)


def _by_sum(refunds: Sequence[Refund], given_back: int, now: datetime) -> None:
    left = given_back - sum(refund.amount for refund in refunds if refund.state == State.DONE)
    for refund in refunds:
        if refund.state == State.DONE:
            continue
        is_old = refund.at <= now - NEVER_MADE_AFTER
        # A young one without an answer is asked for again, and the answer says more than the sum does.
        if refund.amount <= left and (is_old or refund.state == State.PENDING):
            left -= refund.amount
            _move(refund, State.DONE, now)
        elif refund.state == State.PENDING and refund.at <= now - NEVER_CAME_AFTER:
            _move(refund, State.FAILED, now, failure=_("the provider never carried it out"))
        else:
            _never_made(refund, now)


def _never_made(refund: Refund, now: datetime) -> None:
    """Give up a refund that nobody asks for any more and the provider does not have; one on its way is waited for."""
    if refund.state == State.ASKED and refund.at <= now - NEVER_MADE_AFTER:
        _move(refund, State.FAILED, now, failure=_("the provider never made it"))


def _move(refund: Refund, state: str, now: datetime, *, provider_id: str = "", failure: str = "") -> None:
    if refund.move_to(state):
        refund.provider_id = provider_id[:255] or refund.provider_id
        refund.failure, refund.at = failure[:200], now
        refund.save()
