"""Imports bank statements: every line comes in once, what is sure is booked, the rest is proposed to a person.

Two steps, so that a crash loses nothing: `keep_statement` writes all lines down in one transaction, `look_through` then
decides about those that nobody has looked at yet, some at a time, and can be begun again at any point.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from django.db import models, transaction

from standfirst.accounts.models import User
from standfirst.payments.models import Agreement, ProviderAccount, Statement, StatementLine, StatementMapping
from standfirst.payments.providers.bank.booking import book_together, takeable
from standfirst.payments.providers.bank.camt import is_camt, read_camt
from standfirst.payments.providers.bank.csv_statement import ColumnMapping, columns_of, read_csv
from standfirst.payments.providers.bank.forms import read_numbers
from standfirst.payments.providers.bank.line import LARGEST_FILE, BadStatement, Line, Read, own_ids
from standfirst.payments.providers.bank.matching import Known, Match, NamesOf, match, match_outgoing
from standfirst.payments.reference_codes import find_codes

AT_ONCE = 50
"""Lines decided about in one transaction: others can write in between."""
OTHER_FILES = {b"PK\x03\x04": "an Excel file", b"\xd0\xcf\x11\xe0": "an old Excel file", b"%PDF": "a PDF"}
"""What people take for a statement, by how it begins."""
Around = Callable[[], AbstractContextManager[None]]
State = StatementLine.State


def read_statement(account: ProviderAccount, data: bytes, mapping: ColumnMapping | None) -> Read:
    """Read a file as CAMT.053 or, by `mapping` or the kept one, as CSV. Raises BadStatement."""
    if len(data) > LARGEST_FILE:
        raise BadStatement(f"The file has more than {LARGEST_FILE // 1024 // 1024} MB; export a shorter time.")
    other = next((kind for start, kind in OTHER_FILES.items() if data.startswith(start)), "")
    if other:
        raise BadStatement(f"This is {other}. Export CAMT.053 (.xml) or CSV at the bank, or save the table as CSV.")
    if is_camt(data):
        return _read_camt(account, data)
    kept = StatementMapping.objects.filter(account=account).first()
    if mapping is None and kept is None:
        columns = columns_of(data)
        found = f" It seems to have: {columns}." if columns else ""
        raise BadStatement(f"Say first which column of the file is which.{found}")
    return read_csv(data, mapping or ColumnMapping.kept(kept.columns if kept else {}))


def _read_camt(account: ProviderAccount, data: bytes) -> Read:
    """Read what is about `account`. Raises BadStatement when the file is about other bank accounts only."""
    settings = account.settings
    ours = {settings.get("number", ""), *read_numbers(settings.get("other_numbers", "")).values()} - {""}

    def is_ours(said: str) -> bool:
        # A Georgian bank may leave out the currency at the end.
        return not ours or any(own.startswith(said) or said.startswith(own) for own in ours)

    found = read_camt(data, is_ours)
    if found.accounts and not any(is_ours(said) for said in found.accounts):
        theirs = ", ".join(sorted(found.accounts))
        raise BadStatement(f"This statement is about {theirs}, not {', '.join(sorted(ours))}.")
    return found


@transaction.atomic
def keep_statement(*, account: ProviderAccount, file_name: str, found: Read, by: User | None) -> Statement:
    """Write down the lines of a file that no file has brought before."""
    _lock(account)
    statement = Statement.objects.create(
        account=account,
        file_name=file_name[:200],
        read_as=found.read_as,
        lines_read=len(found.lines),
        problems=[[problem.number, problem.why] for problem in found.problems],
        by=by,
    )
    known = _known(account)
    fresh = [
        _row(statement, line, own_id)
        for line, own_id in zip(found.lines, own_ids(found.lines), strict=True)
        if own_id not in known
    ]
    StatementLine.objects.bulk_create(fresh, batch_size=500)
    statement.lines_known = len(found.lines) - len(fresh)
    statement.save(update_fields=["lines_known"])
    return statement


def _lock(account: ProviderAccount) -> None:
    """Let two imports of one account take turns. `no_key`: a payment that somebody else books meanwhile names the row
    and must not wait for us while we wait for its agreement."""
    ProviderAccount.objects.select_for_update(no_key=True).get(pk=account.pk)


def _known(account: ProviderAccount) -> set[str]:
    return set(StatementLine.objects.filter(account=account).values_list("own_id", flat=True))


def _row(statement: Statement, line: Line, own_id: str) -> StatementLine:
    return StatementLine(
        account=statement.account,
        statement=statement,
        own_id=own_id,
        digest=line.digest,
        number=line.number,
        raw=line.raw,
        booked_on=line.booked_on,
        amount=line.money.amount,
        currency=line.money.currency,
        payer_name=line.payer_name[:200],
        payer_account=line.payer_account[:60],
        text=line.text[:2000],
        is_return=line.is_return,
    )


def keep_mapping(account: ProviderAccount, mapping: ColumnMapping) -> None:
    """Remember how the statements of `account` are read."""
    StatementMapping.objects.update_or_create(account=account, defaults={"columns": mapping.as_columns()})


def look_through(*, account: ProviderAccount, names_of: NamesOf, around: Around = nullcontext) -> int:
    """Decide about every line of `account` that is new; return how many there were. Safe to begin again.

    `around` is entered for each portion, inside its transaction: the layer above does together what follows from it.
    """
    numbers = list(
        StatementLine.objects.filter(account=account, state=State.NEW)
        .order_by("booked_on", "pk")
        .values_list("pk", flat=True)
    )
    if not numbers:
        return 0
    known = Known.of(account, names_of)
    for start in range(0, len(numbers), AT_ONCE):
        with transaction.atomic(), around():
            _decide(account, known, numbers[start : start + AT_ONCE])
    return len(numbers)


def _decide(account: ProviderAccount, known: Known, numbers: list[int]) -> None:
    """Decide about some lines. The lock on the account makes two that look through at once take turns."""
    _lock(account)
    waiting = StatementLine.objects.filter(pk__in=numbers, state=State.NEW).select_related("account")
    lines = list(waiting.order_by("booked_on", "pk"))
    alike = _alike(account, lines)
    booked: dict[int, StatementLine] = {}
    for line in lines:
        if line.amount < 0:
            _book(booked, known)  # what it may take back has to be written down
        found = _find(line, known, alike)
        if found.agreement in booked:
            _book(booked, known)  # whether it may be paid again follows from the payment before
            found = _find(line, known, alike)
        line.why, line.candidates = found.why[:300], list(found.candidates)
        if found.agreement is None:
            _set_aside(line, found)
        else:
            line.returns_id = found.returns
            booked[found.agreement] = line
    _book(booked, known)


def _find(line: StatementLine, known: Known, alike: dict[str, list[StatementLine]]) -> Match:
    """What the line is, as far as it is sure."""
    double = _double(line, alike.get(line.digest, []))
    if double is not None:
        return double
    return match(line, known) if line.amount > 0 else match_outgoing(line, returnable(line))


def _alike(account: ProviderAccount, lines: list[StatementLine]) -> dict[str, list[StatementLine]]:
    """Return, by what they say, the lines that say the same as one of `lines`."""
    found: dict[str, list[StatementLine]] = {}
    digests = {line.digest for line in lines}
    for row in StatementLine.objects.filter(account=account, digest__in=digests).select_related("statement"):
        found.setdefault(row.digest, []).append(row)
    return found


def _double(line: StatementLine, alike: list[StatementLine]) -> Match | None:
    """The same said by a line that the bank gave another id, or none: CSV and CAMT.053 of the same days."""
    scheme = line.own_id.partition(":")[0]
    other = next((row for row in alike if row.pk < line.pk and row.own_id.partition(":")[0] != scheme), None)
    if other is None:
        return None
    number = () if other.agreement_id is None else (other.agreement_id,)
    return Match(f"It says the same as a line of {other.statement.file_name}, which came before.", candidates=number)


def _book(lines: dict[int, StatementLine], known: Known) -> None:
    """Book lines to the agreements that they are given by, all at once; empties `lines`."""
    for agreement in book_together(lines):
        line = lines[agreement.pk]
        known.agreements[agreement.pk] = known.by_code[agreement.object_id] = agreement
        known.learn(agreement.pk, line.payer_account, line.payer_name)
    lines.clear()


def _set_aside(line: StatementLine, found: Match) -> None:
    line.state = State.OUTGOING if found.is_outgoing else State.PROPOSED
    if found.is_outgoing:
        forget(line)
    line.save()


def forget(line: StatementLine) -> None:
    """Drop whom the newsroom paid: only the amount and the day stay, so that the line does not come in again."""
    line.raw, line.payer_name, line.payer_account, line.text = {}, "", "", ""


def returnable(line: StatementLine) -> list[StatementLine]:
    """Return the payments that `line` (negative) may take back: of a code that it names, or from its account."""
    came = models.Q(agreement__object_id__in=list(find_codes(line.text)))
    if line.payer_account:
        came |= models.Q(payer_account=line.payer_account)
    return takeable(line, came)


def agreements_of(line: StatementLine) -> list[Agreement]:
    """Return the proposals of a line, the likeliest first."""
    found = Agreement.objects.in_bulk(line.candidates)
    return [found[number] for number in line.candidates if number in found]
