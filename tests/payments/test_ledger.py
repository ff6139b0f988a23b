"""The ledger: nobody changes it, not past the models either, and `verify` finds whatever does not agree."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction
from tests.money import factories
from tests.money.plain import PlainProvider

from standfirst.kit.money import Money
from standfirst.payments import ledger
from standfirst.payments.append_only import TRIGGERS, missing_triggers
from standfirst.payments.models import AppendOnly, LedgerEntry, LedgerTransaction, Payment

pytestmark = pytest.mark.django_db
CHANGES = [
    "UPDATE payments_ledgerentry SET amount = amount + 1",
    "UPDATE payments_ledgertransaction SET kind = 'other'",
    "DELETE FROM payments_ledgerentry",
    "DELETE FROM payments_ledgertransaction",
]


@pytest.fixture
def payment(plain: PlainProvider) -> Payment:
    return factories.payment(fee=30)


def run(statement: str, *values: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def drop_triggers() -> None:
    for name in TRIGGERS:
        table = name.rpartition("_no_")[0]
        run(f"DROP TRIGGER {name} ON {table}" if connection.vendor == "postgresql" else f"DROP TRIGGER {name}")


def sentences() -> list[str]:
    return [fault.sentence for fault in ledger.verify()]


@pytest.mark.parametrize("statement", CHANGES)
def test_no_statement_changes_or_deletes_what_is_written(payment: Payment, statement: str) -> None:
    before = list(LedgerEntry.objects.order_by("pk").values()), list(LedgerTransaction.objects.values())
    with pytest.raises(IntegrityError, match="The ledger is append-only"):
        run(statement)
    assert (list(LedgerEntry.objects.order_by("pk").values()), list(LedgerTransaction.objects.values())) == before


def test_the_models_refuse_before_the_database_has_to(payment: Payment) -> None:
    for row in (LedgerEntry.objects.first(), LedgerTransaction.objects.first()):
        assert row is not None
        with pytest.raises(AppendOnly):
            row.save()
        with pytest.raises(AppendOnly):
            row.delete()
    with pytest.raises(AppendOnly):
        LedgerEntry.objects.all().delete()
    with pytest.raises(AppendOnly):
        LedgerEntry.objects.update(amount=1)


def test_a_query_set_that_writes_past_its_own_update_is_stopped_by_the_database(payment: Payment) -> None:
    entry = LedgerEntry.objects.order_by("pk")[0]
    entry.amount += 1
    with pytest.raises((AppendOnly, IntegrityError)), transaction.atomic():
        LedgerEntry.objects.bulk_update([entry], ["amount"])
    entry.refresh_from_db()
    assert ledger.verify() == []


def test_a_sound_ledger_has_no_fault(payment: Payment) -> None:
    factories.payment(state="pending")
    factories.payment(state="failed")
    factories.payment(state="disputed", refunded=200)
    factories.payment(state="lost")
    factories.payment(refunded=1200)
    assert sentences() == []


def test_a_missing_trigger_is_a_fault(payment: Payment) -> None:
    assert missing_triggers() == []
    drop_triggers()
    assert missing_triggers() == sorted(TRIGGERS)
    assert sentences() == [
        f"the database's trigger {name} is missing: the ledger could be changed" for name in sorted(TRIGGERS)
    ]


def test_a_payment_that_was_changed_without_its_books_is_a_fault(payment: Payment) -> None:
    Payment.objects.filter(pk=payment.pk).update(refunded=200)
    assert sentences() == [
        f"payment {payment.pk} is settled; its books show provider 1170, income -1200, fees 30, "
        "not provider 970, income -1200, fees 30, refunds 200"
    ]


def test_a_payment_without_any_books_is_a_fault(plain: PlainProvider) -> None:
    made = factories.payment(state="pending")
    Payment.objects.update(state="settled")
    assert sentences() == [f"payment {made.pk} is settled; its books show nothing, not provider 1200, income -1200"]


def test_books_of_a_payment_that_moved_no_money_are_a_fault(payment: Payment) -> None:
    factories.payment()
    Payment.objects.filter(pk=payment.pk).update(state="pending")
    assert sentences() == [
        f"payment {payment.pk} is pending; its books show provider 1170, income -1200, fees 30, not nothing"
    ]


def test_a_changed_entry_is_found_in_its_transaction_and_its_payment(payment: Payment) -> None:
    drop_triggers()
    run("UPDATE payments_ledgerentry SET amount = 1171 WHERE book = 'provider'")
    found = [sentence for sentence in sentences() if "trigger" not in sentence]
    assert len(found) == 2
    assert found[0] == f"transaction payment:{payment.pk}:1 sums to 1, in 1 currencies"
    assert "provider 1171" in found[1]


def test_a_second_currency_another_account_and_an_empty_transaction_are_faults(payment: Payment) -> None:
    other = factories.account()
    drop_triggers()
    run("UPDATE payments_ledgerentry SET currency = 'EUR' WHERE book = 'fees'")
    run("UPDATE payments_ledgerentry SET account_id = %s WHERE book = 'income'", other.pk)
    empty = LedgerTransaction(key="payment:0:9", kind="settled", payment=payment, at=payment.at)
    empty.save()
    fees, income = (LedgerEntry.objects.get(book=book).pk for book in ("fees", "income"))
    found = set(sentences())
    assert {
        f"transaction payment:{payment.pk}:1 sums to 0, in 2 currencies",
        "transaction payment:0:9 has no entries",
        f"entry {fees} is in another currency or account than its payment {payment.pk}",
        f"entry {income} is in another currency or account than its payment {payment.pk}",
    } <= found


def test_a_payment_that_moves_while_the_ledger_is_read_is_no_fault(
    payment: Payment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The entries are read before the payments: what is written between them shows as a difference, once."""
    real = ledger._are_same
    calls = []

    def differs_at_first(one: ledger.Books, other: ledger.Books) -> bool:
        calls.append(1)
        return len(calls) > 1 and real(one, other)

    monkeypatch.setattr(ledger, "_are_same", differs_at_first)
    assert ledger.verify() == []
    assert len(calls) == 2


def test_totals_say_what_is_at_providers_by_currency(payment: Payment) -> None:
    factories.payment(factories.agreement(currency="EUR", amount=500), fee=25)
    factories.payment(refunded=200)
    assert ledger.totals() == [("EUR", 1, Money(475, "EUR")), ("GEL", 2, Money(2170, "GEL"))]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", [1, 2])
def test_a_test_that_empties_the_database_can_do_so_and_leaves_the_triggers(plain: PlainProvider, time: int) -> None:
    """Django deletes all rows after each of the two: not as anybody could who comes by a statement."""
    assert not LedgerEntry.objects.exists()
    factories.payment()
    assert missing_triggers() == []
    with pytest.raises(IntegrityError, match="append-only"):
        run("DELETE FROM payments_ledgerentry")
