"""Reads CSV files as banks and other systems really write them, and writes ones that no spreadsheet runs."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

ENCODINGS = ("utf-8", "utf-16", "windows-1251")
DELIMITERS = (",", ";", "\t", "|")
LONGEST_CELL = 100_000
"""Characters; a longer cell is a quotation mark that was never closed."""
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class BadCsv(ValueError):
    """A file that cannot be read as CSV; a sentence for staff that says what is wrong."""


@dataclass(frozen=True)
class Row:
    """One row: `line` is the line of the file on which it begins, counted from 1."""

    line: int
    cells: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Say whether nothing stands in it."""
        return not any(cell.strip() for cell in self.cells)


def decode(data: bytes, encoding: str = "") -> tuple[str, str]:
    """Return the text of `data` and the encoding it was read in, one of `ENCODINGS`; found out when not given.

    A byte order mark decides; then UTF-16 is known by its zero bytes, UTF-8 by being valid, and what is left is taken
    for Windows-1251, which banks of the region write. Raises BadCsv.
    """
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return _decoded(data, codec), codec.removesuffix("-sig")
    if encoding:
        if encoding not in ENCODINGS:
            raise BadCsv(f"{encoding!r} is no encoding that is read here; there are {', '.join(ENCODINGS)}")
        return _decoded(data, _with_order(data, encoding)), encoding
    if b"\0" in data[:1000]:
        return _decoded(data, _with_order(data, "utf-16")), "utf-16"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return _decoded(data, "windows-1251"), "windows-1251"
    return _decoded(data, "utf-8"), "utf-8"


def _with_order(data: bytes, encoding: str) -> str:
    """UTF-16 without a byte order mark: the zero bytes of its ASCII letters say which comes first."""
    if encoding != "utf-16":
        return encoding
    return "utf-16-be" if data[0:1000:2].count(0) > data[1:1000:2].count(0) else "utf-16-le"


def _decoded(data: bytes, codec: str) -> str:
    try:
        text = data.decode(codec)
    except UnicodeDecodeError as error:
        raise BadCsv(f"byte {error.start} is not {codec}; choose another encoding") from error
    if "\0" in text:
        raise BadCsv("the file contains zero bytes; it is no text, or in another encoding")
    return text


def delimiter_of(text: str) -> str:
    """Return what separates the cells: that of `DELIMITERS` which occurs most in the first ten rows, the comma else."""
    lines = [line for line in text.splitlines()[:10] if line.strip()]
    return max(DELIMITERS, key=lambda mark: sum(line.count(mark) for line in lines))


def read_rows(text: str, delimiter: str = "") -> Iterator[Row]:
    """Yield the rows of `text` that are not empty. Raises BadCsv where the quotation marks are wrong."""
    lines = list(io.StringIO(text, newline=""))  # splitlines() would also split at what may stand inside a cell
    if any(len(line) > LONGEST_CELL for line in lines):
        raise BadCsv(f"a line has more than {LONGEST_CELL} characters; this is no CSV file")
    reader = csv.reader(lines, delimiter=delimiter or delimiter_of(text), strict=True)
    begins = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise BadCsv(f"line {begins}: {error}; a quotation mark is missing or too many") from error
        row = Row(begins, tuple(cells))
        begins = reader.line_num + 1
        if not row.is_empty:
            yield row


def inert(value: str) -> str:
    """Return `value` so that a spreadsheet takes it for text, not for a formula (OWASP, CSV injection)."""
    return f"'{value}" if value.startswith(_FORMULA) else value


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Yield the lines of a CSV file in which no value is a formula."""
    writer: Any = csv.writer(_Echo())
    yield writer.writerow([inert(cell) for cell in header])
    for row in rows:
        yield writer.writerow([inert("" if cell is None else str(cell)) for cell in row])
