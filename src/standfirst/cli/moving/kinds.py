"""The kinds of column: how one value stands in SQLite, in PostgreSQL, and in the checksum.

Unfit
    a value that the other database cannot hold

Both databases are read into the same plain Python values, and the checksum is made of these. What differs between the
two is made equal on the way: SQLite keeps a truth value as 0 or 1, a moment as text in UTC without a zone, a UUID as 32
digits and JSON as the text that was written, while PostgreSQL keeps JSON without its spaces, its order of keys and the
form of its numbers (see https://www.postgresql.org/docs/current/datatype-json.html).
"""

from __future__ import annotations

import ipaddress
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Context, Decimal, InvalidOperation
from typing import Any


class Unfit(ValueError):
    """PostgreSQL cannot hold this value; the message completes "the value …"."""


@dataclass(frozen=True)
class Kind:
    """One type of PostgreSQL. None is never given to its functions.

    `from_sqlite` and `from_postgresql` return the plain value, the same for both, and `from_sqlite` raises Unfit;
    `to_sqlite` turns the plain value into what SQLite keeps. PostgreSQL is given the plain value itself. A value that
    is `written_as_read` is neither: its text goes over as it is, and the plain value serves the checksum only.
    """

    from_sqlite: Callable[[Any], Any]
    from_postgresql: Callable[[Any], Any]
    to_sqlite: Callable[[Any], Any]
    written_as_read: bool = False


def kind_of(declared: str) -> Kind | None:
    """Return the kind of a PostgreSQL type as `format_type` writes it (`character varying(40)`), None when unknown."""
    name, _bracket, length = declared.partition("(")
    if name in {"character varying", "text"}:
        return _text(int(length.rstrip(")")) if length else None)
    if name in INTEGER_BITS:
        return _integer(INTEGER_BITS[name])
    if name == "numeric" and length:
        whole, places = length.rstrip(")").split(",")
        return _decimal(int(whole), int(places))
    return KINDS.get(declared)


def _same(value: Any) -> Any:
    return value


def checked_text(value: Any) -> str:
    """Return `value` if PostgreSQL can hold it as text. Raises Unfit."""
    if not isinstance(value, str):
        raise Unfit(f"is no text but {type(value).__name__}")
    if "\x00" in value:
        raise Unfit("holds a NUL character")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise Unfit("holds bytes that are no UTF-8 text") from error
    return value


def _text(longest: int | None) -> Kind:
    def read(value: Any) -> str:
        text = checked_text(value)
        # SQLite does not hold a text to the length that was declared.
        if longest is not None and len(text) > longest:
            raise Unfit(f"has {len(text)} characters, and {longest} are allowed")
        return text

    return Kind(read, _same, _same)


INTEGER_BITS = {"smallint": 16, "integer": 32, "bigint": 64}


def _integer(bits: int) -> Kind:
    def read(value: Any) -> int:
        if not isinstance(value, int):
            raise Unfit(f"is no whole number but {type(value).__name__}")
        if not -(2 ** (bits - 1)) <= value < 2 ** (bits - 1):
            raise Unfit(f"is the number {value}, too large for {bits} bits")
        return value

    return Kind(read, _same, _same)


def _decimal(precision: int, places: int) -> Kind:
    """Return the kind of `numeric(precision, places)`.

    SQLite keeps it as a binary number; Django reads fifteen digits of that, rounded to the column's places.
    """
    step = Decimal(1).scaleb(-places)

    def read(value: Any) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise Unfit(f"is no number but {type(value).__name__}")
        try:
            found = Decimal(repr(value) if isinstance(value, float) else value)
            if isinstance(value, float):
                found = Context(prec=15).plus(found)
            found = found.quantize(step, context=Context(prec=precision))
        except InvalidOperation as error:
            raise Unfit(f"is no number of {precision} digits, {places} of them decimal places") from error
        if not found.is_finite():
            raise Unfit("is no number")
        return found

    return Kind(read, _same, str)


def _read_boolean(value: Any) -> bool:
    if value not in (0, 1):
        raise Unfit("is neither true nor false")
    return bool(value)


def _read_float(value: Any) -> float:
    if not isinstance(value, int | float):
        raise Unfit(f"is no number but {type(value).__name__}")
    return float(value)


def _read_moment(value: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(checked_text(value))
    except ValueError as error:
        raise Unfit("is no date with a time") from error
    return _in_utc(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def _in_utc(value: datetime) -> datetime:
    return value.astimezone(UTC)


def _moment_to_sqlite(value: datetime) -> str:
    return str(value.replace(tzinfo=None))


def _digits(value: uuid.UUID) -> str:
    return value.hex


def _read_day(value: Any) -> date:
    try:
        return date.fromisoformat(checked_text(value))
    except ValueError as error:
        raise Unfit("is no date") from error


def _read_uuid(value: Any) -> uuid.UUID:
    try:
        return uuid.UUID(checked_text(value))
    except ValueError as error:
        raise Unfit("is no UUID") from error


def _read_address(value: Any) -> str:
    try:
        return str(ipaddress.ip_address(checked_text(value)))
    except ValueError as error:
        raise Unfit("is no IP address") from error


def _read_json(value: Any) -> str:
    """Return JSON in one form for every spelling of the same data. Raises Unfit."""
    try:
        data = json.loads(checked_text(value), parse_float=_number, parse_constant=_no_number)
        text = json.dumps(data, sort_keys=True, ensure_ascii=False)
        text.encode()
    except UnicodeEncodeError as error:
        raise Unfit("holds half of a character (a lone surrogate) in its JSON") from error
    except json.JSONDecodeError as error:
        raise Unfit("is no JSON") from error
    if "\\u0000" in text and _holds_nul(data):
        raise Unfit("holds a NUL character in its JSON")
    return text


def _number(text: str) -> float | int:
    """Return 1.0 and 1e2 as the whole numbers they are: PostgreSQL writes its numbers in a form of its own."""
    number = float(text)
    return int(number) if number.is_integer() else number


def _no_number(text: str) -> float:
    raise Unfit(f"holds {text}, which is no number in JSON")


def _read_bytes(value: Any) -> bytes:
    if not isinstance(value, bytes):
        raise Unfit(f"is no bytes but {type(value).__name__}")
    return value


def _holds_nul(data: Any) -> bool:
    if isinstance(data, dict):
        return any(_holds_nul(part) for pair in data.items() for part in pair)
    if isinstance(data, list):
        return any(map(_holds_nul, data))
    return isinstance(data, str) and "\x00" in data


KINDS = {
    "boolean": Kind(_read_boolean, _same, int),
    "double precision": Kind(_read_float, _same, _same),
    "timestamp with time zone": Kind(_read_moment, _in_utc, _moment_to_sqlite),
    "date": Kind(_read_day, _same, str),
    "uuid": Kind(_read_uuid, _same, _digits),
    "inet": Kind(_read_address, _read_address, _same),
    "bytea": Kind(_read_bytes, bytes, _same),
    "jsonb": Kind(_read_json, _read_json, _same, written_as_read=True),
}
