"""Reads bank statements in CSV: every bank has its own columns, so a mapping says which is which."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from itertools import islice

from standfirst.kit.csv_files import BadCsv, Row, decode, delimiter_of, read_rows
from standfirst.kit.money import BadAmount, Money, check_currency
from standfirst.payments.providers.bank.line import MOST_LINES, BadStatement, Line, Problem, Read

DATE_FORMATS = (
    "%d.%m.%Y",
    "%d/%m/%Y",
    "%Y-%m-%d",
    "%d-%m-%Y",
    "%m/%d/%Y",
    "%Y/%m/%d",
    "%d.%m.%y",
    "%d/%m/%y",
    "%Y%m%d",
)
DECIMAL_MARKS = (".", ",")
ROWS_ON_TOP = 30
"""So many rows may stand above the header: the bank's name, the period."""
_BLANKS = re.compile(r"[\s\u00a0\u202f'’]")


@dataclass(frozen=True)
class ColumnMapping:
    """Which column is which, by the name in the header; `text` may name several, separated by `+`.

    Either `amount` is signed, or `credit` and `debit` are columns of their own. `currency` is a column, or the account
    has only `fixed_currency`. `encoding` and `delimiter` are found out when left empty.
    """

    date: str
    amount: str = ""
    credit: str = ""
    debit: str = ""
    currency: str = ""
    fixed_currency: str = ""
    payer_name: str = ""
    payer_account: str = ""
    text: str = ""
    bank_id: str = ""
    date_format: str = "%d.%m.%Y"
    decimal_mark: str = "."
    encoding: str = ""
    delimiter: str = ""

    @classmethod
    def kept(cls, columns: Mapping[str, str]) -> ColumnMapping:
        """Return the mapping that `as_columns` gave, without fields that it no longer has."""
        known = {field.name for field in fields(cls)}
        return cls(**{"date": ""} | {name: value for name, value in columns.items() if name in known})

    def as_columns(self) -> dict[str, str]:
        """What is kept in the database."""
        return asdict(self)

    def check(self) -> None:
        """Raise BadStatement when something is missing that no statement can be read without."""
        if not self.date:
            raise BadStatement("Say which column has the date.")
        if not self.amount and not self.credit:
            raise BadStatement("Say which column has the amount, or what came in.")
        if not self.currency and not self.fixed_currency:
            raise BadStatement("Say which column has the currency, or in which currency the account is.")
        if self.fixed_currency:
            _currency(self.fixed_currency)
        if self.date_format not in DATE_FORMATS:
            raise BadStatement(f"{self.date_format!r} is no form of a date that is known here.")
        if self.decimal_mark not in DECIMAL_MARKS:
            raise BadStatement("The decimal mark is a point or a comma.")

    @property
    def named(self) -> tuple[str, ...]:
        """Every column that it names."""
        single = (
            self.date, self.amount, self.credit, self.debit, self.currency, self.payer_name, self.payer_account,
            self.bank_id,
        )  # fmt: skip
        return tuple(name for name in (*single, *_parts(self.text)) if name)


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split("+") if part.strip()]


def _key(name: str) -> str:
    return " ".join(name.split()).casefold()


def read_csv(data: bytes, mapping: ColumnMapping) -> Read:
    """Read a statement; lines that cannot be read become problems. Raises BadStatement when none can be."""
    mapping.check()
    try:
        text, encoding = decode(data, mapping.encoding)
        delimiter = mapping.delimiter or delimiter_of(text)
        rows = read_rows(text, delimiter)
        header = _header(rows, mapping)
        found = Read(f"csv, {encoding}")
        for row in rows:
            _take(found, row, header, mapping)
            if len(found.lines) > MOST_LINES:
                found.check_size()
    except BadCsv as error:
        raise BadStatement(f"{str(error)[:1].upper()}{str(error)[1:]}.") from error
    return found


def _header(rows: Iterator[Row], mapping: ColumnMapping) -> list[str]:
    """Skip what the bank writes on top (its name, the period) and return the header's columns."""
    wanted = {_key(name) for name in mapping.named}
    nearest, has = wanted, ""
    for row in rows:
        cells = [_key(cell) for cell in row.cells]
        missing = wanted - set(cells)
        if not missing:
            return cells
        if len(missing) < len(nearest):
            nearest, has = missing, f" Line {row.line} has: {_listed(row)}."
    raise BadStatement(
        f"The file has no row with all columns of the mapping; missing: {', '.join(sorted(nearest))}.{has}"
    )


