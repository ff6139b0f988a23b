"""Generated lives of an agreement at a provider that collects by itself, for property tests.

A life is a list of steps; taking one changes what the plain provider knows. What a newsroom hears of them, in which
order and how often, must make no difference to where it ends.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from standfirst.kit.money import Money
from standfirst.payments import ledger
from standfirst.payments.models import Agreement, LedgerEntry, Payment
from standfirst.payments.providers.interface import AgreementState, PaymentFact, PaymentState
from tests.money.plain import PlainProvider

BEGINNING = datetime(2026, 1, 5, 12, tzinfo=UTC)
MONTH = timedelta(days=30)
S, P = AgreementState, PaymentState
STEPS = (
    "pay",
    "fail",
    "recover",
    "refund",
    "refund_fails",
    "dispute",
    "dispute_a_part",
    "win",
    "lose",
    "pause",
    "resume",
    "cancel",
    "keep",
    "raise",
    "end",
)
Life = list[tuple[str, int]]


def lives() -> st.SearchStrategy[Life]:
    """Up to a dozen steps, each with a number that picks the payment or the amount; what is impossible does nothing."""
    step = st.tuples(st.sampled_from(STEPS), st.integers(0, 999))
    return st.lists(step, min_size=1, max_size=12).map(lambda steps: [("pay", 0), *steps])


class Payer:
    """Lets a life happen to the agreement `name` at `provider`."""

    def __init__(self, provider: PlainProvider, name: str) -> None:
        self.provider = provider
        self.name = name
        self.clock = BEGINNING

    @property
    def now(self) -> Any:
        """The agreement as the provider knows it."""
        return self.provider.objects[self.name]

    def take(self, step: str, number: int) -> None:
        """Take one step, when it is possible in the state that the agreement is in."""
        self.clock += timedelta(days=3)
        if self.now.state != S.ENDED or step in {"refund", "refund_fails", "dispute", "dispute_a_part", "win", "lose"}:
            getattr(self, f"_{step}")(number)

    def _change(self, **given: Any) -> None:
        self.provider.change(self.name, **given)

    def _add(self, state: PaymentState, failure: str = "") -> None:
        payments = self.now.payments
        fact = PaymentFact(
            f"{self.name}-p{len(payments) + 1}",
            self.now.amount,
            state,
            self.clock,
            fee=30 if state == P.SETTLED else 0,
            period_start=self.clock,
            period_end=self.clock + MONTH,
            failure=failure,
        )
        self._change(payments=(*payments, fact))

    def _amend(self, among: PaymentState, number: int, **given: Any) -> None:
        """Change one of the payments that are in the state `among`."""
        places = [place for place, fact in enumerate(self.now.payments) if fact.state == among]
        if places:
            self.provider.change_payment(self.name, places[number % len(places)], **given)

    def _pay(self, _number: int) -> None:
        if self.now.state in {S.OPEN, S.ACTIVE}:
            self._add(P.SETTLED)
            self._change(state=S.ACTIVE, mandate_id=f"m-{self.name}", period_end=self.clock + MONTH)

    def _fail(self, _number: int) -> None:
        if self.now.state == S.ACTIVE:
            self._add(P.FAILED, "card_declined")
            self._change(state=S.FAILING)

    def _recover(self, _number: int) -> None:
        if self.now.state == S.FAILING:
            self._amend(P.FAILED, -1, state=P.SETTLED, at=self.clock, fee=30, failure="")
            self._change(state=S.ACTIVE, period_end=self.clock + MONTH)

    def _refund(self, number: int) -> None:
        settled = [fact for fact in self.now.payments if fact.state == P.SETTLED]
        if settled:
            fact = settled[number % len(settled)]
            more = min(fact.amount.amount - fact.refunded, 1 + number)
            payments = [replace(f, refunded=f.refunded + more) if f is fact else f for f in self.now.payments]
            self._change(payments=tuple(payments))

    def _refund_fails(self, number: int) -> None:
        """The payer's bank sends a part of it back, also while or after the payment is disputed."""
        refunded = [fact for fact in self.now.payments if fact.refunded]
        if refunded:
            fact = refunded[number % len(refunded)]
            left = max(0, fact.refunded - 1 - number)
            payments = [replace(f, refunded=left) if f is fact else f for f in self.now.payments]
            self._change(payments=tuple(payments))

    def _dispute(self, number: int) -> None:
        self._amend(P.SETTLED, number, state=P.DISPUTED)

    def _dispute_a_part(self, number: int) -> None:
        settled = [fact for fact in self.now.payments if fact.state == P.SETTLED]
        if settled:
            fact = settled[number % len(settled)]
            part = min(fact.amount.amount - fact.refunded, 1 + number)
            held = replace(fact, state=P.DISPUTED, disputed=part, fee=fact.fee + 15)
            self._change(payments=tuple(held if f is fact else f for f in self.now.payments))

    def _win(self, number: int) -> None:
        self._amend(P.DISPUTED, number, state=P.SETTLED, disputed=None)

    def _lose(self, number: int) -> None:
        self._amend(P.DISPUTED, number, state=P.LOST)

    def _pause(self, _number: int) -> None:
        if self.now.state == S.ACTIVE:
            self._change(state=S.PAUSED, paused_until=self.clock + MONTH)

    def _resume(self, _number: int) -> None:
        if self.now.state == S.PAUSED:
            self._change(state=S.ACTIVE, paused_until=None)

    def _cancel(self, _number: int) -> None:
        if self.now.state == S.ACTIVE:
            self._change(ends_at=self.now.period_end)

    def _keep(self, _number: int) -> None:
        self._change(ends_at=None)

    def _raise(self, number: int) -> None:
        if self.now.state == S.ACTIVE:
            self._change(amount=Money(self.now.amount.amount + 1 + number, "GEL"))

    def _end(self, _number: int) -> None:
        self._change(state=S.ENDED)


def outcome(agreement: Agreement) -> dict[str, Any]:
    """Everything that may not depend on what was heard on the way, without the rows' own numbers."""
    kept = Agreement.objects.get(pk=agreement.pk)
    terms = ("state", "amount", "interval", "period_end", "ends_at", "paused_until", "instrument")
    return {
        "agreement": {name: getattr(kept, name) for name in terms},
        "payments": sorted(
            (
                p.provider_id,
                p.state,
                p.amount,
                p.refunded,
                p.disputed,
                p.fee,
                p.failure,
                p.at,
                p.period_start,
                p.period_end,
            )
            for p in kept.payments.all()
        ),
        "books": sorted((p.provider_id, *_words(ledger.shown(p))) for p in kept.payments.all()),
        "sums": _sums(kept),
    }


def _sums(agreement: Agreement) -> list[str]:
    sums: dict[str, int] = {}
    payments = Payment.objects.filter(agreement=agreement)
    for book, amount in LedgerEntry.objects.filter(transaction__payment__in=payments).values_list("book", "amount"):
        sums[book] = sums.get(book, 0) + amount
    return _words(sums)


def _words(books: Mapping[str, int]) -> list[str]:
    return sorted(f"{book!s} {amount}" for book, amount in books.items() if amount)
