"""Strange CSV files are read, and what is written is safe to open."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standfirst.kit.csv_files import BadCsv, Row, csv_lines, decode, delimiter_of, inert, read_rows

TEXT = "Дата;Сумма;Назначение\n01.11.2026;12,00;Взнос\n"


@pytest.mark.parametrize(
    ("codec", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16"),
        ("utf-16-be", "utf-16"),
        ("windows-1251", "windows-1251"),
    ],
)
def test_the_encoding_is_found_out(codec: str, found: str) -> None:
    assert decode(TEXT.encode(codec)) == (TEXT, found)


def test_a_wrong_encoding_is_told_with_its_place() -> None:
    with pytest.raises(BadCsv, match="byte 0 is not utf-8; choose another"):
        decode("Дата".encode("windows-1251"), "utf-8")
    with pytest.raises(BadCsv, match="no encoding that is read here"):
        decode(b"x", "klingon")


def test_zero_bytes_are_refused() -> None:
    with pytest.raises(BadCsv, match="zero bytes"):
        decode(b"a,b" * 400 + b"\0")


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_out(mark: str) -> None:
    assert delimiter_of(f"a{mark}b{mark}c\n1{mark}2{mark}3\n") == mark


def test_rows_know_the_line_on_which_they_begin() -> None:
    assert list(read_rows('a,b\n"1\n2",3\n\n , \n4,5\n')) == [
        Row(1, ("a", "b")),
        Row(2, ("1\n2", "3")),
        Row(6, ("4", "5")),
    ]


def test_an_open_quotation_mark_is_told_by_line() -> None:
    with pytest.raises(BadCsv, match="line 2: "):
        list(read_rows('a,b\n"1,2\n3,4\n'))


@pytest.mark.parametrize("value", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_what_looks_like_a_formula_is_made_inert(value: str) -> None:
    assert inert(value) == f"'{value}"
    assert "".join(csv_lines((value,), [(value,)])).count("'") == 2


@given(st.lists(st.lists(st.text(st.characters(blacklist_categories=["Cs"])), min_size=2, max_size=2), max_size=5))
def test_no_cell_that_is_written_begins_a_formula(rows: list[list[str]]) -> None:
    written = "".join(csv_lines(("one", "two"), rows))
    for cells in csv.reader(io.StringIO(written, newline="")):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in cells)