def columns_of(data: bytes) -> str:
    """Return the names of the columns as far as they can be guessed: the longest of the first rows; "" for no CSV."""
    try:
        text, _encoding = decode(data)
        rows = list(islice(read_rows(text, delimiter_of(text)), ROWS_ON_TOP))
    except BadCsv:
        return ""
    longest = max(rows, key=lambda row: sum(bool(cell.strip()) for cell in row.cells), default=None)
    return _listed(longest) if longest is not None and len(longest.cells) > 1 else ""


def _listed(row: Row) -> str:
    return ", ".join(cell.strip() for cell in row.cells if cell.strip())[:300]


def _take(found: Read, row: Row, header: list[str], mapping: ColumnMapping) -> None:
    """Add what `row` says to `found`; a row without date and amount (a sum, a footer) is left out."""
    cells = dict(zip(header, (cell.strip() for cell in row.cells), strict=False))
    said = {name: cells.get(_key(name), "") for name in mapping.named}
    amounts = [said.get(name, "") for name in (mapping.amount, mapping.credit, mapping.debit) if name]
    if not said[mapping.date] or not any(amounts):
        found.problems.append(Problem(row.line, "no movement: without a date or an amount"))
        return
    try:
        money = _money(said, mapping)
        if money:
            found.lines.append(_line(row, said, money, mapping))
        else:
            found.problems.append(Problem(row.line, "an amount of nothing"))
    except (BadAmount, BadStatement) as error:
        found.problems.append(Problem(row.line, str(error)))


def _line(row: Row, said: dict[str, str], money: Money, mapping: ColumnMapping) -> Line:
    return Line(
        number=row.line,
        booked_on=_date(said[mapping.date], mapping.date_format),
        money=money,
        payer_name=said.get(mapping.payer_name, ""),
        payer_account=_BLANKS.sub("", said.get(mapping.payer_account, "")),
        text=" ".join(said[name] for name in _parts(mapping.text) if said[name]),
        bank_id=said.get(mapping.bank_id, ""),
        raw=said,
    )


def _money(said: dict[str, str], mapping: ColumnMapping) -> Money:
    currency = _currency(said.get(mapping.currency, "") or mapping.fixed_currency)
    if mapping.amount and said[mapping.amount]:
        return _amount(said[mapping.amount], currency, mapping.decimal_mark)
    came = _amount(said.get(mapping.credit, "") or "0", currency, mapping.decimal_mark)
    left = _amount(said.get(mapping.debit, "") or "0", currency, mapping.decimal_mark)
    return came - Money(abs(left.amount), currency)


def _amount(text: str, currency: str, decimal_mark: str) -> Money:
    """`1 234,50`, `1,234.50`, `(12.00)`, `12.00-`, `12.00 GEL`. Raises BadAmount."""
    plain = _BLANKS.sub("", text).replace("−", "-").upper().removesuffix(currency).removeprefix(currency)
    thousands = "," if decimal_mark == "." else "."
    grouped = rf"\D*\d{{1,3}}(\{thousands}\d{{3}})+(\{decimal_mark}\d*)?\D*"
    if thousands in plain and not re.fullmatch(grouped, plain):
        # With the wrong mark 12.00 would be twelve hundred.
        raise BadAmount(f"{text!r} is no amount in {currency} with {decimal_mark!r} before the decimals")
    plain = plain.replace(thousands, "").replace(decimal_mark, ".").removeprefix("+")
    if plain.startswith("(") and plain.endswith(")"):
        plain = f"-{plain[1:-1]}"
    if plain.endswith("-"):
        plain = f"-{plain[:-1]}"
    try:
        return Money.exactly(plain, currency)
    except BadAmount as error:
        raise BadAmount(f"{text!r} is no amount in {currency} with {decimal_mark!r} before the decimals") from error


def _currency(text: str) -> str:
    try:
        return check_currency(text.strip().upper())
    except BadAmount as error:
        raise BadStatement(str(error)) from error


def _date(text: str, date_format: str) -> date:
    """The day; what follows it (the time) is left out. Raises BadStatement."""
    day = text.replace("T", " ").split(" ")[0]
    try:
        return datetime.strptime(day, date_format).date()  # noqa: DTZ007 - a day of the bank's calendar has no zone
    except ValueError as error:
        raise BadStatement(f"{text!r} is no date of the form {date_format}") from error
