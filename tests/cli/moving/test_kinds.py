"""One value in either database: read to the same plain value, or told why it cannot go over."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standfirst.cli.moving.kinds import Kind, Unfit, kind_of

NUMBER = uuid.UUID("0f8fad5b-d9cb-469f-a165-70867728950e")


def _kind(declared: str) -> Kind:
    kind = kind_of(declared)
    assert kind is not None
    return kind


@pytest.mark.parametrize(
    ("declared", "in_sqlite", "in_postgresql"),
    [
        ("boolean", 1, True),
        ("boolean", 0, False),
        ("smallint", -32768, -32768),
        ("integer", 2**31 - 1, 2**31 - 1),
        ("bigint", 2**63 - 1, 2**63 - 1),
        ("double precision", 1.5, 1.5),
        ("character varying(3)", "წყა", "წყა"),
        ("text", "", ""),
        ("date", "2026-02-28", date(2026, 2, 28)),
        ("uuid", NUMBER.hex, NUMBER),
        ("inet", "2001:db8::1", "2001:db8::1"),
        ("bytea", b"\x00\xff", b"\x00\xff"),
        ("timestamp with time zone", "2026-03-01 10:11:12.345678", datetime(2026, 3, 1, 10, 11, 12, 345678, UTC)),
        ("timestamp with time zone", "2026-03-01 10:11:12", datetime(2026, 3, 1, 10, 11, 12, tzinfo=UTC)),
        (
            "timestamp with time zone",
            "2026-03-01 10:11:12",
            datetime(2026, 3, 1, 14, 11, 12, tzinfo=timezone(timedelta(hours=4))),
        ),
    ],
)
def test_a_value_is_the_same_in_both_and_goes_back_as_it_was(declared: str, in_sqlite: Any, in_postgresql: Any) -> None:
    kind = _kind(declared)
    plain = kind.from_sqlite(in_sqlite)
    assert repr(plain) == repr(kind.from_postgresql(in_postgresql))
    assert repr(kind.to_sqlite(plain)) == repr(in_sqlite)


@pytest.mark.parametrize("in_sqlite", [0.36123457, 1, 1.0, "0.36123457", 1234567.5, -0.00000001])
def test_a_decimal_number_is_read_as_django_reads_it(in_sqlite: Any) -> None:
    plain = _kind("numeric(18,8)").from_sqlite(in_sqlite)
    assert repr(plain) == repr(Decimal(str(in_sqlite)).quantize(Decimal("0.00000001")))
    assert _kind("numeric(18,8)").from_sqlite(_kind("numeric(18,8)").to_sqlite(plain)) == plain


@pytest.mark.parametrize(
    ("declared", "value", "said"),
    [
        ("numeric(4,2)", 100, "no number of 4 digits, 2 of them"),
        ("numeric(4,2)", "many", "no number of 4 digits"),
        ("numeric(4,2)", "NaN", "is no number"),
        ("bytea", "text", "no bytes but str"),
        ("numeric(4,2)", b"1", "no number but bytes"),
        ("text", "a\x00b", "NUL character"),
        ("text", b"bytes", "no text but bytes"),
        ("text", "\udcff", "no UTF-8"),
        ("character varying(3)", "four", "has 4 characters, and 3 are allowed"),
        ("smallint", 32768, "too large for 16 bits"),
        ("integer", -(2**31) - 1, "too large for 32 bits"),
        ("integer", "7", "no whole number but str"),
        ("boolean", 2, "neither true nor false"),
        ("double precision", "x", "no number but str"),
        ("date", "2026-02-30", "no date"),
        ("timestamp with time zone", "yesterday", "no date with a time"),
        ("uuid", "12", "no UUID"),
        ("inet", "localhost", "no IP address"),
        ("jsonb", "{", "no JSON"),
        ("jsonb", "[NaN]", "NaN, which is no number"),
        ("jsonb", r'{"a": ["\u0000"]}', "NUL character in its JSON"),
        ("jsonb", r'{"\u0000": 1}', "NUL character in its JSON"),
        ("jsonb", r'"\ud800"', "half of a character"),
    ],
)
def test_what_postgresql_refuses_is_told(declared: str, value: Any, said: str) -> None:
    with pytest.raises(Unfit, match=said):
        _kind(declared).from_sqlite(value)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ('{"b": 1.0, "a": [1e2, -0.0]}', '{"a": [100, 0.0], "b": 1.0}'),
        (r'"\u10d0 \\u0000"', r'"ა \\u0000"'),
        ("0.1000000000000000055", "0.1000000000000000055"),
        ('{"a": 1, "a": 2}', '{"a": 2}'),
    ],
)
def test_json_is_compared_as_data(written: str, kept: str) -> None:
    kind = _kind("jsonb")
    assert kind.from_sqlite(written) == kind.from_postgresql(kept)
    assert kind.written_as_read


@pytest.mark.parametrize(("one", "other"), [("[1]", "[2]"), ("[1]", '["1"]'), ("[true]", "[1]"), ("{}", "[]")])
def test_json_that_differs_is_not_the_same(one: str, other: str) -> None:
    kind = _kind("jsonb")
    assert kind.from_sqlite(one) != kind.from_postgresql(other)


def test_a_type_nobody_moves_is_unknown() -> None:
    assert kind_of("tsvector") is None


@given(st.text())
def test_any_text_is_kept_or_told(text: str) -> None:
    try:
        assert _kind("text").from_sqlite(text) == text
    except Unfit:
        assert "\x00" in text or any("\ud800" <= letter <= "\udfff" for letter in text)
    else:
        assert "\x00" not in text
