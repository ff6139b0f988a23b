"""Reads lists of members in CSV: Ghost's, old and new, and others by the names of their columns.

Ghost's columns: https://ghost.org/docs/members/imports (email, name, note, subscribed_to_emails, complimentary_plan,
stripe_customer_id, created_at, labels; exports add id, tiers and deleted_at). Who gets letters is not read: a list of
members is no consent to letters of another system.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.dateparse import parse_date, parse_datetime

from standfirst.kit.csv_files import BadCsv, Row, decode, delimiter_of, read_rows

LARGEST_FILE = 20 * 1024 * 1024
MOST_LINES = 200_000
COLUMNS: dict[str, tuple[str, ...]] = {
    "email": ("email", "email address", "e-mail", "e-mail address"),
    "name": ("name", "full name", "first name+last name", "first name+surname", "name+surname"),
    "note": ("note", "notes"),
    "labels": ("labels", "tags"),
    "joined": ("created_at", "created at", "date added", "subscribed at", "optin_time", "joined"),
    "is_comped": ("complimentary_plan",),
    "customer": ("stripe_customer_id", "stripe_connected_customer_id"),
    "subscription": ("stripe_subscription_id", "subscription_id"),
    "tier": ("import_tier", "tiers", "tier"),
    "language": ("language",),
    "deleted": ("deleted_at", "deleted at"),
}
"""What is read, and what its column is called elsewhere; `+` joins two columns. The first that a file has is taken."""
_YES = frozenset({"true", "1", "yes", "y"})
_NO = frozenset({"false", "0", "no", "n", ""})
_TIMES = ("%Y-%m-%d %H:%M:%S UTC", "%Y-%m-%d %H:%M:%S %z", "%d.%m.%Y", "%d/%m/%Y")


class BadList(ValueError):
    """A file that cannot be read as a list of members at all; a sentence for staff."""


class BadRow(ValueError):
    """Why one row does not come in."""


@dataclass(frozen=True)
class Person:
    """One row. `line` is its line in the file; `joined_at` None when the list does not say."""

    line: int
    email: str
    name: str = ""
    notes: tuple[str, ...] = ()
    joined_at: datetime | None = None
    is_comped: bool = False
    customer: str = ""
    subscription: str = ""
    tier: str = ""
    language: str = ""


@dataclass
class MemberList:
    """A file as it was read. `problems`: line and why."""

    encoding: str
    people: list[Person] = field(default_factory=list)
    problems: list[tuple[int, str]] = field(default_factory=list)


def read_members(data: bytes, columns: Mapping[str, str] | None = None) -> MemberList:
    """Read a list; bad rows become problems. `columns` says which column is which where that cannot be guessed.

    Raises BadList.
    """
    if len(data) > LARGEST_FILE:
        raise BadList(f"The file has more than {LARGEST_FILE // 1024 // 1024} MB; split it.")
    try:
        text, encoding = decode(data)
        rows = read_rows(text, delimiter_of(text))
        header = next(rows, None)
        if header is None:
            raise BadList("The file is empty.")
        found = MemberList(encoding)
        _read(found, rows, header, columns or {})
    except BadCsv as error:
        raise BadList(f"{str(error)[:1].upper()}{str(error)[1:]}.") from error
    return found


def _read(found: MemberList, rows: Iterator[Row], header: Row, columns: Mapping[str, str]) -> None:
    names = [_key(cell) for cell in header.cells]
    chosen = _choose(names, columns)
    seen: dict[str, int] = {}
    for number, row in enumerate(rows):
        if number >= MOST_LINES:
            raise BadList(f"The list has more than {MOST_LINES:,} rows; split it.")
        try:
            person = _person(row, names, chosen)
            if person.email in seen:
                raise BadRow(f"{person.email} stands on line {seen[person.email]} already")
        except BadRow as problem:
            found.problems.append((row.line, str(problem)))
        else:
            seen[person.email] = row.line
            found.people.append(person)


def _key(name: str) -> str:
    return " ".join(name.strip().strip("\ufeff").split()).casefold()


def _choose(names: list[str], columns: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Return for each thing that is read the columns it is in. Raises BadList."""
    unknown = set(columns) - set(COLUMNS)
    if unknown:
        raise BadList(f"{', '.join(sorted(unknown))} is nothing that is read; there are {', '.join(COLUMNS)}.")
    chosen = {}
    for what, usual in COLUMNS.items():
        wanted = [columns[what]] if what in columns else list(usual)
        for name in wanted:
            parts = tuple(_key(part) for part in name.split("+"))
            if all(part in names for part in parts):
                chosen[what] = parts
                break
        else:
            if what in columns:
                raise BadList(f"The file has no column {columns[what]!r}; it has {', '.join(names)}.")
    # The longest way to write a name wins: `name` alone is only a first name where `surname` stands beside it.
    if "name" not in columns and "surname" in names and chosen.get("name") == ("name",):
        chosen["name"] = ("name", "surname")
    if "name" not in columns and "name" not in chosen and "first name" in names:
        chosen["name"] = ("first name",)
    if "email" not in chosen:
        raise BadList(f"Say which column has the e-mail address; the file has {', '.join(names)}.")
    return chosen


def _person(row: Row, names: list[str], chosen: Mapping[str, tuple[str, ...]]) -> Person:
    if any(cell.strip() for cell in row.cells[len(names) :]):
        raise BadRow(f"it has {len(row.cells)} values, the header has {len(names)}")
    cells = dict(zip(names, (cell.strip() for cell in row.cells), strict=False))
    said = {what: " ".join(filter(None, (cells.get(part, "") for part in parts))) for what, parts in chosen.items()}
    if said.get("deleted"):
        raise BadRow("the member was deleted there")
    labels = said.get("labels", "").strip('"')
    return Person(
        line=row.line,
        email=_email(said["email"]),
        name=said.get("name", "")[:80],
        notes=tuple(filter(None, (said.get("note", ""), labels and f"Labels: {labels}"))),
        joined_at=_moment(said.get("joined", "")),
        is_comped=_flag(said.get("is_comped", "")),
        customer=_id(said.get("customer", "")),
        subscription=_id(said.get("subscription", "")),
        tier=said.get("tier", ""),
        language=said.get("language", "")[:12],
    )


def _email(text: str) -> str:
    address = text.strip().lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise BadRow(f"{text!r} is no e-mail address") from error
    return address


def _flag(text: str) -> bool:
    plain = text.lower()
    if plain not in _YES | _NO:
        raise BadRow(f"{text!r} is neither true nor false")
    return plain in _YES


def _id(text: str) -> str:
    if len(text) > 255 or (not text.replace("_", "").replace("-", "").isalnum() and text):
        raise BadRow(f"{text[:60]!r} is no id of a customer or subscription")
    return text


def _moment(text: str) -> datetime | None:
    """A moment, UTC when no zone is said; None for nothing."""
    if not text:
        return None
    found = None
    try:
        day = parse_date(text)
        found = datetime(day.year, day.month, day.day, tzinfo=UTC) if day else parse_datetime(text)
    except ValueError:
        found = None
    for form in _TIMES if found is None else ():
        try:
            found = datetime.strptime(text, form)  # noqa: DTZ007 - a missing zone is set below
            break
        except ValueError:
            continue
    if found is None:
        raise BadRow(f"{text!r} is no date")
    return found if found.tzinfo else found.replace(tzinfo=UTC)
