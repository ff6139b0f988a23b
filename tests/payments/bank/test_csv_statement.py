"""CSV statements of banks that write everything in their own way."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from tests.payments.bank.statements import bank

from standfirst.payments.providers.bank.csv_statement import ColumnMapping, read_csv
from standfirst.payments.providers.bank.importing import read_statement
from standfirst.payments.providers.bank.line import BadStatement

PLAIN = ColumnMapping(date="Date", amount="Amount", fixed_currency="GEL", text="Text")


def one(cells: str, mapping: ColumnMapping = PLAIN, header: str = "Date;Amount;Text", codec: str = "utf-8") -> int:
    (line,) = read_csv(f"{header}\n{cells}\n".encode(codec), mapping).lines
    assert line.booked_on == date(2026, 11, 1)
    return line.money.amount


@pytest.mark.parametrize(
    ("text", "mark", "amount"),
    [
        ("12.00", ".", 1200),
        ("+12", ".", 1200),
        ("1,234.50", ".", 123450),
        ("1.234,50", ",", 123450),
        ("1 234,50", ",", 123450),
        ("1\u00a0234,50 GEL", ",", 123450),
        ("1'234.50", ".", 123450),
        ("-12,00", ",", -1200),
        ("−12,00", ",", -1200),
        ("12,00-", ",", -1200),
        ("(12.00)", ".", -1200),
    ],
)
def test_amounts_are_read_however_they_are_written(text: str, mark: str, amount: int) -> None:
    assert one(f"01.11.2026;{text};x", replace(PLAIN, decimal_mark=mark)) == amount


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("01.11.2026 10:31", "%d.%m.%Y"),
        ("2026-11-01T10:31:00", "%Y-%m-%d"),
        ("11/01/2026", "%m/%d/%Y"),
        ("01.11.26", "%d.%m.%y"),
    ],
)
def test_dates_are_read_by_their_form(text: str, form: str) -> None:
    assert one(f"{text};1;x", replace(PLAIN, date_format=form)) == 100


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "windows-1251"])
def test_russian_columns_in_each_encoding(codec: str) -> None:
    mapping = ColumnMapping(date="Дата", credit="Приход", debit="Расход", fixed_currency="GEL", decimal_mark=",")
    assert one("01.11.2026;;12,00", mapping, "Дата;Приход;Расход", codec) == -1200
    assert one("01.11.2026;12,00;", mapping, "Дата;Приход;Расход", codec) == 1200


def test_what_the_bank_writes_on_top_and_below_is_left_out() -> None:
    data = b"Bank of X\nAccount;GE1\n\nDate;Amount;Text\n01.11.2026;5.00;a\nTotal;;\n"
    found = read_csv(data, PLAIN)
    assert [line.number for line in found.lines] == [5]
    assert [(problem.number, problem.why) for problem in found.problems] == [
        (6, "no movement: without a date or an amount")
    ]


def test_a_bad_line_is_told_and_the_others_come() -> None:
    data = b"Date;Amount;Text\n31.02.2026;5;a\n01.11.2026;five;b\n01.11.2026;5;c\n"
    found = read_csv(data, PLAIN)
    assert [line.text for line in found.lines] == ["c"]
    assert {problem.number: problem.why for problem in found.problems} == {
        2: "'31.02.2026' is no date of the form %d.%m.%Y",
        3: "'five' is no amount in GEL with '.' before the decimals",
    }


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"date": ""}, "which column has the date"),
        ({"amount": ""}, "which column has the amount"),
        ({"fixed_currency": ""}, "which column has the currency"),
        ({"fixed_currency": "XXL"}, "is no currency"),
        ({"date_format": "%c"}, "no form of a date"),
        ({"text": "Purpose"}, "missing: purpose"),
    ],
)
def test_a_mapping_that_cannot_work_is_refused(given: dict[str, str], sentence: str) -> None:
    with pytest.raises(BadStatement, match=sentence):
        read_csv(b"Date;Amount;Text\n", replace(PLAIN, **given))


@pytest.mark.parametrize(
    ("text", "mark"),
    [("12.00", ","), ("12,00", "."), ("1.23.456,00", ","), ("1,2345.00", "."), ("1.234.50", "."), ("12.0.0", ",")],
)
def test_an_amount_with_the_other_mark_is_told_and_never_a_hundredfold(text: str, mark: str) -> None:
    found = read_csv(f"Date;Amount;Text\n01.11.2026;{text};a\n".encode(), replace(PLAIN, decimal_mark=mark))
    assert (found.lines, [problem.number for problem in found.problems]) == ([], [2])
    assert found.problems[0].why == f"{text!r} is no amount in GEL with {mark!r} before the decimals"


def test_a_quotation_mark_that_is_never_closed_names_its_line() -> None:
    with pytest.raises(BadStatement, match=r"Line 3: .* quotation mark is missing"):
        read_csv(b'Date;Amount;Text\n01.11.2026;5;a\n01.11.2026;5;"b\n01.11.2026;5;c\n', PLAIN)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"PK\x03\x04rest", "This is an Excel file"),
        (b"\xd0\xcf\x11\xe0rest", "This is an old Excel file"),
        (b"%PDF-1.7", "This is a PDF"),
        (bytes(range(1, 256)) * 8, "is not windows-1251"),
        (b"\xff\xfeD\xd8", "is not utf-16"),
    ],
)
@pytest.mark.django_db
def test_what_is_no_statement_is_named_for_what_it_is(data: bytes, sentence: str) -> None:
    with pytest.raises(BadStatement, match=sentence):
        read_statement(bank(), data, PLAIN)


@pytest.mark.django_db
def test_who_has_not_said_which_column_is_which_is_told_what_there_is() -> None:
    data = "Банк;\nДата;Сумма;Назначение\n01.11.2026;5;a\n".encode("windows-1251")
    with pytest.raises(BadStatement, match=r"is which\. It seems to have: Дата, Сумма, Назначение\."):
        read_statement(bank(), data, None)
    mapping = replace(PLAIN, date="Дата", amount="Сумма", text="Purpose")
    with pytest.raises(BadStatement, match=r"missing: purpose\. Line 2 has: Дата, Сумма, Назначение\."):
        read_csv(data, mapping)


def test_a_mapping_is_kept_whole() -> None:
    assert ColumnMapping.kept(PLAIN.as_columns() | {"gone": "x"}) == PLAIN
