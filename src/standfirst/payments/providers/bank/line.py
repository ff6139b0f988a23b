"""What a line of a bank statement says, whichever file it stood in."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from standfirst.kit.money import Money

LARGEST_FILE = 10 * 1024 * 1024
"""Bytes of a statement."""
MOST_LINES = 20_000


class BadStatement(ValueError):
    """A file that cannot be read as a statement at all; a sentence for staff."""


@dataclass(frozen=True)
class Line:
    """One movement; `money` is negative when it left the account. `number`: the line of a CSV, the entry of a CAMT."""

    number: int
    booked_on: date
    money: Money
    payer_name: str = ""
    payer_account: str = ""
    text: str = ""
    bank_id: str = ""
    is_return: bool = False
    raw: dict[str, str] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """What it says, without what differs from one export to the next (the balance, the bank's id)."""
        said = (self.booked_on.isoformat(), str(self.money), self.payer_name, self.payer_account, self.text)
        return hashlib.sha256("\x1f".join(" ".join(part.split()) for part in said).encode()).hexdigest()


@dataclass(frozen=True)
class Problem:
    """A line that cannot be read, and why."""

    number: int
    why: str


@dataclass
class Read:
    """A file as it was read. `ours`: account numbers that it says it is about, "" when it says nothing."""

    read_as: str
    lines: list[Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    accounts: set[str] = field(default_factory=set)

    def check_size(self) -> None:
        """Raise BadStatement when it has more lines than are taken at once."""
        if len(self.lines) > MOST_LINES:
            raise BadStatement(f"The statement has more than {MOST_LINES:,} lines; export a shorter time.")


def own_ids(lines: Iterable[Line]) -> list[str]:
    """What each line is known by, in every file in which it stands.

    The bank's own id where there is one, with the amount (some banks give a transfer and its fee one id); else the
    digest of what it says, counted: two payments that look the same on the same day are two.
    """
    seen: Counter[str] = Counter()
    names = []
    for line in lines:
        name = f"id:{line.bank_id[:60]}:{line.money.amount}" if line.bank_id else f"said:{line.digest}"
        seen[name] += 1
        names.append(f"{name}:{seen[name]}")
    return names
