"""What the actions that change a pledge share: the locks, who collects, and telling the provider."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from standfirst.kit.money import Money
from standfirst.membership.models import ChangeOrder, Pledge, Renewal
from standfirst.payments.actions.apply_snapshot import Contradiction, refresh
from standfirst.payments.models import Agreement
from standfirst.payments.providers.interface import Change, Interval, ProviderError, RunBy
from standfirst.payments.states import StateError

logger = logging.getLogger("standfirst.membership")

BACK_OFF = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))


class CannotChange(Exception):
    """Why a pledge cannot be changed so; a sentence for its member."""


class When(StrEnum):
    """From when a change holds."""

    NOW = "now"
    NEXT_PERIOD = "next_period"
    NEW_AGREEMENT = "new_agreement"
    """Not before the payer has agreed anew at the provider; nothing was changed."""


@dataclass(frozen=True)
class Effect:
    """From when a change holds; `at` is the moment, where it is known."""

    when: When
    at: datetime | None = None


@dataclass
class Held:
    """A pledge and its agreement, both locked until the transaction ends."""

    pledge: Pledge
    agreement: Agreement | None

    @property
    def is_theirs(self) -> bool:
        """Whether the provider says how the agreement stands: always, unless we collect by it."""
        return self.agreement is not None and self.agreement.account.verbs.abilities.run_by is not RunBy.US

    def order(self, **what: Any) -> ChangeOrder:
        """Write down that the provider has to be told of a change. Raises CannotChange without an agreement."""
        if self.agreement is None:
            raise CannotChange(_("Nothing is paid for this membership, so that no provider has to be told."))
        return ChangeOrder.objects.create(pledge=self.pledge, agreement=self.agreement, **what)

    def is_being_collected(self) -> bool:
        """Whether a payment was asked for and its outcome is not known."""
        return self.pledge.renewals.filter(state=Renewal.State.ASKED).exists()


def hold(pledge: Pledge) -> Held:
    """Lock `pledge` and its agreement: the agreement first, as everything about money does."""
    agreement = None
    if pledge.agreement_id is not None:
        agreement = Agreement.objects.locked().select_related("account").get(pk=pledge.agreement_id)
    kept = Pledge.objects.locked().select_related("member", "tier").get(pk=pledge.pk)
    if kept.agreement_id != pledge.agreement_id:
        raise CannotChange(_("This membership has just been changed elsewhere; load the page again."))
    return Held(kept, agreement)


def tell_provider(order: ChangeOrder, now: datetime | None = None) -> bool:
    """Tell the provider of a change, and hear what is true then; return whether it is done. Never raises its errors.

    The key follows from the row: told twice, the provider changes once. What fails is told again by
    `look_after_members`.
    """
    now = now or timezone.now()
    if not _take(order, now):
        return False
    agreement = Agreement.objects.select_related("account").get(pk=order.agreement_id)
    try:
        with translation.override(order.pledge.member.language):
            started = agreement.account.verbs.start(agreement.account.credentials, _change(order, agreement))
    except ProviderError as error:
        return _conclude(order, ChangeOrder.State.ASKED if error.retry else ChangeOrder.State.REFUSED, str(error), now)
    if started.lines:  # what a payer who sends the money has to know is another amount now
        Agreement.objects.filter(pk=agreement.pk).update(lines=[list(line) for line in started.lines])
    _conclude(order, ChangeOrder.State.DONE, "", now)
    try:
        refresh(agreement)
    except (ProviderError, Contradiction, StateError) as error:
        logger.warning("change %s is done; what is true now is heard later: %s", order.pk, error)
    return True


@transaction.atomic
def _take(order: ChangeOrder, now: datetime) -> bool:
    """Take an open order for a minute, unless an older one of its agreement has to be told first."""
    kept = ChangeOrder.objects.select_for_update().get(pk=order.pk)
    older = ChangeOrder.objects.filter(agreement=kept.agreement_id, state=ChangeOrder.State.ASKED, pk__lt=kept.pk)
    if kept.state != ChangeOrder.State.ASKED or kept.next_try_at > now or older.exists():
        return False
    kept.tries += 1
    kept.next_try_at = now + BACK_OFF[0]
    kept.save()
    return True


@transaction.atomic
def _conclude(order: ChangeOrder, state: str, failure: str, now: datetime) -> bool:
    kept = ChangeOrder.objects.select_for_update().select_related("pledge").get(pk=order.pk)
    if kept.state != ChangeOrder.State.ASKED:
        return kept.state == ChangeOrder.State.DONE
    kept.failure = failure[:200]
    kept.next_try_at = now + BACK_OFF[min(kept.tries, len(BACK_OFF)) - 1]
    if kept.move_to(state) and state == ChangeOrder.State.REFUSED:
        kept.pledge.note(f"the provider refused a change: {failure}")
        logger.error("change %s of pledge %s was refused: %s", kept.pk, kept.pledge_id, failure)
    kept.save()
    return state == ChangeOrder.State.DONE


def _change(order: ChangeOrder, agreement: Agreement) -> Change:
    return Change(
        key=order.key,
        mandate_id=agreement.mandate_id or agreement.object_id,
        amount=None if order.amount is None else Money(order.amount, agreement.currency),
        interval=Interval(order.interval) if order.interval else None,
        paused=order.paused,
        paused_until=order.paused_until,
        ends=order.ends,
        ends_now=order.ends_now,
    )
