"""Writes the ledger: for every payment, exactly what happened to its money, however often it is told.

What a payment's books must show follows from the payment alone (`owed`). Writing it down is the difference between
that and what they show already: nothing when nothing is new, so that no order and no repetition of events counts twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter

from django.db import transaction
from django.db.models import Count, F, Q, Sum

from standfirst.kit.money import Money
from standfirst.payments.append_only import missing_triggers
from standfirst.payments.models import Agreement, LedgerBook, LedgerEntry, LedgerTransaction, Payment

Books = Counter[LedgerBook]


def owed(payment: Payment) -> Books:
    """What the books of `payment` must show in its state, in minor units; the sum is zero.

    | what | at the provider | income | fees | given back | disputed |
    |---|---|---|---|---|---|
    | settled | + amount | − amount | | | |
    | its fee | − fee | | + fee | | |
    | given back | − part | | | + part | |
    | disputed or lost | − that part | | | | + that part |
    """
    books: Books = Counter()
    if payment.state not in Payment.RECEIVED:
        return books
    books[LedgerBook.PROVIDER] += payment.amount - payment.fee - payment.refunded - payment.disputed
    books[LedgerBook.INCOME] -= payment.amount
    books[LedgerBook.FEES] += payment.fee
    books[LedgerBook.REFUNDS] += payment.refunded
    books[LedgerBook.DISPUTES] += payment.disputed
    return books


def shown(payment: Payment) -> Books:
    """What the books of `payment` show now."""
    sums = (
        LedgerEntry.objects.filter(transaction__payment=payment)
        .values_list("book")
        .annotate(total=Sum("amount"))
        .order_by()
    )
    return Counter({LedgerBook(book): total for book, total in sums})


def write(payment: Payment, *, kind: str, at: datetime, is_first: bool = False) -> LedgerTransaction | None:
    """Bring the ledger up to `payment`; return the transaction, `None` when it said so already.

    The caller holds the lock on the payment's agreement, inside a transaction of the database. `is_first`: its row was
    just made, so that there are no books to be read.
    """
    missing = owed(payment)
    missing.subtract(Counter() if is_first else shown(payment))
    lines = {book: amount for book, amount in missing.items() if amount}
    if not lines:
        return None
    if sum(lines.values()) != 0:
        raise AssertionError(f"the books of payment {payment.pk} would not balance: {lines}")
    number = 1 if is_first else LedgerTransaction.objects.filter(payment=payment).count() + 1
    written = LedgerTransaction(key=f"payment:{payment.pk}:{number}", kind=kind, payment=payment, at=at)
    written.save()
    LedgerEntry.objects.bulk_create(
        LedgerEntry(
            transaction=written, book=book, account_id=payment.account_id, amount=amount, currency=payment.currency
        )
        for book, amount in sorted(lines.items())
    )
    return written


@dataclass(frozen=True)
class Fault:
    """Something that is wrong with the ledger; `sentence` says what, and of which row."""

    sentence: str


def verify() -> list[Fault]:
    """Recompute everything from the entries; return what is wrong, nothing when all is well.

    Each transaction sums to zero in its only currency, the books of each payment show what its state says, and the
    database keeps both tables from being changed. Runs beside a newsroom that works: what is being written at that
    moment is no fault.
    """
    return [
        *(
            Fault(f"the database's trigger {name} is missing: the ledger could be changed")
            for name in missing_triggers()
        ),
        *_wrong_transactions(),
        *_wrong_books(),
    ]


def totals() -> list[tuple[str, int, Money]]:
    """Each currency with its number of transactions and what is at the providers by the books (or was paid out)."""
    rows = LedgerEntry.objects.values("currency").order_by("currency")
    at_provider = Sum("amount", filter=Q(book=LedgerBook.PROVIDER), default=0)
    return [
        (row["currency"], row["transactions"], Money(row["total"], row["currency"]))
        for row in rows.annotate(transactions=Count("transaction", distinct=True), total=at_provider)
    ]


def _wrong_transactions() -> Iterator[Fault]:
    sums = LedgerEntry.objects.values("transaction_id", "transaction__key").order_by("transaction_id")
    for row in sums.annotate(total=Sum("amount"), currencies=Count("currency", distinct=True)).filter(
        ~Q(total=0) | ~Q(currencies=1)
    ):
        yield Fault(f"transaction {row['transaction__key']} sums to {row['total']}, in {row['currencies']} currencies")
    for key in LedgerTransaction.objects.filter(entries=None).values_list("key", flat=True):
        yield Fault(f"transaction {key} has no entries")
    strange = ~Q(currency=F("transaction__payment__currency")) | ~Q(account=F("transaction__payment__account"))
    for entry, payment in LedgerEntry.objects.filter(strange).values_list("pk", "transaction__payment_id"):
        yield Fault(f"entry {entry} is in another currency or account than its payment {payment}")


def _wrong_books() -> Iterator[Fault]:
    """Compare what each payment's books must show with what they do, both read once in the order of payments."""
    sums = LedgerEntry.objects.values_list("transaction__payment_id", "book").annotate(total=Sum("amount"))
    rows = groupby(sums.order_by("transaction__payment_id").iterator(), key=itemgetter(0))
    found = next(rows, None)
    for payment in Payment.objects.order_by("pk").iterator():
        while found is not None and found[0] < payment.pk:
            found = next(rows, None)  # of a payment that was made after the payments were read
        books: Books = Counter()
        if found is not None and found[0] == payment.pk:
            books = Counter({LedgerBook(book): total for _payment, book, total in found[1]})
            found = next(rows, None)
        if not _are_same(owed(payment), books) and (fault := _fault_of(payment.pk)):
            yield fault


@transaction.atomic
def _fault_of(payment_id: int) -> Fault | None:
    """Look again, with the lock that every writer takes: the payment may have moved between two reads."""
    payment = Payment.objects.get(pk=payment_id)
    Agreement.objects.locked().get(pk=payment.agreement_id)
    payment.refresh_from_db()
    must, does = owed(payment), shown(payment)
    if _are_same(must, does):
        return None
    return Fault(f"payment {payment.pk} is {payment.state}; its books show {_words(does)}, not {_words(must)}")


def _are_same(one: Books, other: Books) -> bool:
    return all(one[book] == other[book] for book in LedgerBook)


def _words(books: Books) -> str:
    return ", ".join(f"{book.value} {books[book]}" for book in LedgerBook if books[book]) or "nothing"
