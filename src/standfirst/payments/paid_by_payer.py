"""Agreements whose payers send the money themselves: what is true of them by our own rows.

A bank and a cash box have no interface to ask, so the truth that `fetch` returns is what was imported and recorded:
`Receipt`s. Everything follows from them and from the terms, and nothing here writes a payment.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from standfirst.kit.money import Money
from standfirst.payments.models import PayerTerms
from standfirst.payments.providers.interface import (
    Abilities,
    Agree,
    AgreementState,
    Change,
    Instruction,
    Interval,
    PaymentFact,
    PaymentState,
    ProviderError,
    RunBy,
    Snapshot,
)
from standfirst.payments.reference_codes import code_for

DAYS_TO_BEGIN = 60
"""How long we wait for the first payment."""
DAYS_LATE = 7
"""How late a payment may be before it is missed: a bank holiday, a standing order that was set for Monday."""
MONTHS = {Interval.ONCE: 0, Interval.MONTH: 1, Interval.YEAR: 12}


@dataclass(frozen=True)
class Receipt:
    """Money that came. `returned` of it went back; `months` is how long it pays for. Minor units."""

    payment_id: str
    amount: int
    at: datetime
    months: int
    returned: int = 0
    source: str = ""
    """What a person recognises: the payer's account, `cash`."""


def abilities(*, refunds: bool) -> Abilities:
    """What such a provider can do: everything that needs nobody else."""
    return Abilities(run_by=RunBy.PAYER, refunds=refunds, pauses=True, changes_amount=True, webhooks=False)


def midday(day: date) -> datetime:
    """The moment that stands for `day`: the same day in every time zone that a newsroom here lives in."""
    return datetime.combine(day, time(9), UTC)


def number_of(payment_id: str, kind: str) -> int:
    """The number of our row in the id of its payment, `line-12` or `line-12-1`; 0 when it is none of that kind."""
    found = re.fullmatch(rf"{kind}-([0-9]{{1,18}})(-[0-9]+)?", payment_id)
    return int(found[1]) if found else 0


