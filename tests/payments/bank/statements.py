"""Statements as banks write them, and agreements that they are about."""

from __future__ import annotations

from typing import Any

from tests.money import factories

from standfirst.membership.models import Pledge
from standfirst.payments.actions.start_agreement import start_agreement
from standfirst.payments.models import Agreement, ProviderAccount, Statement, StatementLine
from standfirst.payments.providers.bank.csv_statement import ColumnMapping
from standfirst.payments.providers.bank.importing import keep_statement, look_through, read_statement
from standfirst.payments.providers.interface import Agree, Interval

IBAN = "GE29NB0000000101904917"
HEADER = "Date;Amount;Currency;Payer;Payer account;Purpose;Id;Balance"
MAPPING = ColumnMapping(
    date="Date", amount="Amount", currency="Currency", payer_name="Payer", payer_account="Payer account",
    text="Purpose", bank_id="Id", decimal_mark=",",
)  # fmt: skip


def bank(**given: Any) -> ProviderAccount:
    """The newsroom's bank account."""
    settings = {"holder": "Newsroom NGO", "number": IBAN, "bank": "Bank", "other_numbers": ""}
    return factories.account("bank", settings=settings, **given)


def by_bank(account: ProviderAccount, name: str = "", **given: Any) -> Agreement:
    """An agreement about 12 GEL a month whose payer got a code; its pledge waits for the money."""
    pledge = factories.pledge(factories.member(pseudonym=name), state=Pledge.State.PENDING, **given)
    agreement = factories.agreement(
        account, reference=pledge.reference, amount=pledge.amount, currency=pledge.currency, interval=pledge.interval
    )
    return start_agreement(agreement=agreement, order=order)


def order(agreement: Agreement) -> Agree:
    return Agree(
        str(agreement.key), agreement.reference, agreement.money, Interval(agreement.interval), "Supporter",
        "ana@readers.example", "en", "https://x/back", "https://x/cancel", "https://x/hook",
    )  # fmt: skip


def row(
    text: str,
    *,
    day: str = "01.11.2026",
    amount: str = "12,00",
    currency: str = "GEL",
    payer: str = "",
    iban: str = "",
    own_id: str = "",
    balance: str = "1,00",
) -> str:
    return f"{day};{amount};{currency};{payer};{iban};{text};{own_id};{balance}"


def csv_file(*rows: str) -> bytes:
    return "\n".join((HEADER, *rows, "")).encode()


def bring(account: ProviderAccount, *rows: str, names: dict[str, tuple[str, ...]] | None = None) -> Statement:
    """Import a statement of these rows."""
    found = read_statement(account, csv_file(*rows), MAPPING)
    statement = keep_statement(account=account, file_name="statement.csv", found=found, by=None)
    look_through(account=account, names_of=lambda references: names or {})
    return statement


def outcomes() -> list[tuple[int, str]]:
    """Amount and state of every line, in the order in which they came."""
    return list(StatementLine.objects.order_by("pk").values_list("amount", "state"))
