"""Writes the ledger: for every payment, exactly what happened to its money, however often it is told.

What a payment's books must show follows from the payment alone (`owed`). Writing it down is the difference between
that and what they show already: nothing when nothing is new, so that no order and no repetition of events counts twice.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Sum

from standfirst.payments.models import LedgerBook, LedgerEntry, LedgerTransaction, Payment

Books = Counter[LedgerBook]


def owed(payment: Payment) -> Books:
    """What the books of `payment` must show in its state, in minor units; the sum is zero.

    | what | at the provider | income | fees | given back | disputed |
    |---|---|---|---|---|---|
    | settled | + amount | − amount | | | |
    | its fee | − fee | | + fee | | |
    | given back | − part | | | + part | |
    | disputed or lost | − what was left | | | | + what was left |
    """
    books: Books = Counter()
    if payment.state not in Payment.RECEIVED:
        return books
    books[LedgerBook.PROVIDER] += payment.amount - payment.fee - payment.refunded
    books[LedgerBook.INCOME] -= payment.amount
    books[LedgerBook.FEES] += payment.fee
    books[LedgerBook.REFUNDS] += payment.refunded
    if payment.state != Payment.State.SETTLED:
        left = payment.amount - payment.refunded
        books[LedgerBook.PROVIDER] -= left
        books[LedgerBook.DISPUTES] += left
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


def write(payment: Payment, *, kind: str, at: datetime) -> LedgerTransaction | None:
    """Bring the ledger up to `payment`; return the transaction, `None` when it said so already.

    The caller holds the lock on the payment's agreement, inside a transaction of the database.
    """
    missing = owed(payment)
    missing.subtract(shown(payment))
    lines = {book: amount for book, amount in missing.items() if amount}
    if not lines:
        return None
    if sum(lines.values()) != 0:
        raise AssertionError(f"the books of payment {payment.pk} would not balance: {lines}")
    number = LedgerTransaction.objects.filter(payment=payment).count() + 1
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

    Each transaction sums to zero in its only currency, and the books of each payment show what its state says.
    """
    faults = [
        Fault(f"transaction {row['transaction__key']} sums to {row['total']}, in {row['currencies']} currencies")
        for row in LedgerEntry.objects.values("transaction_id", "transaction__key")
        .annotate(total=Sum("amount"), currencies=Count("currency", distinct=True))
        .order_by("transaction_id")
        if row["total"] or row["currencies"] != 1
    ]
    faults += [
        Fault(f"transaction {key} has no entries")
        for key in LedgerTransaction.objects.filter(entries=None).values_list("key", flat=True)
    ]
    faults += [
        Fault(f"entry {entry} is in another currency or account than its payment {payment}")
        for entry, payment in LedgerEntry.objects.exclude(
            currency=F("transaction__payment__currency"), account=F("transaction__payment__account")
        ).values_list("pk", "transaction__payment_id")
    ]
    books: dict[int, Books] = {}
    sums = LedgerEntry.objects.values_list("transaction__payment_id", "book").annotate(total=Sum("amount")).order_by()
    for payment_id, book, total in sums.iterator():
        books.setdefault(payment_id, Counter())[LedgerBook(book)] += total
    for payment in Payment.objects.order_by("pk").iterator():
        must, does = owed(payment), books.pop(payment.pk, Counter())
        if {book: amount for book, amount in must.items() if amount} != {book: a for book, a in does.items() if a}:
            faults.append(
                Fault(f"payment {payment.pk} is {payment.state}; its books show {dict(does)}, not {dict(must)}")
            )
    return faults