def months_paid(terms: PayerTerms, amount: int) -> int:
    """How many months `amount` pays for: twice the amount pays twice as long, and any payment at least one interval."""
    return MONTHS[Interval(terms.interval)] * max(1, amount // terms.amount)


def later(moment: datetime, months: int) -> datetime:
    """The same day of the month `months` later, or the last one of a shorter month."""
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    return moment.replace(year=year, month=month + 1, day=min(moment.day, calendar.monthrange(year, month + 1)[1]))


def begin(what: Agree) -> PayerTerms:
    """Return the terms with the key of `what`; the same key never makes two. Raises ProviderError."""
    if what.amount.amount <= 0:
        raise ProviderError("A payment of nothing needs no provider.")
    for attempt in range(100):
        found = PayerTerms.objects.filter(key=what.key).first() or _make(what, attempt)
        if found is not None:
            return found
    raise ProviderError("No free reference code was found; try again.", retry=True)


def _make(what: Agree, attempt: int) -> PayerTerms | None:
    """Write the terms down; `None` when the code or the key was taken in that moment."""
    begins = what.first_charge_at or timezone.now()
    try:
        with transaction.atomic():
            return PayerTerms.objects.create(
                key=what.key,
                code=code_for(what.key, attempt),
                amount=what.amount.amount,
                currency=what.amount.currency,
                interval=what.interval.value,
                first_due=what.first_charge_at,
                expires_at=begins + timedelta(days=DAYS_TO_BEGIN),
            )
    except IntegrityError:
        return None


def terms_of(code: str) -> PayerTerms:
    """Return the terms called `code`. Raises ProviderError, code `unknown`."""
    found = PayerTerms.objects.filter(code=code).first()
    if found is None:
        raise ProviderError(f"There is no agreement with the code {code!r}.", code="unknown")
    return found


@transaction.atomic
def change(what: Instruction, receipts: Sequence[Receipt], now: datetime) -> PayerTerms:
    """Change running terms as `what` says; the same twice has no second effect. Raises ProviderError."""
    if not isinstance(what, Change):
        raise ProviderError("Whoever pays this way sends the money themselves; there is nothing to collect or replace.")
    terms = PayerTerms.objects.select_for_update().get(pk=terms_of(what.mandate_id).pk)
    if terms.ends_at is not None and terms.ends_at <= now:
        if what.ends or what.ends_now:
            return terms
        raise ProviderError(f"The agreement {terms.code} has ended; a new one has to be made.")
    if what.amount is not None:
        if what.amount.currency != terms.currency:
            raise ProviderError(f"The agreement {terms.code} is in {terms.currency}, not {what.amount.currency}.")
        terms.amount = what.amount.amount
    if what.interval is not None:
        terms.interval = what.interval.value
    if what.paused is not None:
        terms.is_paused, terms.paused_until = what.paused, what.paused_until if what.paused else None
    if what.ends is False:
        terms.ends_at = None
    if what.ends or what.ends_now:
        paid = None if what.ends_now else _paid_until(terms, receipts)
        terms.ends_at = terms.ends_at if what.ends and terms.ends_at else max(paid or now, now)
    terms.save()
    return terms


def snapshot(
    terms: PayerTerms, receipts: Sequence[Receipt], now: datetime, withdrawn: Sequence[PaymentFact] = ()
) -> Snapshot:
    """Return what is true of `terms` at `now`, by `receipts` in the order in which they came.

    `withdrawn`: what was booked by mistake and is somebody else's.
    """
    facts = (*_facts(terms, receipts), *withdrawn)
    return Snapshot(
        object_id=terms.code,
        mandate_id=terms.code,
        state=_state(terms, receipts, now, is_begun=bool(receipts or withdrawn)),
        payments=facts,
        amount=terms.money,
        interval=Interval(terms.interval),
        period_end=_paid_until(terms, receipts),
        ends_at=terms.ends_at,
        paused_until=terms.paused_until if terms.is_paused_at(now) else None,
        instrument=receipts[-1].source[:80] if receipts else "",
    )


def _state(terms: PayerTerms, receipts: Sequence[Receipt], now: datetime, *, is_begun: bool) -> AgreementState:
    if terms.ends_at is not None and terms.ends_at <= now:
        return AgreementState.ENDED
    if not is_begun:
        return AgreementState.ABANDONED if terms.expires_at <= now else AgreementState.OPEN
    if terms.is_paused_at(now):
        return AgreementState.PAUSED
    if all(receipt.returned >= receipt.amount for receipt in receipts):
        return AgreementState.FAILING
    paid_until = _paid_until(terms, receipts)
    if paid_until is not None and paid_until + timedelta(days=DAYS_LATE) <= now:
        return AgreementState.FAILING
    return AgreementState.ACTIVE


def _paid_until(terms: PayerTerms, receipts: Sequence[Receipt]) -> datetime | None:
    periods = [end for _start, end in _periods(terms, receipts) if end is not None]
    return periods[-1] if periods else None


def _periods(terms: PayerTerms, receipts: Sequence[Receipt]) -> list[tuple[datetime | None, datetime | None]]:
    """For each receipt, what it pays for: from where the one before ends, or from its day when that is over.

    The days of periods without a gap are counted from the first one's, so that the 31st does not creep to the 28th.
    What was returned as a whole pays for nothing.
    """
    periods: list[tuple[datetime | None, datetime | None]] = []
    anchor = end = terms.first_due
    total = 0
    for receipt in receipts:
        if receipt.months == 0 or receipt.returned >= receipt.amount:
            periods.append((None, None))
            continue
        if anchor is None or end is None or receipt.at > end + timedelta(days=DAYS_LATE):
            anchor, end, total = receipt.at, receipt.at, 0
        start, total = end, total + receipt.months
        end = later(anchor, total)
        periods.append((start, end))
    return periods


def _facts(terms: PayerTerms, receipts: Sequence[Receipt]) -> list[PaymentFact]:
    return [
        PaymentFact(
            receipt.payment_id,
            Money(receipt.amount, terms.currency),
            PaymentState.SETTLED,
            receipt.at,
            refunded=min(receipt.returned, receipt.amount),
            period_start=start,
            period_end=end,
        )
        for receipt, (start, end) in zip(receipts, _periods(terms, receipts), strict=True)
    ]
